//! What the cases service decides, purely: no database, no clock, no id that is not derived. The business date is passed in.
//!
//! An [`episode::Episode`] is one bFM period with its duties beside the phase. Every act consumes it and gives back either the
//! episode after the act with what happened, or the reason why not ([`refused::Refused`]). Time acts through
//! [`episode::Episode::take_step`], which opens, reminds, escalates and misses duties but never decides anything.
//!
//! A [`watch::Watch`] is the other half: whoever has a complex profile and is in no episode is checked again every six months.
//!
//! Deliberately absent: names and addresses of the person, access rules (policies decide who may act), and texts for readers
//! other than the one sentence of a timeline entry.

pub mod duties;
pub mod episode;
pub mod events;
pub mod figures;
mod german;
pub mod policies;
pub mod progress;
pub mod records;
pub mod refused;
pub mod replan;
pub mod rules;
pub mod search;
pub mod vocabulary;
pub mod watch;

#[cfg(test)]
mod tests;
