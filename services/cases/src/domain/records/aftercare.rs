//! Aftercare by its legal basis.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::vocabulary::AftercareBasis;

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
            Self::JobStart { started_on } | Self::HolisticSupport { started_on } | Self::FollowOnJob { started_on } => {
                Some(started_on)
            }
            Self::TrainingEnd { ended_on } => Some(ended_on),
            Self::FundedJob { .. } | Self::SetDate { .. } => None,
        }
    }
}
