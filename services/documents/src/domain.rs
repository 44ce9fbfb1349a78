//! The rules of letters, pure: no clock, no database, no network.

pub mod cause;
pub mod content;
pub mod letter;
pub mod posting;
