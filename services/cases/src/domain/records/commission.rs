//! A commission of a specialised case manager beside the case manager (rows 7b and 8, R30, R100, R136, R140).

use jiff::civil::Date;
use lotse_kernel::names::StaffName;
use serde::{Deserialize, Serialize};

use crate::domain::vocabulary::TargetGroup;

/// Who is commissioned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Commissioned {
    /// A specialised case manager of the jobcenter (R30).
    StaffMember(StaffName),
    /// A third party outside the jobcenter, by its name (R100).
    ThirdParty(String),
}

/// The person's release from confidentiality (R136), as it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// The day on which it was given.
    pub released_on: Date,
    /// The commissioned body may tell the jobcenter.
    pub to_jobcenter: bool,
    /// The jobcenter may tell the commissioned body.
    pub to_commissioned_body: bool,
}

/// A commission; the case manager stays responsible beside it (R81). There was a release in both directions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commission {
    /// Who is commissioned.
    pub to: Commissioned,
    /// For whom they are specialised.
    pub target_group: TargetGroup,
    /// What they are to reach; social data.
    pub purpose: String,
    /// On which legal basis (R140).
    pub legal_basis: String,
    /// The day on which the person released both sides from confidentiality (R136).
    pub released_on: Date,
    /// The day of the commission.
    pub begun_on: Date,
    /// Who commissioned.
    pub commissioned_by: StaffName,
    /// How it ended; nothing while it runs.
    pub ended: Option<CommissionEnd>,
}

impl Commission {
    /// Whether it runs.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        self.ended.is_none()
    }
}

/// How a commission ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CommissionEnd {
    /// Returned with a report (row 8).
    Returned {
        /// What was reported to the case manager; social data.
        report: String,
        /// The day of the return.
        returned_on: Date,
        /// Who recorded it.
        recorded_by: StaffName,
    },
    /// The episode ended before there was a report.
    WithEpisode {
        /// The day of that end.
        ended_on: Date,
    },
}
