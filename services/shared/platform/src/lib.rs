//! The I/O shell of Lotse: everything between a pure rule and the network, the database, the clock and Temporal.

pub mod admin;
pub mod auth;
pub mod channel;
pub mod clock;
pub mod config;
pub mod dead_letters;
pub mod metrics;
pub mod principal;
pub mod refusal;
pub mod relay;
pub mod server;
pub mod telemetry;
pub mod temporal;
