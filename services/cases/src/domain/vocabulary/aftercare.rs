//! What follows the end of care: on which basis it runs, its contacts, and whether an integration into work lasts.

use lotse_kernel::codes;

codes! {
    /// On which legal basis aftercare runs (R122).
    pub enum AftercareBasis {
        /// Need ended because of income (§ 16g Abs. 2 SGB II).
        JobStart = "JOB_START",
        /// The same, and holistic support is needed longer (§ 16k Abs. 3 SGB II).
        HolisticSupport = "HOLISTIC_SUPPORT",
        /// A training has ended and no job followed it at once (§ 16k Abs. 2 Satz 2 SGB II).
        TrainingEnd = "TRAINING_END",
        /// Coaching in a job as long as its grant (§ 16e Abs. 4, § 16i Abs. 4 SGB II).
        FundedJob = "FUNDED_JOB",
        /// Coaching in a job that followed a funded one (§ 16e Abs. 4, § 16i Abs. 4 SGB II).
        FollowOnJob = "FOLLOW_ON_JOB",
        /// Need continues: to a set date.
        SetDate = "SET_DATE",
    }
}

codes! {
    /// What became of a planned contact (R122).
    pub enum ContactOutcome {
        /// There was contact.
        Held = "HELD",
        /// The person was not reached.
        NotReached = "NOT_REACHED",
    }
}

codes! {
    /// Whether a person was employed in a month after an integration into work (T13).
    pub enum EmploymentStatus {
        /// In the job of the integration.
        SameJob = "SAME_JOB",
        /// In another job.
        OtherJob = "OTHER_JOB",
        /// Not employed.
        NotEmployed = "NOT_EMPLOYED",
        /// It could not be found out; never a no.
        Unknown = "UNKNOWN",
    }
}

codes! {
    /// Whether a person was employed in every month that is asked for (§ 48a SGB II).
    pub enum EmploymentContinuity {
        /// In each of them.
        Yes = "YES",
        /// Not in one of them at least.
        No = "NO",
        /// Neither is known.
        Unknown = "UNKNOWN",
    }
}
