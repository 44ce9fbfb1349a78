//! The change of a case manager (row 5b).

use jiff::civil::Date;
use lotse_kernel::names::StaffName;
use serde::{Deserialize, Serialize};

use crate::domain::vocabulary::CaseManagerChangeReason;

/// What the one who takes over has to know (R126); social data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverPackage {
    /// Where the person stands.
    pub situation: String,
    /// What was agreed with the person and with others; may be empty.
    pub agreements: String,
    /// What comes next.
    pub next_steps: String,
}

/// Another case manager took over (row 5b).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseManagerChange {
    /// Who handed over.
    pub from: StaffName,
    /// Who took over.
    pub to: StaffName,
    /// Why.
    pub reason: CaseManagerChangeReason,
    /// What was handed over.
    pub package: HandoverPackage,
    /// The day on which the person was told (R125).
    pub informed_on: Date,
    /// The day of the change.
    pub changed_on: Date,
    /// Who recorded it: the one who hands over, or the lead of the team.
    pub changed_by: StaffName,
}
