//! The documents service.
pub mod files;
pub mod vault;
