//! The rules of letters, pure: no clock, no database, no network.

pub mod content;
pub mod letter;
