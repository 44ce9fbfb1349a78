//! Words of a reopening (row 24).

use lotse_kernel::codes;

use super::VoidReason;

codes! {
    /// What was wrong about a closing.
    pub enum ClosingError {
        /// Another person was meant.
        WrongPerson = "WRONG_PERSON",
        /// What was reported is not so: a death, a move, the end of benefits, a duplicate, a job.
        FalseReport = "FALSE_REPORT",
        /// The reason of the end is not the one that holds.
        WrongReason = "WRONG_REASON",
    }
}

codes! {
    /// How far a reopening goes back.
    pub enum ReopeningExtent {
        /// To the phase from which the episode was closed.
        Closing = "CLOSING",
        /// To the phase of care before it ended for one of the six reasons.
        EndOfCare = "END_OF_CARE",
    }
}

codes! {
    /// How a proposed reopening was answered.
    pub enum ReopeningAnswer {
        /// Another person approved: the episode is open again.
        Approved = "APPROVED",
        /// The closing stands.
        Declined = "DECLINED",
        /// Withdrawn by whoever proposed it.
        Withdrawn = "WITHDRAWN",
    }
}

impl VoidReason {
    /// Whether it is an end that may be undone (row 24).
    #[must_use]
    pub const fn ends_episode(self) -> bool {
        match self {
            Self::EpisodeEnded | Self::TechnicalEnd | Self::PassedOn => true,
            Self::ReferredBack
            | Self::WatchEnded
            | Self::PlanChanged
            | Self::GoalDetermined
            | Self::Replanned
            | Self::WindowClosed => false,
        }
    }
}
