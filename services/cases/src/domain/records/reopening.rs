//! A reopening: what was wrong about a closing, who said so, and what two people made of it (row 24).

use jiff::civil::Date;
use lotse_kernel::names::StaffName;
use serde::{Deserialize, Serialize};

use super::{ClosingCheck, ClosingRecord, DecidedUnder, Handover, TechnicalEndRecord};
use crate::domain::vocabulary::{ClosingError, ReopeningAnswer, ReopeningExtent};

/// A reopening that was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopening {
    /// What was wrong.
    pub error: ClosingError,
    /// How far it goes back.
    pub extent: ReopeningExtent,
    /// Why; social data.
    pub reason: String,
    /// Who proposed it.
    pub proposed_by: StaffName,
    /// The day of the proposal.
    pub proposed_on: Date,
    /// The day of the closing that is to be undone.
    pub closed_on: Date,
    /// The last day on which it may be approved.
    pub until: Date,
    /// The version that says so.
    pub under: DecidedUnder,
    /// The answer; nothing while it waits, and for good where nobody gave one in time.
    pub answered: Option<ReopeningAnswered>,
}

/// The answer to a proposed reopening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReopeningAnswered {
    /// Which.
    pub answer: ReopeningAnswer,
    /// Why; empty where nothing was said.
    pub reason: String,
    /// Who answered.
    pub answered_by: StaffName,
    /// The day.
    pub answered_on: Date,
    /// What was undone; nothing unless approved.
    pub undone: Option<Undone>,
}

/// A closing that was undone: it stays in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// What closed the episode.
    pub closing: UndoneClosing,
    /// The last day of the shortest retention as it counted from that closing (T15). It counts no more.
    pub retention_until: Date,
}

/// What closed an episode that is open again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum UndoneClosing {
    /// A technical end (row 26).
    Technical(TechnicalEndRecord),
    /// A hand-over without aftercare (row 21).
    Handover(Handover),
    /// The closing check of aftercare (row 23).
    Check(ClosingCheck),
    /// The end of care for one of the six reasons, with what followed it (rows 19 to 23).
    End {
        /// Why and how it ended.
        closing: Box<ClosingRecord>,
        /// To whom it was handed.
        handover: Handover,
        /// The check that ended aftercare.
        check: Option<ClosingCheck>,
    },
}
