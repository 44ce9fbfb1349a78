//! Placement proposals and their results (R189).

use jiff::civil::Date;
use lotse_kernel::names::StaffName;
use serde::{Deserialize, Serialize};

use crate::domain::vocabulary::PlacementOutcome;

/// A proposal of a job ("Vermittlungsvorschlag"). Its number is its place among those of the episode, from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacementProposal {
    /// The employer; social data.
    pub employer: String,
    /// The job; social data.
    pub job_title: String,
    /// The day of the proposal.
    pub proposed_on: Date,
    /// The day by which the person says what came of it, where one was agreed.
    pub answer_by: Option<Date>,
    /// What came of it, oldest first; the last one counts.
    pub results: Vec<PlacementResult>,
    /// Who recorded it.
    pub recorded_by: StaffName,
}

/// What came of a proposal on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacementResult {
    /// What.
    pub outcome: PlacementOutcome,
    /// The day on which it happened.
    pub resulted_on: Date,
    /// The first day of the job, where the person was hired.
    pub job_starts_on: Option<Date>,
    /// Why, where somebody said so; social data.
    pub reason: String,
    /// Who recorded it.
    pub recorded_by: StaffName,
}
