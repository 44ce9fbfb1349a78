//! One bFM period: a state machine whose states carry their facts, with its duties beside the phase.

mod admission;
mod alliance;
mod assessment;
mod attainment;
mod basis;
mod care;
mod commission;
mod contacts;
mod crisis;
mod deviation;
mod employment;
mod ending;
mod facts;
mod goals;
mod intake;
mod late;
mod limit;
mod officers;
mod placement;
mod plan;
mod reassessment;
mod reopening;
mod replan;
mod review;
mod step_outcome;
mod steps;
mod support;
mod time;
mod waiting;

use jiff::civil::Date;
use lotse_kernel::names::{EpisodeName, StaffName};
use serde::{Deserialize, Serialize};

use super::{
    duties::{Duties, Duty},
    events::{Event, Happened},
    records::{
        Accompaniment, Admission, AllianceTurn, Assessment, CaseManagerChange, ClosingCheck, ClosingRecord, Commission,
        Crisis, Deviation, Discussion, Extension, Handover, IntegrationPlan, PlacementProposal, PlanRevision, Proposal,
        Reassessment, ReferBack, Refusal, Reopening, Review, TechnicalEndRecord, VariantSwitch, WaitingPlace,
        WorkingAlliance,
    },
    refused::Refused,
    vocabulary::{EpisodePhase, SupportVariant},
};

pub use admission::{AdmitDecision, Deciding, Places, RefuseDecision};
pub use attainment::Determined;
pub use basis::ReviewBasis;
pub use commission::Commissioning;
pub use contacts::ContactRecord;
pub use crisis::CrisisKnown;
pub use employment::EmploymentRecord;
pub use intake::Ballot;
pub use limit::{AnsweringExtension, ExtensionWanted};
pub use officers::TakingOver;
pub use plan::Revision;
pub use reopening::{Answering, ReopeningWanted};
pub use replan::kinds_reached;
pub use review::ReviewDecision;
pub use step_outcome::StepDetermined;
pub use support::AccompanimentDecision;
pub(super) use time::tell;
pub use time::{Audience, Step, StepTaken};
pub use waiting::TurnTaken;

/// An episode and its duties at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episode {
    name: EpisodeName,
    facts: Facts,
    duties: Duties,
}

/// What the column `facts` holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// How it began.
    pub proposal: Proposal,
    /// Where it stands.
    pub state: State,
    /// Reopenings that were proposed, oldest first; only the last may lack its answer (row 24).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reopenings: Vec<Reopening>,
}

/// Where an episode stands, with everything that is known by then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Proposed.
    Proposed,
    /// In joint discussion.
    InDiscussion(Discussion),
    /// To be admitted when the case manager has a place.
    Waitlisted {
        /// The discussion that led to it.
        discussion: Discussion,
        /// What was decided, and since when the person waits.
        place: WaitingPlace,
    },
    /// Refused.
    Refused {
        /// The discussion that led to it.
        discussion: Discussion,
        /// The place on the waiting list before it, if the person waited.
        waited: Option<WaitingPlace>,
        /// Why.
        refusal: Refusal,
    },
    /// In one of the active phases.
    Active(Active),
    /// Referred back after the first talk.
    ReferredBack {
        /// The care until then.
        care: Active,
        /// Why.
        refer_back: ReferBack,
    },
    /// Ended, hand-over open.
    Closing {
        /// The care until then.
        care: Active,
        /// Why and how.
        closing: ClosingRecord,
    },
    /// In aftercare.
    Aftercare {
        /// The care until then.
        care: Active,
        /// Why and how it ended.
        closing: ClosingRecord,
        /// To whom it was handed.
        handover: Handover,
    },
    /// Closed after the hand-over, or after aftercare.
    Closed {
        /// The care until then.
        care: Active,
        /// Why and how it ended.
        closing: ClosingRecord,
        /// To whom it was handed.
        handover: Handover,
        /// The check that ended aftercare; nothing when none was agreed.
        check: Option<ClosingCheck>,
    },
    /// Closed by a technical end.
    EndedTechnically {
        /// The state in which it was ended.
        from: Box<Self>,
        /// Which end.
        end: TechnicalEndRecord,
    },
}

/// What is known of an admitted episode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Active {
    /// The discussion that led to it.
    pub discussion: Discussion,
    /// The admission.
    pub admission: Admission,
    /// The case manager by now.
    pub case_manager: StaffName,
    /// Changes of the case manager, oldest first (row 5b).
    pub case_manager_changes: Vec<CaseManagerChange>,
    /// How far the case manager is responsible by now (R31).
    pub support_variant: SupportVariant,
    /// Times of accompanying care, oldest first; the last one runs while that is the variant (R33).
    pub accompaniments: Vec<Accompaniment>,
    /// Switches of the variant, oldest first; only the last may lack its answer (row 5a).
    pub variant_switches: Vec<VariantSwitch>,
    /// The first talk (T17), when held.
    pub first_talk_on: Option<Date>,
    /// How far the work has come.
    pub stage: Stage,
    /// Days on which the working alliance went another way, oldest first (R40).
    pub alliance_turns: Vec<AllianceTurn>,
    /// Assessments that were given up for a new one, oldest first (row 12).
    pub reassessments: Vec<Reassessment>,
    /// Versions of the plan that were revised, oldest first (R111).
    pub plan_revisions: Vec<PlanRevision>,
    /// Deviations from the plan, in the order in which they were recorded (row 13).
    pub deviations: Vec<Deviation>,
    /// Crises and jobs at risk, in the order in which they were recorded (row 22).
    pub crises: Vec<Crisis>,
    /// Placement proposals, in the order in which they were recorded (R189).
    pub placements: Vec<PlacementProposal>,
    /// Commissions of a specialised case manager, oldest first; only the last may run (rows 7b and 8).
    pub commissions: Vec<Commission>,
    /// Reviews decided, oldest first.
    pub reviews: Vec<Review>,
    /// Extensions that were proposed, oldest first; only the last may lack its answer.
    pub extensions: Vec<Extension>,
}

/// How far the work with the person has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Entry consultation.
    EntryConsultation,
    /// The alliance is agreed; assessment.
    Assessment {
        /// The alliance.
        alliance: WorkingAlliance,
    },
    /// The assessment is complete; planning.
    Planning {
        /// The alliance.
        alliance: WorkingAlliance,
        /// The assessment.
        assessment: Assessment,
    },
    /// The plan is active; delivery.
    Delivery {
        /// The alliance.
        alliance: WorkingAlliance,
        /// The assessment.
        assessment: Assessment,
        /// The plan.
        plan: IntegrationPlan,
    },
}

/// What an act came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The episode after the act.
    pub episode: Episode,
    /// What happened, in order.
    pub events: Vec<Happened>,
}

/// The answer to an act.
pub type Act = Result<Decided, Refused>;

impl Episode {
    /// Puts an episode together from its row and the rows of its duties.
    #[must_use]
    pub fn from_rows(name: EpisodeName, facts: Facts, duties: impl IntoIterator<Item = Duty>) -> Self {
        Self { name, facts, duties: duties.into_iter().collect() }
    }

    /// Its resource name.
    #[must_use]
    pub const fn name(&self) -> &EpisodeName {
        &self.name
    }

    /// What the column `facts` holds.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Its duties.
    #[must_use]
    pub const fn duties(&self) -> &Duties {
        &self.duties
    }

    /// Its phase.
    #[must_use]
    pub const fn phase(&self) -> EpisodePhase {
        match &self.facts.state {
            State::Proposed => EpisodePhase::Proposed,
            State::InDiscussion(_) => EpisodePhase::InDiscussion,
            State::Waitlisted { .. } => EpisodePhase::Waitlisted,
            State::Refused { .. } => EpisodePhase::Refused,
            State::Active(active) => active.phase(),
            State::ReferredBack { .. } => EpisodePhase::ReferredBack,
            State::Closing { .. } => EpisodePhase::Closing,
            State::Aftercare { .. } => EpisodePhase::Aftercare,
            State::Closed { .. } | State::EndedTechnically { .. } => EpisodePhase::Closed,
        }
    }

    /// Whether it is over and nothing waits any more. What may still wait of an episode that is closed are the months after an integration into
    /// work (T13).
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.phase().is_final() && !self.duties.iter().any(Duty::is_unsettled)
    }

    /// The refusal of an act that does not fit the phase.
    const fn wrong_phase(&self, allowed: &'static [EpisodePhase]) -> Refused {
        Refused::WrongPhase { phase: self.phase(), allowed }
    }

    /// The episode after an act about which there is one thing to tell.
    fn with(self, event: Event) -> Decided {
        self.telling(vec![event])
    }

    /// The episode after an act about which there are several things to tell, in order.
    fn telling(self, events: Vec<Event>) -> Decided {
        let events = events.into_iter().map(|event| Happened::to_episode(&self.name, event)).collect();
        Decided { episode: self, events }
    }
}

impl Decided {
    /// Adds something that happened with the same act.
    fn and(mut self, event: Event) -> Self {
        let happened = Happened::to_episode(&self.episode.name, event);
        self.events.push(happened);
        self
    }

    /// Adds what may have happened with the same act.
    fn and_perhaps(self, event: Option<Event>) -> Self {
        match event {
            Some(event) => self.and(event),
            None => self,
        }
    }
}

impl Active {
    /// The phase the work is in.
    #[must_use]
    pub const fn phase(&self) -> EpisodePhase {
        match self.stage {
            Stage::EntryConsultation => EpisodePhase::EntryConsultation,
            Stage::Assessment { .. } => EpisodePhase::Assessment,
            Stage::Planning { .. } => EpisodePhase::Planning,
            Stage::Delivery { .. } => EpisodePhase::Delivery,
        }
    }

    /// The case manager: lead officer in full support (R32), co-officer in accompanying care (R33).
    #[must_use]
    pub const fn case_manager(&self) -> &StaffName {
        &self.case_manager
    }

    /// What was proposed and not answered lapses with the end of care, also where that end is undone later (row 24): whoever still wants it
    /// says so again.
    fn lapse_proposals(&mut self, ended_on: Date) {
        for extension in self.extensions.iter_mut().filter(|extension| extension.waits()) {
            extension.lapsed_on = Some(ended_on);
        }
        for switch in self.variant_switches.iter_mut().filter(|switch| switch.waits()) {
            switch.lapsed_on = Some(ended_on);
        }
    }
}
