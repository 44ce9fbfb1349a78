//! All SQL of this service, one file per family of tables.

pub mod offers;
pub mod open;
pub mod providers;
pub mod referrals;
pub mod reports;
mod row;
pub mod waiting;
