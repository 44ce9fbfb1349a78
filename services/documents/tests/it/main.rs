//! The documents service over real sockets, a real PostgreSQL and a real object store.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod access;
mod authorization;
mod bucket;
mod confirm_posting;
mod contract;
mod download;
mod faults;
mod lists;
mod process;
mod request_letter;
mod support;
