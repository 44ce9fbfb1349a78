//! The words of the integration plan.

use lotse_kernel::codes;

codes! {
    /// Level of a goal (R61).
    pub enum GoalLevel {
        /// Grundsatzziel.
        Basic = "BASIC",
        /// Mid-term partial goal.
        MidTerm = "MID_TERM",
        /// Short-term partial goal.
        ShortTerm = "SHORT_TERM",
    }
}

codes! {
    /// How far a goal is attained (R180).
    pub enum GoalOutcome {
        /// Attained.
        Attained = "ATTAINED",
        /// In part.
        Partly = "PARTLY",
        /// Not attained.
        NotAttained = "NOT_ATTAINED",
        /// Given up.
        Dropped = "DROPPED",
    }
}
