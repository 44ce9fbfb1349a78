//! What this service asks its neighbours, always before a transaction begins.

pub mod staff;
