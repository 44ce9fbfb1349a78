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
    /// Who does a step of the plan (R66).
    pub enum StepParty {
        /// The person has to.
        Person = "PERSON",
        /// The jobcenter has promised to.
        Jobcenter = "JOBCENTER",
        /// Somebody else.
        ThirdParty = "THIRD_PARTY",
    }
}

codes! {
    /// What became of a step of the plan (R181).
    pub enum StepOutcome {
        /// Done.
        Done = "DONE",
        /// Not done; it stays to be done.
        NotDone = "NOT_DONE",
        /// Given up.
        GivenUp = "GIVEN_UP",
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

codes! {
    /// Whether a document still fits the life of the person (R68).
    pub enum Currency {
        /// Up to date.
        Current = "CURRENT",
        /// Overtaken, or never made.
        Outdated = "OUTDATED",
    }
}

codes! {
    /// Whether the person had an important reason for a deviation (R68, § 31 Abs. 1 Satz 2 SGB II).
    pub enum DeviationReason {
        /// An important reason.
        Important = "IMPORTANT",
        /// None.
        NotImportant = "NOT_IMPORTANT",
    }
}

codes! {
    /// What follows from a deviation (row 13).
    pub enum DeviationConsequence {
        /// The plan stays.
        None = "NONE",
        /// A plan has to be made again.
        NewPlan = "NEW_PLAN",
        /// Handed to the legal track.
        LegalTrack = "LEGAL_TRACK",
    }
}
