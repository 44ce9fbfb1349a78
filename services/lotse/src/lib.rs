//! The only executable of Lotse: every role by its subcommand, and behind the feature `dev` the powers of the desk.

#[cfg(feature = "dev")]
pub mod bench;
pub mod cli;
pub mod explain;
#[cfg(feature = "dev")]
pub mod journey;
pub mod reconcile;
pub mod roles;
#[cfg(feature = "dev")]
pub mod stack;
#[cfg(feature = "dev")]
pub mod staging;
