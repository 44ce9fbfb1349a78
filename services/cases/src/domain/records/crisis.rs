//! A crisis or a job at risk, and the contact that answers it (row 22, R122, R190).

use jiff::civil::Date;
use lotse_kernel::names::StaffName;
use serde::{Deserialize, Serialize};

use crate::domain::vocabulary::CrisisKind;

/// What became known, and what followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crisis {
    /// Which.
    pub kind: CrisisKind,
    /// The day on which it happened or became known.
    pub occurred_on: Date,
    /// What happened; social data.
    pub text: String,
    /// The day of the record.
    pub recorded_on: Date,
    /// Who recorded it.
    pub recorded_by: StaffName,
    /// The contact, once made.
    pub contact: Option<CrisisContact>,
}

/// Contact with the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrisisContact {
    /// Its day.
    pub contacted_on: Date,
    /// What was agreed; social data.
    pub text: String,
    /// Who recorded it.
    pub recorded_by: StaffName,
}
