//! The legal clock: every date that law or policy computes, with its reasons; pure, without a clock, a zone or I/O.
//!
//! A date begins with an event or the start of a day ([`Beginning`]), runs for a [`Length`], ends by § 188 BGB ([`period`]), stays or
//! moves over days without work ([`shift`]), and answers as an [`Explanation`](crate::explanation::Explanation): due day, target,
//! last day in time, rule and version, legal basis, and its steps as codes. [`Computation`] is the one way to compute one.

pub mod age;
pub mod around;
pub mod calendar;
pub mod caseload;
pub mod computation;
pub mod day;
pub mod fault;
pub mod holidays;
pub mod length;
pub mod notification;
pub mod period;
pub mod place;
pub mod question;
pub mod read;
pub mod receipt;
pub mod remedy;
pub mod shift;
#[cfg(test)]
mod tests;
pub mod timers;
#[cfg(test)]
mod vectors;

pub use around::{Open, Surroundings, Unanswered};
pub use calendar::{Calendar, FreeDay};
pub use computation::{Basis, Computation};
pub use fault::{LegalFault, Reason};
pub use length::{Length, LengthUnit};
pub use period::{Beginning, MonthPoint};
pub use shift::Shift;
