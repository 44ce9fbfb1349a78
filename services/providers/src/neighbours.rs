//! What is read from other services, each behind a small trait.

pub mod cases;
