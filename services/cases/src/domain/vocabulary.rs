//! The enumerations of the contract as the domain uses them; the codes are those of the contract without their prefix.

mod aftercare;
mod alliance;
mod assessment;
mod commission;
mod duty;
mod extension;
mod placement;
mod plan;
mod reopening;

use lotse_kernel::codes;

pub use aftercare::{AftercareBasis, ContactOutcome, EmploymentContinuity, EmploymentStatus};
pub use alliance::AllianceState;
pub use assessment::{ObstacleHolder, PlacementObstacle, ProgressChange};
pub use commission::TargetGroup;
pub use duty::{DutyOutcome, ReplanEffect, VoidReason};
pub use extension::{ExtensionAnswer, ExtensionReason};
pub use placement::PlacementOutcome;
pub use plan::{Currency, DeviationConsequence, DeviationReason, GoalLevel, GoalOutcome, StepOutcome, StepParty};
pub use reopening::{ClosingError, ReopeningAnswer, ReopeningExtent};

codes! {
    /// Phase of an episode.
    pub enum EpisodePhase {
        /// Proposed ("vorgeschlagen").
        Proposed = "PROPOSED",
        /// In joint case discussion ("Fallerörterung").
        InDiscussion = "IN_DISCUSSION",
        /// Access is decided, no place is free ("Warteliste").
        Waitlisted = "WAITLISTED",
        /// Refused with reasons (R22).
        Refused = "REFUSED",
        /// Admitted; entry consultation ("Einstiegsberatung").
        EntryConsultation = "ENTRY_CONSULTATION",
        /// Referred back after the first talk ("Rücküberweisung", R29).
        ReferredBack = "REFERRED_BACK",
        /// Assessment.
        Assessment = "ASSESSMENT",
        /// Planning ("Integrationsplanung").
        Planning = "PLANNING",
        /// Delivery ("Leistungssteuerung").
        Delivery = "DELIVERY",
        /// Ended; hand-over is open ("Fallabgang").
        Closing = "CLOSING",
        /// Aftercare ("Nachbetreuung").
        Aftercare = "AFTERCARE",
        /// Closed.
        Closed = "CLOSED",
    }
}

impl EpisodePhase {
    /// The active phases: reviews and the limit run.
    pub const ACTIVE: &'static [Self] = &[Self::EntryConsultation, Self::Assessment, Self::Planning, Self::Delivery];

    /// The phases in which a technical end is possible (row 26).
    pub const UNFINISHED: &'static [Self] = &[
        Self::Proposed,
        Self::InDiscussion,
        Self::Waitlisted,
        Self::EntryConsultation,
        Self::Assessment,
        Self::Planning,
        Self::Delivery,
        Self::Closing,
        Self::Aftercare,
    ];

    /// The phases in which a case manager is responsible: from the assignment until the last word is spoken (row 5b).
    pub const IN_CARE: &'static [Self] =
        &[Self::EntryConsultation, Self::Assessment, Self::Planning, Self::Delivery, Self::Closing, Self::Aftercare];

    /// The phases in which the case may be proposed again (row 25, R123).
    pub const OVER: &'static [Self] = &[Self::Closed, Self::Refused, Self::ReferredBack, Self::Aftercare];

    /// Whether reviews and the limit run.
    #[must_use]
    pub fn is_active(self) -> bool {
        Self::ACTIVE.contains(&self)
    }

    /// Whether it is over: nothing happens any more unless a wrong closing is undone (row 24).
    #[must_use]
    pub fn is_final(self) -> bool {
        !Self::UNFINISHED.contains(&self)
    }

    /// Whether the case may be proposed again (row 25, R123).
    #[must_use]
    pub fn allows_new_proposal(self) -> bool {
        Self::OVER.contains(&self)
    }
}

codes! {
    /// Where the signal for case management came from (R16).
    pub enum SignalSource {
        /// Talk with the placement officer.
        PlacementTalk = "PLACEMENT_TALK",
        /// Benefits desk.
        BenefitsDesk = "BENEFITS_DESK",
        /// Entry zone.
        EntryZone = "ENTRY_ZONE",
        /// Observation in a measure.
        Measure = "MEASURE",
        /// Feedback of a provider.
        Provider = "PROVIDER",
        /// The check of a person outside case management (R23).
        EligibilityRecheck = "ELIGIBILITY_RECHECK",
        /// The person's own wish.
        OwnRequest = "OWN_REQUEST",
        /// Another source, named in the criteria text.
        Other = "OTHER",
    }
}

codes! {
    /// On which rule an admission rests.
    pub enum AdmissionBasis {
        /// Complex profile with at least three needs in circumstances or work capacity, and progress expected (R19, R20).
        ComplexProfile = "COMPLEX_PROFILE",
        /// Three distinct severe obstacles and no integration without bFM (R24).
        ThreeSevereObstacles = "THREE_SEVERE_OBSTACLES",
        /// Newcomer with assured profiling and risk of long-term unemployment (R25).
        Prophylaxis = "PROPHYLAXIS",
        /// Prospect of mid-term integration alone, with a written reason (R18, R186).
        Prospect = "PROSPECT",
    }
}

codes! {
    /// Why access was refused (R22).
    pub enum RefusalReason {
        /// The criteria are not met.
        CriteriaNotMet = "CRITERIA_NOT_MET",
        /// No progress is expected (R20).
        NoProspect = "NO_PROSPECT",
        /// Needed cooperation was refused.
        CooperationRefused = "COOPERATION_REFUSED",
        /// Not yet ("noch nicht").
        NotYet = "NOT_YET",
        /// Another support fits better.
        OtherSupport = "OTHER_SUPPORT",
        /// The person no longer wishes it.
        Withdrawn = "WITHDRAWN",
    }
}

codes! {
    /// How far the case manager is responsible (R31).
    pub enum SupportVariant {
        /// Full hand-over: the case manager is lead officer ("Hauptbetreuung", R32).
        Full = "FULL",
        /// Accompanying care: the case manager is co-officer for a planned number of dates ("Nebenbetreuung", R33).
        Accompanying = "ACCOMPANYING",
    }
}

codes! {
    /// How a proposed switch of the support variant was answered (row 5a).
    pub enum VariantSwitchAnswer {
        /// The other officer agreed: the switch is made.
        Agreed = "AGREED",
        /// The other officer declined.
        Declined = "DECLINED",
        /// Withdrawn by the side that proposed it.
        Withdrawn = "WITHDRAWN",
    }
}

codes! {
    /// Capacity in which a vote is cast.
    pub enum Voter {
        /// The case manager named for the discussion.
        CaseManager = "CASE_MANAGER",
        /// The placement officer named for the discussion.
        PlacementOfficer = "PLACEMENT_OFFICER",
    }
}

codes! {
    /// The six reasons of ending (R112 to R117).
    pub enum EndReason {
        /// Access conditions ceased and progress is expected without bFM (R112).
        AccessConditionsCeased = "ACCESS_CONDITIONS_CEASED",
        /// Lasting integration in work (R113).
        LastingIntegration = "LASTING_INTEGRATION",
        /// No improvement of the perspective visible (R114).
        NoImprovement = "NO_IMPROVEMENT",
        /// Change of competence, for example to SGB XII (R115).
        CompetenceChanged = "COMPETENCE_CHANGED",
        /// The working alliance does not carry (R116).
        AllianceNotViable = "ALLIANCE_NOT_VIABLE",
        /// Economy of bFM no longer given (R117); needs a stabilised person (R118, R119).
        NotEconomical = "NOT_ECONOMICAL",
    }
}

codes! {
    /// What threatens what was reached (row 22, R190).
    pub enum CrisisKind {
        /// A crisis in the life of the person.
        Crisis = "CRISIS",
        /// A job threatens to fail (R190).
        JobAtRisk = "JOB_AT_RISK",
    }
}

codes! {
    /// Technical ends, never mixed with the six reasons.
    pub enum TechnicalEnd {
        /// The person died.
        Deceased = "DECEASED",
        /// Benefits ended.
        BenefitEnded = "BENEFIT_ENDED",
        /// The person moved away (§ 36 SGB II).
        Moved = "MOVED",
        /// Duplicate of another case.
        Duplicate = "DUPLICATE",
        /// Opened in error.
        OpenedInError = "OPENED_IN_ERROR",
        /// Accompanying care is done (row 20).
        AccompanyingDone = "ACCOMPANYING_DONE",
    }
}

codes! {
    /// Who receives the person after the end (row 21).
    pub enum HandoverReceiver {
        /// The placement officer accepted (R126).
        PlacementOfficer = "PLACEMENT_OFFICER",
        /// The competent body was notified (R115).
        CompetentBody = "COMPETENT_BODY",
        /// Nobody: the need ended.
        None = "NONE",
    }
}

codes! {
    /// Profillage of the 4-phase model. Official codes stay German.
    pub enum ProfileType {
        /// Marktprofil.
        Marktprofil = "MARKTPROFIL",
        /// Aktivierungsprofil.
        Aktivierungsprofil = "AKTIVIERUNGSPROFIL",
        /// Förderprofil.
        Foerderprofil = "FOERDERPROFIL",
        /// Entwicklungsprofil (complex).
        Entwicklungsprofil = "ENTWICKLUNGSPROFIL",
        /// Stabilisierungsprofil (complex).
        Stabilisierungsprofil = "STABILISIERUNGSPROFIL",
        /// Unterstützungsprofil (complex).
        Unterstuetzungsprofil = "UNTERSTUETZUNGSPROFIL",
    }
}

impl ProfileType {
    /// Whether the profile is complex (R19).
    #[must_use]
    pub const fn is_complex(self) -> bool {
        match self {
            Self::Entwicklungsprofil | Self::Stabilisierungsprofil | Self::Unterstuetzungsprofil => true,
            Self::Marktprofil | Self::Aktivierungsprofil | Self::Foerderprofil => false,
        }
    }
}

codes! {
    /// Schlüsselgruppe.
    pub enum KeyGroup {
        /// Qualifikation.
        Qualification = "QUALIFICATION",
        /// Leistungsfähigkeit.
        WorkCapacity = "WORK_CAPACITY",
        /// Motivation.
        Motivation = "MOTIVATION",
        /// Rahmenbedingungen.
        Circumstances = "CIRCUMSTANCES",
    }
}

codes! {
    /// What came of the check of a person outside case management (R23). A check that finds progress to be expected leads to a proposal,
    /// which leaves the check open until it is decided.
    pub enum RecheckResult {
        /// Criterion (b) is still not met.
        Unchanged = "UNCHANGED",
        /// Access is in sight, but not yet ("noch nicht").
        NotYet = "NOT_YET",
        /// Needed cooperation was refused.
        CooperationRefused = "COOPERATION_REFUSED",
    }
}

codes! {
    /// Why nobody has to check a person.
    pub enum UnwatchedReason {
        /// The person is in case management.
        InCaseManagement = "IN_CASE_MANAGEMENT",
        /// The latest profile is not complex.
        ProfileNotComplex = "PROFILE_NOT_COMPLEX",
        /// Benefits ended.
        BenefitEnded = "BENEFIT_ENDED",
        /// The person moved away (§ 36 SGB II).
        Moved = "MOVED",
        /// The person died.
        Deceased = "DECEASED",
        /// Duplicate of another case.
        Duplicate = "DUPLICATE",
        /// Another body is competent (R115).
        CompetenceChanged = "COMPETENCE_CHANGED",
    }
}

codes! {
    /// Why another case manager takes over (row 5b).
    pub enum CaseManagerChangeReason {
        /// The case manager leaves the job.
        Leaves = "LEAVES",
        /// The case manager is absent for long.
        Absence = "ABSENCE",
        /// Caseloads are evened out (R168).
        Caseload = "CASELOAD",
        /// The person wishes it.
        PersonsWish = "PERSONS_WISH",
        /// The two know each other otherwise, or cannot work together.
        Partiality = "PARTIALITY",
        /// The first talk showed that the person needs a specialised case manager, to whom the case itself moves (row 7a, R29).
        Specialised = "SPECIALISED",
    }
}
