//! What a policy version that takes open duties over does to an episode when it begins: dates move once, and no duty gets lost (R8).

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::Deadline,
    duty::{DutyKind, DutyState},
    names::DutyName,
    policy::{OpenDuties, PolicyKey, PolicyVersion},
};

use super::{Episode, State};
use crate::domain::{
    duties::Duty,
    events::{Event, Happened},
    records::Aftercare,
    rules::{NoRule, Rules},
    vocabulary::ReplanEffect,
};

/// What became of one duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replan {
    /// What happened to it.
    pub effect: ReplanEffect,
    /// The duty as it was before.
    pub duty: DutyName,
    /// Its dates before.
    pub before: Deadline,
    /// The duty that came in its place, with its dates; nothing unless it moved.
    pub after: Option<(DutyName, Deadline)>,
    /// It moved, was in time before, and is overdue by its new dates.
    pub becomes_overdue: bool,
    /// When it would have escalated next, and when it does so now; nothing unless the version sets how it escalates.
    pub escalates_on: Option<(Date, Date)>,
}

/// An episode after a version took its open duties over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replanned {
    /// The episode.
    pub episode: Episode,
    /// What became of the duties whose dates the version sets otherwise, by kind and slot.
    pub changes: Vec<Replan>,
    /// What happened, in order; nothing is told of what was kept, nor of another day of escalation.
    pub events: Vec<Happened>,
}

impl Replanned {
    /// Whether anything of the episode is another than before, or comes on another day.
    #[must_use]
    pub fn changes_something(&self) -> bool {
        !self.events.is_empty() || self.escalates_anew()
    }

    /// Whether duties escalate on other days, of which the episode itself knows nothing.
    #[must_use]
    pub fn escalates_anew(&self) -> bool {
        self.changes.iter().any(|change| change.effect == ReplanEffect::EscalatesAnew)
    }
}

/// Whatever of an episode may be overdue.
const ESCALATING: &[DutyKind] = &[
    DutyKind::ProposalDecision,
    DutyKind::FirstTalk,
    DutyKind::ContinuationReview,
    DutyKind::RegularMaximum,
    DutyKind::ExtensionEnd,
    DutyKind::AftercareEnd,
];

/// The kinds of the duties that a version of a key may reach; none for keys without stored duties of an episode. The end of an extension
/// (T4) has no key that moves it, because two people have decided its day; it escalates like any other.
const fn kinds_reached_by(key: PolicyKey) -> &'static [DutyKind] {
    match key {
        PolicyKey::ProposalDecision => &[DutyKind::ProposalDecision],
        PolicyKey::FirstTalk => &[DutyKind::FirstTalk],
        PolicyKey::ContinuationReview => &[DutyKind::ContinuationReview],
        PolicyKey::RegularMaximum => &[DutyKind::RegularMaximum],
        PolicyKey::Aftercare => &[DutyKind::AftercareEnd],
        PolicyKey::Escalation => ESCALATING,
        PolicyKey::AdmissionCriteria
        | PolicyKey::EligibilityRecheck
        | PolicyKey::PlanUpdate
        | PolicyKey::CaseloadRatio
        | PolicyKey::Referral
        | PolicyKey::ProviderReport
        | PolicyKey::Reduction
        | PolicyKey::NoticeFiction
        | PolicyKey::Objection
        | PolicyKey::Mediation
        | PolicyKey::Retention
        | PolicyKey::AbsenceReport
        | PolicyKey::ContinuousEmployment
        | PolicyKey::WorkOpportunity
        | PolicyKey::StatisticsDelivery
        | PolicyKey::LetterPosting => &[],
    }
}

/// The kinds of the duties that a version reaches when it begins; none for one that keeps open duties or whose key reaches none.
#[must_use]
pub const fn kinds_reached(version: &PolicyVersion) -> &'static [DutyKind] {
    match version.transition.open_duties {
        OpenDuties::Replan => kinds_reached_by(version.key),
        OpenDuties::Keep => &[],
    }
}

impl Episode {
    /// Takes the open duties over that a version decides about as of the day of the rules: those whose dates are others under it are void
    /// and begin anew, and of those that are overdue it is told which escalate on another day. Doing it again changes no date. Needs the
    /// duties of [`kinds_reached`] alone, settled ones too.
    ///
    /// # Errors
    /// [`NoRule`] when a date cannot be computed.
    pub fn replan(self, version: &PolicyVersion, rules: &Rules<'_>) -> Result<Replanned, NoRule> {
        let mut plan =
            Plan { version, rules, done: Replanned { episode: self, changes: Vec::new(), events: Vec::new() } };
        let kinds = kinds_reached(version);
        if version.key == PolicyKey::Escalation {
            plan.escalations(kinds)?;
            return Ok(plan.done);
        }
        for kind in kinds {
            if let Some(fact_on) = plan.done.episode.fact_of(*kind)
                && let Some(governing) = rules.decided_by(version, fact_on)
            {
                plan.kind(*kind, fact_on, &governing)?;
            }
        }
        Ok(plan.done)
    }

    /// The day of the fact on which the open duties of a kind rest; nothing while there can be none, or where their day was set by people.
    fn fact_of(&self, kind: DutyKind) -> Option<Date> {
        match (kind, &self.facts.state) {
            (DutyKind::ProposalDecision, State::Proposed | State::InDiscussion(_)) => {
                Some(self.facts.proposal.proposed_on)
            }
            (DutyKind::FirstTalk | DutyKind::ContinuationReview | DutyKind::RegularMaximum, State::Active(active)) => {
                Some(active.admission.assigned_on)
            }
            (DutyKind::AftercareEnd, State::Aftercare { closing, .. }) => match closing.note.aftercare {
                Some(Aftercare::JobStart { started_on }) => Some(started_on),
                Some(Aftercare::SetDate { .. }) | None => None,
            },
            _ => None,
        }
    }
}

/// A version at work on an episode.
struct Plan<'a> {
    version: &'a PolicyVersion,
    rules: &'a Rules<'a>,
    done: Replanned,
}

impl Plan<'_> {
    /// Plans the open duties of a kind again, in the order of their slots; `governing` cites the version by which they are computed now.
    fn kind(&mut self, kind: DutyKind, fact_on: Date, governing: &str) -> Result<(), NoRule> {
        let mut open: Vec<Duty> =
            self.done.episode.duties.of(kind).filter(|duty| duty.is_unsettled()).cloned().collect();
        open.sort_by_key(Duty::slot);
        // A later review goes by the one before it.
        let (mut moved, mut closed_again) = (false, false);
        for duty in open {
            if !moved && duty.deadline().explanation.rule_version == governing {
                continue;
            }
            if closed_again {
                self.vanish(&duty);
                continue;
            }
            let deadline = self.compute(&duty, fact_on)?;
            if !duty.moves_to(&deadline) {
                continue;
            }
            if let Some(kept) = self.kept(&duty) {
                self.note(kept, &duty, None);
                continue;
            }
            closed_again = duty.stored_state() == DutyState::Open && deadline.opens_on > self.rules.today();
            moved = self.move_to(&duty, deadline) || moved;
        }
        Ok(())
    }

    /// Notes which open duties escalate on another day than they would without the version. What is in time does not: it escalates first on
    /// the day after its last one, whatever the interval.
    fn escalations(&mut self, kinds: &[DutyKind]) -> Result<(), NoRule> {
        let today = self.rules.today();
        let open = |duty: &&Duty| duty.stored_state() == DutyState::Open && kinds.contains(&duty.kind());
        for duty in self.done.episode.duties.iter().filter(open) {
            let last = duty.deadline().overdue_after();
            let Some(before) = self.rules.escalation_without(self.version, last)? else { continue };
            let (before, after) =
                (duty.next_escalation(&before, today), duty.next_escalation(&self.rules.escalation(last)?, today));
            if before.on != after.on {
                self.done.changes.push(Replan {
                    effect: ReplanEffect::EscalatesAnew,
                    duty: duty.name().clone(),
                    before: duty.deadline().clone(),
                    after: None,
                    becomes_overdue: false,
                    escalates_on: Some((before.on, after.on)),
                });
            }
        }
        Ok(())
    }

    fn compute(&self, duty: &Duty, fact_on: Date) -> Result<Deadline, NoRule> {
        let (rules, slot) = (self.rules, duty.slot());
        match duty.kind() {
            DutyKind::ProposalDecision => rules.proposal_decision(fact_on),
            DutyKind::FirstTalk => rules.first_talk(fact_on),
            DutyKind::ContinuationReview => {
                rules.continuation_review(fact_on, slot, self.done.episode.duties.former_reviews(slot))
            }
            DutyKind::RegularMaximum => rules.regular_maximum(fact_on),
            DutyKind::AftercareEnd => rules.aftercare(Aftercare::JobStart { started_on: fact_on }, fact_on),
            // No fact is given for another kind; its dates stay what they are.
            _ => Ok(duty.deadline().clone()),
        }
    }

    /// Why a duty stays where it is though its dates are others now.
    fn kept(&self, duty: &Duty) -> Option<ReplanEffect> {
        let proposed = || self.done.episode.care().and_then(|care| care.proposed_extension()).is_some();
        if duty.state_on(self.rules.today()) == DutyState::Overdue {
            Some(ReplanEffect::KeptOverdue)
        } else if duty.kind() == DutyKind::RegularMaximum && proposed() {
            Some(ReplanEffect::KeptProposed)
        } else {
            None
        }
    }

    fn move_to(&mut self, duty: &Duty, deadline: Deadline) -> bool {
        let today = self.rules.today();
        let Replanned { episode, .. } = &mut self.done;
        let Some(name) = episode.duties.replace(&episode.name, duty.name(), deadline.clone(), today) else {
            return false;
        };
        let policy = deadline.explanation.rule_version.clone();
        self.tell(&name, duty, Some(deadline.due_on()), policy);
        self.note(ReplanEffect::Moved, duty, Some((name, deadline)));
        true
    }

    fn vanish(&mut self, duty: &Duty) {
        if self.done.episode.duties.give_up(duty.name(), self.rules.today()).is_some() {
            self.tell(duty.name(), duty, None, self.version.citation());
            self.note(ReplanEffect::Vanished, duty, None);
        }
    }

    fn tell(&mut self, subject: &DutyName, duty: &Duty, to: Option<Date>, policy: String) {
        let (kind, slot, from) = (duty.kind(), duty.slot(), duty.deadline().due_on());
        let event = Event::DutyReplanned { kind, slot, from, to, policy };
        self.done.events.push(Happened::to_duty(subject, event));
    }

    fn note(&mut self, effect: ReplanEffect, duty: &Duty, after: Option<(DutyName, Deadline)>) {
        let today = self.rules.today();
        let becomes_overdue = after.as_ref().is_some_and(|(_, deadline)| deadline.overdue_after() < today);
        let (name, before) = (duty.name().clone(), duty.deadline().clone());
        self.done.changes.push(Replan { effect, duty: name, before, after, becomes_overdue, escalates_on: None });
    }
}
