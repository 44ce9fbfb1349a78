//! The documents service.
pub mod config;
pub mod domain;
pub mod files;
pub mod neighbours;
pub mod vault;
