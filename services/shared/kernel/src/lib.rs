//! lotse-kernel: the pure words of Lotse that every service and workflow shares. It does no I/O, reads no clock and makes no ids.

pub mod codes;
pub mod dates;
pub mod duty;
pub mod names;
pub mod workflow;

pub use jiff;
pub use uuid::Uuid;
