//! What this service reads from its neighbours, behind small traits.

pub mod cases;
