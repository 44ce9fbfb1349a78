//! Aftercare by its legal basis, and the contacts that are planned for it.

use jiff::civil::Date;
use lotse_kernel::names::StaffName;
use serde::{Deserialize, Serialize};

use crate::domain::vocabulary::{AftercareBasis, ContactOutcome};

/// Agreed aftercare by its legal basis (R122, §§ 16e, 16g, 16i and 16k SGB II).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Aftercare {
    /// Need ended because of income: six months after the job start.
    JobStart {
        /// The day of the job start.
        started_on: Date,
    },
    /// The same, and holistic support is needed three months longer (§ 16k Abs. 3 SGB II).
    HolisticSupport {
        /// The day of the job start.
        started_on: Date,
    },
    /// A training has ended and no job followed it at once: holistic support for twelve months (§ 16k Abs. 2 Satz 2 SGB II).
    TrainingEnd {
        /// The last day of the training.
        ended_on: Date,
    },
    /// The job that was found is funded: coaching as long as the grant (§ 16e Abs. 4, § 16i Abs. 4 SGB II).
    FundedJob {
        /// The last day of the grant.
        until: Date,
    },
    /// A job has followed a funded one: coaching for six months more (§ 16e Abs. 4, § 16i Abs. 4 SGB II).
    FollowOnJob {
        /// The day of the start of the job that followed.
        started_on: Date,
    },
    /// Need continues: ordinary aftercare to a set date.
    SetDate {
        /// The set end.
        until: Date,
    },
}

impl Aftercare {
    /// Its legal basis.
    #[must_use]
    pub const fn basis(self) -> AftercareBasis {
        match self {
            Self::JobStart { .. } => AftercareBasis::JobStart,
            Self::HolisticSupport { .. } => AftercareBasis::HolisticSupport,
            Self::TrainingEnd { .. } => AftercareBasis::TrainingEnd,
            Self::FundedJob { .. } => AftercareBasis::FundedJob,
            Self::FollowOnJob { .. } => AftercareBasis::FollowOnJob,
            Self::SetDate { .. } => AftercareBasis::SetDate,
        }
    }

    /// The day of the fact on which its end rests; nothing where people have set it.
    #[must_use]
    pub const fn rests_on(self) -> Option<Date> {
        match self {
            Self::TrainingEnd { ended_on } => Some(ended_on),
            other => other.job_started_on(),
        }
    }

    /// The day of the job start on which it rests, if there is one.
    #[must_use]
    pub const fn job_started_on(self) -> Option<Date> {
        match self {
            Self::JobStart { started_on } | Self::HolisticSupport { started_on } | Self::FollowOnJob { started_on } => {
                Some(started_on)
            }
            Self::TrainingEnd { .. } | Self::FundedJob { .. } | Self::SetDate { .. } => None,
        }
    }
}

/// A contact with the person that is planned for aftercare (R122).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedContact {
    /// Its number, from 1; that of its duty as well.
    pub number: i32,
    /// The day for which it is planned.
    pub planned_on: Date,
    /// The day on which it was agreed.
    pub agreed_on: Date,
    /// What became of it; nothing while it waits, and of one that is not needed any more.
    pub made: Option<ContactMade>,
}

/// What became of a planned contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactMade {
    /// Whether there was contact.
    pub outcome: ContactOutcome,
    /// The day of the contact, or of the last attempt.
    pub contacted_on: Date,
    /// What was talked about, or why the person was not reached; social data.
    pub text: String,
    /// Who recorded it.
    pub recorded_by: StaffName,
}
