//! The I/O shell of Lotse: everything between a pure rule and the network, the database, the clock and Temporal.

mod acts;
pub mod admin;
pub mod answer;
pub mod auth;
pub mod authorization;
pub mod case_access;
pub mod channel;
pub mod clock;
pub mod config;
pub mod convert;
pub mod database;
pub mod dead_letters;
pub mod etag;
pub mod failure;
pub mod fields;
#[cfg(feature = "dev")]
pub mod lag;
pub mod metrics;
pub mod outbox;
pub mod paging;
pub mod principal;
pub mod refusal;
pub mod relay;
pub mod replanning;
pub mod rules;
pub mod server;
pub mod telemetry;
pub mod temporal;
pub mod tls;
pub mod unit;
