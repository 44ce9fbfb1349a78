//! How far the case manager is responsible, and what is recorded of accompanying care (rows 5, 5a and 20, R31 to R33).

use jiff::civil::Date;
use lotse_kernel::names::StaffName;
use serde::{Deserialize, Serialize};

use crate::domain::vocabulary::{SupportVariant, VariantSwitchAnswer, Voter};

/// A support variant with what has to be said about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Support {
    /// Full support (R32).
    Full,
    /// Accompanying care (R33).
    Accompanying {
        /// How many dates are planned; at least one.
        planned_dates: i32,
    },
}

impl Support {
    /// Which variant it is.
    #[must_use]
    pub const fn variant(self) -> SupportVariant {
        match self {
            Self::Full => SupportVariant::Full,
            Self::Accompanying { .. } => SupportVariant::Accompanying,
        }
    }

    /// How many dates are planned; 0 for full support.
    #[must_use]
    pub const fn planned_dates(self) -> i32 {
        match self {
            Self::Full => 0,
            Self::Accompanying { planned_dates } => planned_dates,
        }
    }
}

/// A time of accompanying care: the dates that were planned and those that were held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accompaniment {
    /// The assignment date, or the day of the switch.
    pub begun_on: Date,
    /// How many dates were planned with its begin.
    pub first_planned: i32,
    /// Dates that were held, oldest first.
    pub dates: Vec<AccompanyingDate>,
    /// Decisions on further dates, oldest first.
    pub further: Vec<FurtherDates>,
}

impl Accompaniment {
    /// One that begins.
    #[must_use]
    pub const fn begin(begun_on: Date, planned_dates: i32) -> Self {
        Self { begun_on, first_planned: planned_dates, dates: Vec::new(), further: Vec::new() }
    }

    /// How many dates are planned by now, further ones included.
    #[must_use]
    pub fn planned_dates(&self) -> i32 {
        self.further.iter().fold(self.first_planned, |planned, more| planned.saturating_add(more.dates))
    }

    /// How many planned dates were not held yet.
    #[must_use]
    pub fn dates_left(&self) -> i32 {
        let held = i32::try_from(self.dates.len()).unwrap_or(i32::MAX);
        self.planned_dates().saturating_sub(held).max(0)
    }
}

/// A date of accompanying care that was held; its words are social data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccompanyingDate {
    /// Its day.
    pub held_on: Date,
    /// What came of it.
    pub note: String,
}

/// Further dates were planned when those before were used up (row 20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FurtherDates {
    /// How many more.
    pub dates: i32,
    /// Why.
    pub reason: String,
    /// The day of the decision.
    pub decided_on: Date,
}

/// A switch of the support variant (row 5a).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantSwitch {
    /// What it leads to.
    pub to: Support,
    /// Why.
    pub reason: String,
    /// Who proposed it.
    pub proposed_by: StaffName,
    /// As which of the two officers.
    pub proposed_as: Voter,
    /// The day of the proposal.
    pub proposed_on: Date,
    /// How it was answered; nothing while it waits, and for good where care ended first.
    pub answered: Option<SwitchAnswered>,
    /// The day on which care ended over the proposal.
    pub lapsed_on: Option<Date>,
}

impl VariantSwitch {
    /// Whether it waits for its answer.
    #[must_use]
    pub const fn waits(&self) -> bool {
        self.answered.is_none() && self.lapsed_on.is_none()
    }
}

/// The answer to a proposed switch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchAnswered {
    /// Which.
    pub answer: VariantSwitchAnswer,
    /// Why; may be empty unless it was declined.
    pub reason: String,
    /// Who answered.
    pub answered_by: StaffName,
    /// The day of the answer.
    pub answered_on: Date,
}
