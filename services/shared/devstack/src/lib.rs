//! A real PostgreSQL and a real Temporal server for the desk and for tests, with time travel and test tokens.
//!
//! [`DevStack::start`] finds or builds both servers and starts them privately on free loopback ports. [`travel`] moves the
//! business clock and every sleeping workflow together, from one due date to the next. [`token`] issues what an identity
//! provider would. [`doctor`] says what this machine has and lacks. Deliberately absent: Docker, root, fixed ports, files in
//! the repository, and any server that outlives the process that started it.

pub mod authority;
mod cache;
pub mod clock_service;
pub mod contract;
pub mod doctor;
pub mod dynamic;
mod error;
mod locate;
pub mod ports;
mod postgres;
pub mod process;
pub mod service;
mod shared;
pub mod smtp;
mod stack;
mod temporal;
mod temporal_build;
mod temporal_tls;
pub mod token;
pub mod travel;
mod wait;

pub use error::DevStackError;
pub use shared::{shared, shared_postgres};
pub use stack::{DevStack, Options, StartTimes};
pub use temporal_tls::TemporalTls;
pub use wait::{wait_until, wait_until_recovered};
