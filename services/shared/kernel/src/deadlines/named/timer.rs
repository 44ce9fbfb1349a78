//! The timers of the catalogue, and which policy says how long each is.

use crate::policy::PolicyKey;

crate::codes! {
    /// A timer of the catalogue.
    pub enum Timer {
        /// T1, from the last check (R23).
        EligibilityRecheck = "ELIGIBILITY_RECHECK",
        /// T2, from the assignment (R106, R107).
        ContinuationReview = "CONTINUATION_REVIEW",
        /// T3, from the assignment (R108).
        RegularMaximum = "REGULAR_MAXIMUM",
        /// T4, from the end of the limit before (R108).
        ExtensionEnd = "EXTENSION_END",
        /// T5, from the agreement or the last update (R111).
        PlanUpdate = "PLAN_UPDATE",
        /// T7a, from the sending of the referral (R97).
        ProviderAnswer = "PROVIDER_ANSWER",
        /// T7b, from the acceptance by the provider; the sending chooses the policy (R97).
        FirstAppointment = "FIRST_APPOINTMENT",
        /// T8, from the start of the service (R90).
        ProviderReport = "PROVIDER_REPORT",
        /// T9, from any day of the month (§ 61 Abs. 2 SGB II).
        AbsenceReport = "ABSENCE_REPORT",
        /// T12, from the job start (§ 16g Abs. 2 SGB II, R122).
        AftercareEnd = "AFTERCARE_END",
        /// T12, from the job start (§ 16k Abs. 3 SGB II).
        HolisticSupport = "HOLISTIC_SUPPORT",
        /// T12, from the end of the training, where no job follows it at once (§ 16k Abs. 2 Satz 2 SGB II).
        TrainingSupport = "TRAINING_SUPPORT",
        /// T12, from the start of a job that follows a funded one (§ 16e Abs. 4, § 16i Abs. 4 SGB II).
        FollowOnCoaching = "FOLLOW_ON_COACHING",
        /// T13, from the integration.
        ContinuousEmployment = "CONTINUOUS_EMPLOYMENT",
        /// From any day of the month (§ 51b SGB II).
        StatisticsDelivery = "STATISTICS_DELIVERY",
        /// From the first day of the first work opportunity, never interrupted (§ 16d Abs. 6 SGB II).
        WorkOpportunityEnd = "WORK_OPPORTUNITY_END",
        /// The same, with the extension (§ 16d Abs. 6 SGB II).
        WorkOpportunityExtension = "WORK_OPPORTUNITY_EXTENSION",
        /// The frame in which work opportunities are counted (§ 16d Abs. 6 SGB II).
        WorkOpportunityFrame = "WORK_OPPORTUNITY_FRAME",
        /// T14, from the breach (§ 31b Abs. 1 SGB II).
        ReductionFinding = "REDUCTION_FINDING",
        /// T14, from the notice of the act (§ 31b Abs. 1 Satz 1 SGB II).
        ReductionBegin = "REDUCTION_BEGIN",
        /// T14, from the finding (§ 31a SGB II).
        AdviceUnder25 = "ADVICE_UNDER_25",
        /// T14, from the opening (§ 15a SGB II, until 30.06.2026).
        MediationEnd = "MEDIATION_END",
        /// T15, from the end of care: advice notes.
        RetentionAdviceNote = "RETENTION_ADVICE_NOTE",
        /// T15, from the end of care: plans and agreements.
        RetentionPlan = "RETENTION_PLAN",
        /// T15, from the end of care: consents.
        RetentionConsent = "RETENTION_CONSENT",
        /// T15, from the end of care: decisions.
        RetentionDecision = "RETENTION_DECISION",
        /// T15, from the end of care: payments.
        RetentionPayment = "RETENTION_PAYMENT",
        /// T16, from the proposal (R17).
        ProposalDecision = "PROPOSAL_DECISION",
        /// T17, from the assignment (R28).
        FirstTalk = "FIRST_TALK",
        /// From the day a letter was given out (R127).
        LetterPosting = "LETTER_POSTING",
        /// From the last planned date of accompanying care (R31).
        AccompanimentDecision = "ACCOMPANIMENT_DECISION",
        /// From the proposal to switch the support variant (R31, R126).
        VariantSwitchAnswer = "VARIANT_SWITCH_ANSWER",
        /// From the record of a crisis, or of a job at risk (R122, R190).
        CrisisContact = "CRISIS_CONTACT",
        /// From the end of care: by when the hand-over is accepted (R126, R115).
        HandoverAcceptance = "HANDOVER_ACCEPTANCE",
        /// From the proposal of an extension: by when it is answered (R108).
        ExtensionAnswer = "EXTENSION_ANSWER",
        /// From the closing: until when it may be undone (row 24).
        Reopening = "REOPENING",
    }
}

impl Timer {
    /// Its number in the catalogue; several share one, and some have none.
    #[must_use]
    pub const fn number(self) -> Option<&'static str> {
        Some(match self {
            Self::EligibilityRecheck => "T1",
            Self::ContinuationReview => "T2",
            Self::RegularMaximum => "T3",
            Self::ExtensionEnd => "T4",
            Self::PlanUpdate => "T5",
            Self::ProviderAnswer => "T7a",
            Self::FirstAppointment => "T7b",
            Self::ProviderReport => "T8",
            Self::AbsenceReport => "T9",
            Self::AftercareEnd | Self::HolisticSupport | Self::TrainingSupport | Self::FollowOnCoaching => "T12",
            Self::ContinuousEmployment => "T13",
            Self::ReductionFinding | Self::ReductionBegin | Self::AdviceUnder25 | Self::MediationEnd => "T14",
            Self::RetentionAdviceNote
            | Self::RetentionPlan
            | Self::RetentionConsent
            | Self::RetentionDecision
            | Self::RetentionPayment => "T15",
            Self::ProposalDecision => "T16",
            Self::FirstTalk => "T17",
            Self::LetterPosting
            | Self::AccompanimentDecision
            | Self::VariantSwitchAnswer
            | Self::CrisisContact
            | Self::HandoverAcceptance
            | Self::ExtensionAnswer
            | Self::Reopening
            | Self::StatisticsDelivery
            | Self::WorkOpportunityEnd
            | Self::WorkOpportunityExtension
            | Self::WorkOpportunityFrame => return None,
        })
    }

    /// The policy that says how long it is; nothing where the law itself does.
    #[must_use]
    pub const fn policy(self) -> Option<PolicyKey> {
        Some(match self {
            Self::EligibilityRecheck => PolicyKey::EligibilityRecheck,
            Self::ContinuationReview => PolicyKey::ContinuationReview,
            Self::RegularMaximum | Self::ExtensionEnd => PolicyKey::RegularMaximum,
            Self::PlanUpdate => PolicyKey::PlanUpdate,
            Self::ProviderAnswer | Self::FirstAppointment => PolicyKey::Referral,
            Self::AbsenceReport => PolicyKey::AbsenceReport,
            Self::ContinuousEmployment => PolicyKey::ContinuousEmployment,
            Self::StatisticsDelivery => PolicyKey::StatisticsDelivery,
            Self::WorkOpportunityEnd | Self::WorkOpportunityExtension | Self::WorkOpportunityFrame => {
                PolicyKey::WorkOpportunity
            }
            Self::RetentionAdviceNote
            | Self::RetentionPlan
            | Self::RetentionConsent
            | Self::RetentionDecision
            | Self::RetentionPayment => PolicyKey::Retention,
            Self::ProviderReport => PolicyKey::ProviderReport,
            Self::AftercareEnd | Self::HolisticSupport | Self::TrainingSupport | Self::FollowOnCoaching => {
                PolicyKey::Aftercare
            }
            Self::ReductionFinding | Self::AdviceUnder25 => PolicyKey::Reduction,
            Self::MediationEnd => PolicyKey::Mediation,
            Self::ProposalDecision => PolicyKey::ProposalDecision,
            Self::FirstTalk => PolicyKey::FirstTalk,
            Self::LetterPosting => PolicyKey::LetterPosting,
            Self::AccompanimentDecision => PolicyKey::Accompaniment,
            Self::VariantSwitchAnswer => PolicyKey::VariantSwitch,
            Self::CrisisContact => PolicyKey::CrisisContact,
            Self::HandoverAcceptance => PolicyKey::HandoverAcceptance,
            Self::ExtensionAnswer => PolicyKey::ExtensionAnswer,
            Self::Reopening => PolicyKey::Reopening,
            Self::ReductionBegin => return None,
        })
    }

    /// Whether it counts from another fact than the one whose date chooses the version.
    #[must_use]
    pub const fn has_fact_of_its_own(self) -> bool {
        matches!(self, Self::ExtensionEnd | Self::AdviceUnder25 | Self::FirstAppointment)
    }
}
