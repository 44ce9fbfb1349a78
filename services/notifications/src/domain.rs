//! Rules without I/O: what a notice is, and how a delivery goes on after an attempt.

pub mod cause;
pub mod delivery;
pub mod notice;
