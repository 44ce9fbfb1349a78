//! An integration into work, and whether the person was employed in each of the months after it (T13, § 48a SGB II).

use jiff::civil::Date;
use lotse_kernel::names::StaffName;
use serde::{Deserialize, Serialize};

use crate::domain::vocabulary::{EmploymentContinuity, EmploymentStatus};

/// An integration into work, and what is known of the months after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integration {
    /// The day on which the job began.
    pub integrated_on: Date,
    /// The months that are asked for, in their order.
    pub months: Vec<EmploymentMonth>,
}

/// A month after an integration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmploymentMonth {
    /// The slot of its duty. A month that was over in good time before anybody told of the integration has none.
    pub slot: i32,
    /// Its last day.
    pub ends_on: Date,
    /// The answers, oldest first; the last one counts.
    pub answers: Vec<EmploymentAnswer>,
}

/// An answer for a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmploymentAnswer {
    /// Whether the person was employed.
    pub employment: Employment,
    /// How it was found out, or what was tried; social data.
    pub note: String,
    /// The day of the answer.
    pub answered_on: Date,
    /// Who recorded it.
    pub recorded_by: StaffName,
}

/// Whether a person was employed in a month, as it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Employment {
    /// In the job of the integration.
    SameJob,
    /// In another job.
    OtherJob,
    /// Not employed.
    Without {
        /// The first day without employment.
        since: Date,
    },
    /// It could not be found out.
    Unknown,
}

impl Employment {
    /// The code of the answer.
    #[must_use]
    pub const fn status(self) -> EmploymentStatus {
        match self {
            Self::SameJob => EmploymentStatus::SameJob,
            Self::OtherJob => EmploymentStatus::OtherJob,
            Self::Without { .. } => EmploymentStatus::NotEmployed,
            Self::Unknown => EmploymentStatus::Unknown,
        }
    }
}

impl EmploymentMonth {
    /// What counts of it: the last answer; unknown while nobody has answered.
    #[must_use]
    pub fn status(&self) -> EmploymentStatus {
        self.answers.last().map_or(EmploymentStatus::Unknown, |answer| answer.employment.status())
    }
}

impl Integration {
    /// Whether the person was employed in each of the months. One month without employment is a no whatever the others are; a month that is
    /// unknown is never a no.
    #[must_use]
    pub fn continuity(&self) -> EmploymentContinuity {
        let mut known = EmploymentContinuity::Yes;
        for month in &self.months {
            match month.status() {
                EmploymentStatus::NotEmployed => return EmploymentContinuity::No,
                EmploymentStatus::Unknown => known = EmploymentContinuity::Unknown,
                EmploymentStatus::SameJob | EmploymentStatus::OtherJob => {}
            }
        }
        known
    }

    /// The last day of the last month.
    #[must_use]
    pub fn ends_on(&self) -> Option<Date> {
        self.months.last().map(|month| month.ends_on)
    }
}
