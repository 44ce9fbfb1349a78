//! Turns of the working alliance.

use jiff::civil::Date;

use super::{anna, text};
use crate::domain::{
    records::AllianceTurn,
    vocabulary::{AllianceState, EpisodePhase},
};

/// The phases in which the alliance is agreed.
pub(in crate::domain::tests) const AGREED: &[EpisodePhase] =
    &[EpisodePhase::Assessment, EpisodePhase::Planning, EpisodePhase::Delivery];

/// It is strained since a day.
pub(in crate::domain::tests) fn strained(turned_on: Date) -> AllianceTurn {
    AllianceTurn { state: AllianceState::Strained, reason: text(), turned_on, recorded_by: anna() }
}
