//! The facts that acts record: what people wrote and decided, with its day. Free text is social data and never leaves the store.

mod access;
mod aftercare;
mod alliance;
mod assessment;
mod commission;
mod crisis;
mod deviation;
mod employment;
mod extension;
mod officers;
mod placement;
mod plan;
mod profile;
mod reassessment;
mod reopening;
mod support;
mod team;

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::Deadline,
    names::{EpisodeName, StaffName},
};
use serde::{Deserialize, Serialize};

pub use access::{AccessDecision, Admission, Occupancy, Refusal, WaitingPlace};
pub use aftercare::{Aftercare, ContactMade, PlannedContact};
pub use alliance::AllianceTurn;
pub use assessment::{
    Assessment, AssessmentNotes, AssessmentTalk, BenefitUnitView, Finding, Strength, ThirdPartySource,
};
pub use commission::{Commission, CommissionEnd, Commissioned, Release};
pub use crisis::{Crisis, CrisisContact};
pub use deviation::{Deviation, Judgement};
pub use employment::{Employment, EmploymentAnswer, EmploymentMonth, Integration};
pub use extension::{Extension, ExtensionAnswered};
pub use officers::{CaseManagerChange, HandoverPackage};
pub use placement::{PlacementProposal, PlacementResult};
pub use plan::{DroppedGoal, Goal, GoalAttainment, IntegrationPlan, PlanRevision, PlanStep, StepResult};
pub use profile::{NeedForAction, NeedIdentity, Profile};
pub use reassessment::{LifeChange, Reassessment};
pub use reopening::{Reopening, ReopeningAnswered, Undone, UndoneClosing};
pub use support::{Accompaniment, AccompanyingDate, FurtherDates, Support, SwitchAnswered, VariantSwitch};
pub use team::{TeamDecision, YouthTeam};

use super::vocabulary::{EndReason, HandoverReceiver, SignalSource, TechnicalEnd, Voter};

/// The proposal (row 1, R15, R16).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Where the signal came from.
    pub signal_source: SignalSource,
    /// The criteria sheet.
    pub criteria: CriteriaSheet,
    /// The day of the proposal.
    pub proposed_on: Date,
    /// Who proposed.
    pub proposed_by: StaffName,
    /// The placement officer of the case on that day.
    pub placement_officer: StaffName,
    /// The episode before this one (R123).
    pub previous_episode: Option<EpisodeName>,
}

/// The criteria sheet (R15 a and b, R20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriteriaSheet {
    /// R15a: which abilities to end neediness alone are lacking.
    pub lacking_abilities: String,
    /// R15b: reasons in the person or members of the benefit unit.
    pub reasons_in_person: String,
    /// R20: expected integration progress through bFM.
    pub expected_progress: String,
}

/// The joint case discussion (row 2, R17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discussion {
    /// The day of the discussion.
    pub held_on: Date,
    /// The case manager named for it.
    pub case_manager: StaffName,
    /// The placement officer named for it.
    pub placement_officer: StaffName,
    /// Votes cast; at most one of each voter.
    pub votes: Vec<Vote>,
}

impl Discussion {
    /// The vote cast in this capacity, if any.
    #[must_use]
    pub fn vote_of(&self, voter: Voter) -> Option<&Vote> {
        self.votes.iter().find(|vote| vote.voter == voter)
    }

    /// Whether both have voted, and not alike (row 3a).
    #[must_use]
    pub fn dissents(&self) -> bool {
        let cast = |admit| self.votes.iter().any(|vote| vote.admit == admit);
        cast(true) && cast(false)
    }

    /// The capacity in which a member of staff may vote, if any.
    #[must_use]
    pub fn voter(&self, staff: &StaffName) -> Option<Voter> {
        if *staff == self.case_manager {
            Some(Voter::CaseManager)
        } else if *staff == self.placement_officer {
            Some(Voter::PlacementOfficer)
        } else {
            None
        }
    }
}

/// A vote on admission; both are data (R17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Who voted.
    pub staff_member: StaffName,
    /// In which capacity.
    pub voter: Voter,
    /// For admission.
    pub admit: bool,
    /// Why.
    pub reason: String,
    /// The day of the vote.
    pub voted_on: Date,
    /// What the placement officer hands over with the admission (R126).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<HandoverPackage>,
}

/// The referring back after the first talk (row 6, R29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferBack {
    /// Why.
    pub reason: String,
    /// The day.
    pub referred_on: Date,
}

/// The working alliance ("Arbeitsbündnis", R39 to R41, R187); all transparency items were ticked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingAlliance {
    /// Rules of cooperation (R40).
    pub rules: String,
    /// Process preconditions (R187).
    pub preconditions: String,
    /// Whether and how work can be reached (R187).
    pub attainability: String,
    /// The day of the agreement.
    pub agreed_on: Date,
}

/// What was made transparent before the alliance (R39, R41, R133).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transparency {
    /// Procedure and next steps (R39).
    pub procedure_explained: bool,
    /// The tension between trust and power to decide (R41).
    pub role_disclosed: bool,
    /// Data protection (R133).
    pub data_protection_explained: bool,
}

/// A decided review (R106).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Number of the slot, from 1.
    pub slot: i32,
    /// The day of the decision.
    pub decided_on: Date,
    /// What was decided.
    pub decision: ReviewOutcome,
    /// The version that said when it was due; nothing for a day that the law itself sets.
    pub under: Option<DecidedUnder>,
}

/// What a review came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReviewOutcome {
    /// The episode goes on.
    Continued {
        /// Reasons of continuation.
        reasons: String,
        /// Prognosis of success.
        prognosis: String,
    },
    /// The episode ended; the closing record says why.
    Ended,
}

/// The policy version under which something was decided (R8). A date carries the same in its explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedUnder {
    /// How the version is cited.
    pub policy: String,
    /// The date of the fact that chose it.
    pub fact_on: Date,
}

/// What somebody writes when an episode ends (R120, R121); the day is added by the act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingNote {
    /// One of the six reasons.
    pub reason: EndReason,
    /// Retrospective valuation.
    pub retrospective: String,
    /// Prospective estimate.
    pub prospective: String,
    /// The person's own view, or why it is missing.
    pub person_view: PersonView,
    /// The person is stabilised so that lasting integration is likely (R119).
    pub stabilised: bool,
    /// Aftercare, when agreed (R122).
    pub aftercare: Option<Aftercare>,
    /// What is to follow a funded job (R76); empty for any other aftercare.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub onward_perspective: String,
    /// The day of the integration into work, where aftercare names no job start (R113).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integrated_on: Option<Date>,
    /// The days on which contact is planned in aftercare (R122).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts_on: Vec<Date>,
}

impl ClosingNote {
    /// The day of the integration into work with which care ends, if it ends with one (R113).
    #[must_use]
    pub fn integration(&self) -> Option<Date> {
        self.aftercare.and_then(Aftercare::job_started_on).or(self.integrated_on)
    }
}

/// The person's own view of the end (R121).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PersonView {
    /// In the person's words.
    Stated(String),
    /// The date that was offered, and why the view is missing.
    Missing(String),
}

/// The closing record of an ended episode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingRecord {
    /// What was written.
    pub note: ClosingNote,
    /// The day of the end: the day of the decision.
    pub ended_on: Date,
    /// T12: when the agreed aftercare ends, and why, as it was computed on the day of the end.
    pub aftercare: Option<Deadline>,
    /// The integration into work, and the months after it (T13); nothing where there is none, or where the law of its day asks for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration: Option<Integration>,
    /// The contacts that were planned for aftercare, in the order in which they were agreed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<PlannedContact>,
}

/// The accepted hand-over (row 21).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// Who receives.
    pub receiver: HandoverReceiver,
    /// Note of the hand-over.
    pub note: String,
    /// The day of acceptance.
    pub accepted_on: Date,
}

/// The closing check that ended aftercare (row 23).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingCheck {
    /// What it found.
    pub text: String,
    /// What became of what was to follow a funded job (R76); empty for any other aftercare.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub onward_outcome: String,
    /// The day.
    pub checked_on: Date,
}

/// A technical end (row 26).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TechnicalEndRecord {
    /// Kind.
    pub kind: TechnicalEnd,
    /// Note; empty when none.
    pub note: String,
    /// The day of the end.
    pub ended_on: Date,
    /// Who ended it.
    pub ended_by: StaffName,
}
