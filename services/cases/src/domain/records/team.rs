//! Teams for people under 25, and what was decided on the team of a person (R125).

use jiff::civil::Date;
use lotse_kernel::names::StaffName;
use serde::{Deserialize, Serialize};

/// A team for people under 25, and the team that follows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct YouthTeam {
    /// Code of the team.
    pub team: String,
    /// Code of the team that follows.
    pub following_team: String,
}

/// Somebody has decided which team looks after a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamDecision {
    /// The team until then.
    pub former_team: String,
    /// The team from then on; the same where it stayed.
    pub team: String,
    /// Why; social data.
    pub reason: String,
    /// The day.
    pub decided_on: Date,
    /// Who.
    pub decided_by: StaffName,
}
