//! Policies: the parameters of a rule as versions with validity, so that law and local practice change as data (R8).
//!
//! A [`PolicyVersion`] says what holds for one [`PolicyKey`], from when, by whose law, within which [`Jurisdiction`]. A [`Book`] holds the
//! versions that one jobcenter lives under and finds the one that governs a fact: chosen by the date of the fact that the
//! version's [`Transition`] names, never by today. What a parameter may be is said once, in [`schema`]; code reads it through
//! the typed [`rules`].

pub mod book;
pub mod federal;
pub mod parameters;
pub mod rules;
pub mod schema;
#[cfg(test)]
mod tests;
mod together;
pub mod version;

pub use book::{Book, Reach};
pub use federal::BrokenRelease;
pub use parameters::{Fault, Parameters, Value};
pub use version::{Jurisdiction, PolicyVersion, Transition};

crate::codes! {
    /// Which rule a policy sets the parameters of.
    pub enum PolicyKey {
        /// Who gets access to bFM (R19 to R21, R24 to R26).
        AdmissionCriteria = "ADMISSION_CRITERIA",
        /// T1: how often everyone with a complex profile outside bFM is checked again (R23).
        EligibilityRecheck = "ELIGIBILITY_RECHECK",
        /// T2: how often and from when on the continuation is reviewed (R106, R107).
        ContinuationReview = "CONTINUATION_REVIEW",
        /// T3, T4: the soft limit, its notices, and who extends it for how long (R108).
        RegularMaximum = "REGULAR_MAXIMUM",
        /// T5: how often plan and agreement are brought up to date (R111).
        PlanUpdate = "PLAN_UPDATE",
        /// T12: how long aftercare runs, by legal basis (R122).
        Aftercare = "AFTERCARE",
        /// How many people a case manager looks after (R168).
        CaseloadRatio = "CASELOAD_RATIO",
        /// Who hears of what is overdue, and how often.
        Escalation = "ESCALATION",
        /// T7a, T7b: how long a provider has for the answer and the first appointment (R97).
        Referral = "REFERRAL",
        /// T8: how often a provider reports (R90).
        ProviderReport = "PROVIDER_REPORT",
        /// T14: reduction of the benefit, by the date of the breach (§§ 31 to 31b SGB II).
        Reduction = "REDUCTION",
        /// After how many days a posted act is deemed known (§ 37 Abs. 2 SGB X).
        NoticeFiction = "NOTICE_FICTION",
        /// How long an objection may be made (§ 84 SGG, § 66 Abs. 2 SGG).
        Objection = "OBJECTION",
        /// Mediation over the cooperation plan (§ 15a SGB II, until 30.06.2026).
        Mediation = "MEDIATION",
        /// T9: for which time a provider's report of absences is due (§ 61 Abs. 2 SGB II).
        AbsenceReport = "ABSENCE_REPORT",
        /// T13: in how many months after an integration employment is asked for.
        ContinuousEmployment = "CONTINUOUS_EMPLOYMENT",
        /// How long somebody may be assigned to work opportunities, and within which time (§ 16d Abs. 6 SGB II).
        WorkOpportunity = "WORK_OPPORTUNITY",
        /// By when a month's data go to the statistics (§ 51b SGB II).
        StatisticsDelivery = "STATISTICS_DELIVERY",
        /// T15: how long a class of records is kept.
        Retention = "RETENTION",
        /// T16: within which time a proposal is decided (R17).
        ProposalDecision = "PROPOSAL_DECISION",
        /// T17: within which time the first talk follows the assignment (R28).
        FirstTalk = "FIRST_TALK",
        /// Within which time a letter is posted (R127).
        LetterPosting = "LETTER_POSTING",
        /// Within which time it is decided how accompanying care goes on once its planned dates are used up (R31).
        Accompaniment = "ACCOMPANIMENT",
        /// Within which time a proposed switch of the support variant is answered (R31, R126).
        VariantSwitch = "VARIANT_SWITCH",
        /// Within which time there is contact after a crisis, or when a job is at risk (R122, R190).
        CrisisContact = "CRISIS_CONTACT",
        /// How long before the 25th year of life is completed the change of the team is proposed (R125).
        TeamDecision = "TEAM_DECISION",
        /// Within which time the hand-over after the end of care is accepted (row 21, R126, R115).
        HandoverAcceptance = "HANDOVER_ACCEPTANCE",
        /// Within which time a proposed extension is answered (row 18, R108).
        ExtensionAnswer = "EXTENSION_ANSWER",
        /// Within which time a wrong closing is undone, and who approves it (row 24).
        Reopening = "REOPENING",
        /// Who sees figures of one member of staff but that person (R192).
        StaffFigures = "STAFF_FIGURES",
    }
}

crate::codes! {
    /// Who keeps records, beside cases, whose dates go by the versions of a jobcenter and are stored nowhere.
    pub enum Keeper {
        /// Referrals (T7a, T8).
        Providers = "providers",
        /// Letters in the post room.
        Documents = "documents",
    }
}

impl PolicyKey {
    /// Who computes dates of its own records by the versions of the key.
    #[must_use]
    pub const fn keeper(self) -> Option<Keeper> {
        match self {
            Self::Referral | Self::ProviderReport | Self::Escalation => Some(Keeper::Providers),
            Self::LetterPosting => Some(Keeper::Documents),
            Self::AdmissionCriteria
            | Self::EligibilityRecheck
            | Self::ProposalDecision
            | Self::FirstTalk
            | Self::Accompaniment
            | Self::CrisisContact
            | Self::TeamDecision
            | Self::HandoverAcceptance
            | Self::ExtensionAnswer
            | Self::Reopening
            | Self::StaffFigures
            | Self::VariantSwitch
            | Self::ContinuationReview
            | Self::RegularMaximum
            | Self::Aftercare
            | Self::PlanUpdate
            | Self::CaseloadRatio
            | Self::Reduction
            | Self::NoticeFiction
            | Self::Objection
            | Self::Mediation
            | Self::Retention
            | Self::AbsenceReport
            | Self::ContinuousEmployment
            | Self::WorkOpportunity
            | Self::StatisticsDelivery => None,
        }
    }
}

crate::codes! {
    /// The fact whose date chooses the version.
    pub enum Fact {
        /// The assignment to bFM: t0.
        Assignment = "ASSIGNMENT",
        /// The proposal.
        Proposal = "PROPOSAL",
        /// The last check outside bFM.
        LastCheck = "LAST_CHECK",
        /// The decision that is taken.
        Decision = "DECISION",
        /// The start of the job.
        JobStart = "JOB_START",
        /// The agreement of the plan, or its last update.
        PlanAgreement = "PLAN_AGREEMENT",
        /// The sending of the referral.
        ReferralSent = "REFERRAL_SENT",
        /// The start of the provider's service.
        ServiceStart = "SERVICE_START",
        /// The breach of duty (§ 65a SGB II).
        Breach = "BREACH",
        /// The posting or sending of the act.
        Posting = "POSTING",
        /// The notice of the act ("Bekanntgabe").
        Notice = "NOTICE",
        /// The opening of the mediation.
        MediationOpening = "MEDIATION_OPENING",
        /// The end of care, from which retention counts.
        EndOfCare = "END_OF_CARE",
        /// The giving out of the letter.
        LetterOffered = "LETTER_OFFERED",
        /// The day on which a duty became overdue.
        Overdue = "OVERDUE",
        /// The first day of the month that is reported on.
        ReportedMonth = "REPORTED_MONTH",
        /// The integration into work.
        Integration = "INTEGRATION",
        /// The first day of the first work opportunity.
        WorkOpportunityStart = "WORK_OPPORTUNITY_START",
        /// The last planned date of accompanying care.
        LastPlannedDate = "LAST_PLANNED_DATE",
        /// The proposal to switch the support variant.
        SwitchProposal = "SWITCH_PROPOSAL",
        /// The completion of the 25th year of life.
        AgeCompletion = "AGE_COMPLETION",
        /// The record of a crisis, or of a job at risk.
        CrisisRecord = "CRISIS_RECORD",
        /// The proposal of an extension.
        ExtensionProposal = "EXTENSION_PROPOSAL",
        /// The closing of the episode.
        Closing = "CLOSING",
    }
}

crate::codes! {
    /// What a new version does to duties that are open when it begins.
    pub enum OpenDuties {
        /// They keep the version that governed their fact.
        Keep = "KEEP",
        /// They are computed again under the new version, once, on its first day.
        Replan = "REPLAN",
    }
}

crate::codes! {
    /// The unit of a number.
    pub enum Unit {
        /// Calendar months.
        Months = "MONTHS",
        /// Weeks of seven days.
        Weeks = "WEEKS",
        /// Calendar days.
        Days = "DAYS",
        /// Days on which people work.
        WorkingDays = "WORKING_DAYS",
        /// Things or people.
        Count = "COUNT",
        /// Hundredths.
        Percent = "PERCENT",
    }
}
