//! What made a new assessment necessary, and what it replaces (row 12, R53).

use jiff::civil::Date;
use lotse_kernel::names::StaffName;
use serde::{Deserialize, Serialize};

use super::{Assessment, IntegrationPlan};

/// A change in the life of the person, or a finding that nobody had; social data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifeChange {
    /// The day on which it happened or was found.
    pub occurred_on: Date,
    /// What changed.
    pub text: String,
}

/// An assessment that was given up for a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reassessment {
    /// Why.
    pub change: LifeChange,
    /// The day of the record.
    pub recorded_on: Date,
    /// Who recorded it.
    pub recorded_by: StaffName,
    /// The assessment until then.
    pub assessment: Assessment,
    /// The plan until then; nothing where none was active yet.
    pub plan: Option<IntegrationPlan>,
}
