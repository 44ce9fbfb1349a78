//! Words of an extension of the limit (row 18, R108).

use lotse_kernel::codes;

codes! {
    /// Why care goes on beyond the regular maximum (R108).
    pub enum ExtensionReason {
        /// Integration into work is within reach.
        IntegrationWithinReach = "INTEGRATION_WITHIN_REACH",
        /// A measure or a training runs beyond the limit.
        MeasureRunsOn = "MEASURE_RUNS_ON",
        /// A treatment, debt counselling or another service that goes with it runs beyond the limit (§ 16a SGB II).
        SupportRunsOn = "SUPPORT_RUNS_ON",
        /// A crisis or a change of life set the process back (R53, R190).
        Setback = "SETBACK",
        /// The work began late.
        LateStart = "LATE_START",
        /// Another reason, which the words name.
        Other = "OTHER",
    }
}

codes! {
    /// How a proposed extension was answered.
    pub enum ExtensionAnswer {
        /// Another person approved: the new limit holds.
        Approved = "APPROVED",
        /// The old limit stays.
        Declined = "DECLINED",
        /// Withdrawn by who proposed it, or by the case manager by now.
        Withdrawn = "WITHDRAWN",
    }
}
