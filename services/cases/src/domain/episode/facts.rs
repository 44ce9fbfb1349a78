//! Reading an episode: what is known, whatever its state.

use jiff::civil::Date;
use lotse_kernel::names::StaffName;

use super::{Active, Episode, Stage, State};
use crate::domain::{
    records::{
        Assessment, ClosingCheck, ClosingRecord, Discussion, Handover, IntegrationPlan, Proposal, ReferBack, Refusal,
        TechnicalEndRecord, WaitingPlace, WorkingAlliance,
    },
    vocabulary::{EpisodePhase, HandoverReceiver, SupportVariant},
};

impl Episode {
    /// The state before a technical end, or the state itself.
    fn substance(&self) -> &State {
        let mut state = &self.facts.state;
        while let State::EndedTechnically { from, .. } = state {
            state = from;
        }
        state
    }

    /// How it began.
    #[must_use]
    pub const fn proposal(&self) -> &Proposal {
        &self.facts.proposal
    }

    /// The joint discussion, once scheduled.
    #[must_use]
    pub fn discussion(&self) -> Option<&Discussion> {
        match self.substance() {
            State::InDiscussion(discussion)
            | State::Waitlisted { discussion, .. }
            | State::Refused { discussion, .. } => Some(discussion),
            State::Proposed | State::EndedTechnically { .. } => None,
            State::Active(_)
            | State::ReferredBack { .. }
            | State::Closing { .. }
            | State::Aftercare { .. }
            | State::Closed { .. } => self.care().map(|care| &care.discussion),
        }
    }

    /// What is known since the admission, once admitted; also after the end.
    #[must_use]
    pub fn care(&self) -> Option<&Active> {
        match self.substance() {
            State::Active(care)
            | State::ReferredBack { care, .. }
            | State::Closing { care, .. }
            | State::Aftercare { care, .. }
            | State::Closed { care, .. } => Some(care),
            State::Proposed
            | State::InDiscussion(_)
            | State::Waitlisted { .. }
            | State::Refused { .. }
            | State::EndedTechnically { .. } => None,
        }
    }

    /// The assignment date t0, once admitted.
    #[must_use]
    pub fn assigned_on(&self) -> Option<Date> {
        self.care().map(|care| care.admission.assigned_on)
    }

    /// The place on the waiting list, when the person waits or has waited.
    #[must_use]
    pub fn waiting_place(&self) -> Option<&WaitingPlace> {
        match self.substance() {
            State::Waitlisted { place, .. } => Some(place),
            State::Refused { waited, .. } => waited.as_ref(),
            State::Proposed | State::InDiscussion(_) | State::EndedTechnically { .. } => None,
            State::Active(_)
            | State::ReferredBack { .. }
            | State::Closing { .. }
            | State::Aftercare { .. }
            | State::Closed { .. } => self.care()?.admission.waited.as_ref(),
        }
    }

    /// The refusal, when refused.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        if let State::Refused { refusal, .. } = self.substance() { Some(refusal) } else { None }
    }

    /// The referring back, when referred back.
    #[must_use]
    pub fn referred_back(&self) -> Option<&ReferBack> {
        if let State::ReferredBack { refer_back, .. } = self.substance() { Some(refer_back) } else { None }
    }

    /// The working alliance, once agreed.
    #[must_use]
    pub fn alliance(&self) -> Option<&WorkingAlliance> {
        match &self.care()?.stage {
            Stage::EntryConsultation => None,
            Stage::Assessment { alliance } | Stage::Planning { alliance, .. } | Stage::Delivery { alliance, .. } => {
                Some(alliance)
            }
        }
    }

    /// The assessment, once complete.
    #[must_use]
    pub fn assessment(&self) -> Option<&Assessment> {
        match &self.care()?.stage {
            Stage::EntryConsultation | Stage::Assessment { .. } => None,
            Stage::Planning { assessment, .. } | Stage::Delivery { assessment, .. } => Some(assessment),
        }
    }

    /// The plan, once active.
    #[must_use]
    pub fn plan(&self) -> Option<&IntegrationPlan> {
        match &self.care()?.stage {
            Stage::EntryConsultation | Stage::Assessment { .. } | Stage::Planning { .. } => None,
            Stage::Delivery { plan, .. } => Some(plan),
        }
    }

    /// The closing record, once ended for one of the six reasons.
    #[must_use]
    pub fn closing(&self) -> Option<&ClosingRecord> {
        match self.substance() {
            State::Closing { closing, .. } | State::Aftercare { closing, .. } | State::Closed { closing, .. } => {
                Some(closing)
            }
            State::Proposed
            | State::InDiscussion(_)
            | State::Waitlisted { .. }
            | State::Refused { .. }
            | State::Active(_)
            | State::ReferredBack { .. }
            | State::EndedTechnically { .. } => None,
        }
    }

    /// The hand-over, once accepted.
    #[must_use]
    pub fn handover(&self) -> Option<&Handover> {
        match self.substance() {
            State::Aftercare { handover, .. } | State::Closed { handover, .. } => Some(handover),
            State::Proposed
            | State::InDiscussion(_)
            | State::Waitlisted { .. }
            | State::Refused { .. }
            | State::Active(_)
            | State::ReferredBack { .. }
            | State::Closing { .. }
            | State::EndedTechnically { .. } => None,
        }
    }

    /// The closing check of aftercare, once made.
    #[must_use]
    pub fn closing_check(&self) -> Option<&ClosingCheck> {
        if let State::Closed { check, .. } = self.substance() { check.as_ref() } else { None }
    }

    /// The technical end, when ended technically.
    #[must_use]
    pub fn technical_end(&self) -> Option<&TechnicalEndRecord> {
        if let State::EndedTechnically { end, .. } = &self.facts.state { Some(end) } else { None }
    }

    /// The case manager: the one named for the discussion, since the assignment the one by now.
    #[must_use]
    pub fn case_manager(&self) -> Option<&StaffName> {
        let named = || self.discussion().map(|discussion| &discussion.case_manager);
        self.care().map(Active::case_manager).or_else(named)
    }

    /// The placement officer: the one named for the discussion, before it the one of the case.
    #[must_use]
    pub fn placement_officer(&self) -> &StaffName {
        self.discussion().map_or(&self.facts.proposal.placement_officer, |discussion| &discussion.placement_officer)
    }

    /// The co-officer ("Nebenbetreuung", R33): the case manager during accompanying care, until the hand-over.
    #[must_use]
    pub fn co_officer(&self) -> Option<&StaffName> {
        let accompanies = self.care()?.support_variant == SupportVariant::Accompanying;
        let phase = self.phase();
        let is_looked_after = phase.is_active() || phase == EpisodePhase::Closing;
        self.case_manager().filter(|_| accompanies && is_looked_after)
    }

    /// The person's contact ("persönliche/r Ansprechpartner/in"): whoever leads, and the placement officer where nobody does.
    #[must_use]
    pub fn contact_person(&self) -> &StaffName {
        self.lead_officer().unwrap_or_else(|| self.placement_officer())
    }

    /// Whether the person has another contact than before an act (R125). What ends technically, or is undone after that, changes none: nobody
    /// looked after the person meanwhile, or they are gone.
    #[must_use]
    pub fn has_another_contact_than(&self, before: &Self) -> bool {
        let technically = |it: &Self| matches!(it.facts.state, State::EndedTechnically { .. });
        self.lead_officer().is_some()
            && self.contact_person() != before.contact_person()
            && !technically(self)
            && !technically(before)
    }

    /// The lead officer ("Hauptbetreuung"): in full support the case manager from the admission to the hand-over (R32), else the placement
    /// officer (R33); nobody when another body is competent or the need ended.
    #[must_use]
    pub fn lead_officer(&self) -> Option<&StaffName> {
        match self.phase() {
            EpisodePhase::EntryConsultation
            | EpisodePhase::Assessment
            | EpisodePhase::Planning
            | EpisodePhase::Delivery
            | EpisodePhase::Closing => match self.care()?.support_variant {
                SupportVariant::Full => self.case_manager(),
                SupportVariant::Accompanying => Some(self.placement_officer()),
            },
            EpisodePhase::Proposed
            | EpisodePhase::InDiscussion
            | EpisodePhase::Waitlisted
            | EpisodePhase::Refused
            | EpisodePhase::ReferredBack => Some(self.placement_officer()),
            EpisodePhase::Aftercare | EpisodePhase::Closed => match self.handover().map(|handover| handover.receiver) {
                Some(HandoverReceiver::CompetentBody | HandoverReceiver::None) => None,
                Some(HandoverReceiver::PlacementOfficer) | None => Some(self.placement_officer()),
            },
        }
    }
}
