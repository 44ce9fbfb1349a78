//! The I/O shell of Lotse: everything between a pure rule and the network, the database, the clock and Temporal.

pub mod clock;
pub mod config;
pub mod principal;
