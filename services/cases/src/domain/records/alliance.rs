//! A day on which the working alliance went another way (R40).

use jiff::civil::Date;
use lotse_kernel::names::StaffName;
use serde::{Deserialize, Serialize};

use crate::domain::vocabulary::AllianceState;

/// A day on which the working alliance went another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllianceTurn {
    /// How it goes since.
    pub state: AllianceState,
    /// What shows it.
    pub reason: String,
    /// Since when.
    pub turned_on: Date,
    /// Who recorded it.
    pub recorded_by: StaffName,
}
