//! lotse-kernel: the pure words of Lotse that every service and workflow shares.
//!
//! It does no I/O, reads no clock, makes no ids and imports nothing of ours: whatever is here can be called from workflow code.
//! The chapter of this folder is its README.

pub mod codes;
pub mod dates;
pub mod deadlines;
pub mod defaults;
pub mod duty;
pub mod explanation;
pub mod legal;
pub mod names;
pub mod notice;
pub mod policy;
pub mod workflow;
