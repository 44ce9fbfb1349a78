//! What a policy version that takes open duties over does to a record with duties when it begins: dates move once, and no duty gets lost (R8).

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::Deadline,
    duty::{DutyKind, DutyState},
    names::{DutyHolder, DutyName},
    policy::PolicyVersion,
};

use super::{
    duties::{Duties, Duty},
    events::{DutyReplanned, Event, Happened},
    records::Aftercare,
    rules::{NoRule, Rules},
    vocabulary::ReplanEffect,
};

impl ReplanEffect {
    /// Whether the duty stays what it was.
    #[must_use]
    pub const fn is_kept(self) -> bool {
        matches!(self, Self::KeptOverdue | Self::KeptProposed)
    }
}

/// What became of one duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replan {
    /// What happened to it.
    pub effect: ReplanEffect,
    /// The duty as it was before, or one that appears.
    pub duty: DutyName,
    /// Its dates before; of one that appears those it has.
    pub before: Deadline,
    /// The duty that came in its place, with its dates; nothing unless it moved.
    pub after: Option<(DutyName, Deadline)>,
    /// It moved, was in time before, and is overdue by its new dates.
    pub becomes_overdue: bool,
    /// When it would have escalated next, and when it does so now; nothing unless the version sets how it escalates.
    pub escalates_on: Option<(Date, Date)>,
}

/// A record after a version took its open duties over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replanned<T> {
    /// The record.
    pub record: T,
    /// What became of the duties whose dates the version sets otherwise, by kind and slot.
    pub changes: Vec<Replan>,
    /// What happened, in order; nothing is told of what was kept, nor of another day of escalation.
    pub events: Vec<Happened>,
}

impl<T> Replanned<T> {
    /// Whether anything of the record is another than before, or comes on another day.
    #[must_use]
    pub fn changes_something(&self) -> bool {
        !self.events.is_empty() || self.escalates_anew()
    }

    /// Whether duties escalate on other days, of which the record itself knows nothing.
    #[must_use]
    pub fn escalates_anew(&self) -> bool {
        self.changes.iter().any(|change| change.effect == ReplanEffect::EscalatesAnew)
    }
}

/// A version at work on the duties of a record.
pub(super) struct Plan<'a> {
    version: &'a PolicyVersion,
    rules: &'a Rules<'a>,
    /// Whose duties they are.
    holder: DutyHolder,
    duties: Duties,
    /// Two people are deciding on an extension of the limit.
    extension_is_proposed: bool,
    /// On which basis aftercare runs.
    aftercare: Option<Aftercare>,
    /// The slots of the months after an integration, in their order.
    months: Vec<i32>,
    changes: Vec<Replan>,
    events: Vec<Happened>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        version: &'a PolicyVersion,
        rules: &'a Rules<'a>,
        holder: impl Into<DutyHolder>,
        duties: Duties,
    ) -> Self {
        let (holder, changes, events) = (holder.into(), Vec::new(), Vec::new());
        let months = Vec::new();
        Self { version, rules, holder, duties, extension_is_proposed: false, aftercare: None, months, changes, events }
    }

    /// The same, where two people may be deciding on an extension of the limit.
    pub(super) fn extension_is_proposed(self, extension_is_proposed: bool) -> Self {
        Self { extension_is_proposed, ..self }
    }

    /// The same, where aftercare may have been agreed.
    pub(super) fn aftercare_is_agreed(self, aftercare: Option<Aftercare>) -> Self {
        Self { aftercare, ..self }
    }

    /// The same, where the months after an integration may be asked for: their slots. How many they are stays what it was when it was known.
    pub(super) fn months_are_asked_for(self, months: Vec<i32>) -> Self {
        Self { months, ..self }
    }

    /// The record with its duties as they are now, and what became of them.
    pub(super) fn done<T>(self, record: impl FnOnce(Duties) -> T) -> Replanned<T> {
        Replanned { record: record(self.duties), changes: self.changes, events: self.events }
    }

    /// Plans the open duties of a kind again, in the order of their slots, where the version decides about the fact on which they rest.
    pub(super) fn kind(&mut self, kind: DutyKind, fact_on: Date) -> Result<(), NoRule> {
        // What is cited here is the version by which they are computed now.
        let Some(governing) = self.rules.decided_by(self.version, fact_on) else { return Ok(()) };
        let mut open: Vec<Duty> = self.duties.of(kind).filter(|duty| duty.is_unsettled()).cloned().collect();
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
            // One whose day had come is open also where time has not told of it yet, and what follows it is planned.
            closed_again = duty.is_doable_on(self.rules.today()) && deadline.opens_on > self.rules.today();
            moved = self.move_to(&duty, deadline) || moved;
        }
        if moved && kind == DutyKind::ContinuationReview {
            self.plan_next_reviews(fact_on)?;
        }
        Ok(())
    }

    /// Plans the reviews that follow those which have opened by their new dates, as time would when it opens them: so that whoever asks what a
    /// version does hears of what is new, too.
    fn plan_next_reviews(&mut self, assigned_on: Date) -> Result<(), NoRule> {
        let today = self.rules.today();
        while let Some(newest) = self.duties.newest_review().filter(|newest| newest.deadline().opens_on <= today) {
            let owner = newest.owner().cloned();
            let Some(deadline) = self.duties.next_review(assigned_on, self.rules)? else { break };
            let Some(next) = self.duties.plan(&self.holder, owner.as_ref(), deadline) else { break };
            self.changes.push(Replan {
                effect: ReplanEffect::Appears,
                duty: next.name().clone(),
                before: next.deadline().clone(),
                after: None,
                becomes_overdue: false,
                escalates_on: None,
            });
        }
        Ok(())
    }

    /// Notes which open duties escalate on another day than they would without the version. What is in time does not: it escalates first on
    /// the day after its last one, whatever the interval.
    pub(super) fn escalations(&mut self, kinds: &[DutyKind]) -> Result<(), NoRule> {
        let today = self.rules.today();
        let open = |duty: &&Duty| duty.stored_state() == DutyState::Open && kinds.contains(&duty.kind());
        for duty in self.duties.iter().filter(open) {
            let last = duty.deadline().overdue_after();
            let Some(before) = self.rules.escalation_without(self.version, last)? else { continue };
            let day = |rule| duty.next_escalation(rule, today).on;
            let (before, after) = (day(&before), day(&self.rules.escalation(last)?));
            if before != after {
                self.changes.push(Replan {
                    effect: ReplanEffect::EscalatesAnew,
                    duty: duty.name().clone(),
                    before: duty.deadline().clone(),
                    after: None,
                    becomes_overdue: false,
                    escalates_on: Some((before, after)),
                });
            }
        }
        Ok(())
    }

    fn compute(&self, duty: &Duty, fact_on: Date) -> Result<Deadline, NoRule> {
        let (rules, slot) = (self.rules, duty.slot());
        // Where several of a kind may be open, each rests on a fact of its own.
        let own_fact = duty.deadline().explanation.fact_on.unwrap_or(fact_on);
        match duty.kind() {
            DutyKind::ProposalDecision => rules.proposal_decision(fact_on),
            DutyKind::FirstTalk => rules.first_talk(fact_on),
            DutyKind::AccompanimentDecision => rules.accompaniment_decision(own_fact, slot),
            DutyKind::VariantSwitchAnswer => rules.variant_switch_answer(own_fact, slot),
            DutyKind::CrisisContact => rules.crisis_contact(own_fact, slot),
            DutyKind::HandoverAcceptance => rules.handover_acceptance(own_fact, slot),
            DutyKind::ExtensionAnswer => rules.extension_answer(own_fact, slot),
            DutyKind::PlanUpdate => rules.plan_update(own_fact, slot),
            DutyKind::ContinuationReview => rules.continuation_review(fact_on, slot, self.duties.former_reviews(slot)),
            DutyKind::RegularMaximum => rules.regular_maximum(fact_on),
            DutyKind::TeamDecision => rules.team_decision(own_fact),
            DutyKind::EligibilityRecheck => {
                rules.eligibility_recheck(fact_on).map(|deadline| Deadline { slot, ..deadline })
            }
            DutyKind::ContinuousEmployment => match self.months.iter().zip(1..).find(|(of, _)| **of == slot) {
                Some((_, month)) => rules.employment_status(fact_on, month, slot),
                None => Ok(duty.deadline().clone()),
            },
            // Where the version knows none on its basis, aftercare that was agreed stays.
            DutyKind::AftercareEnd => {
                match self.aftercare.map(|agreed| rules.aftercare(agreed, fact_on)).transpose()? {
                    Some(Some(deadline)) => Ok(Deadline { slot, ..deadline }),
                    Some(None) | None => Ok(duty.deadline().clone()),
                }
            }
            // No fact is given for another kind; its dates stay what they are.
            _ => Ok(duty.deadline().clone()),
        }
    }

    /// Why a duty stays where it is though its dates are others now.
    fn kept(&self, duty: &Duty) -> Option<ReplanEffect> {
        if duty.state_on(self.rules.today()) == DutyState::Overdue {
            Some(ReplanEffect::KeptOverdue)
        } else if duty.kind() == DutyKind::RegularMaximum && self.extension_is_proposed {
            Some(ReplanEffect::KeptProposed)
        } else {
            None
        }
    }

    fn move_to(&mut self, duty: &Duty, deadline: Deadline) -> bool {
        let today = self.rules.today();
        let Some(name) = self.duties.replace(&self.holder, duty.name(), deadline.clone(), today) else {
            return false;
        };
        let policy = deadline.explanation.rule_version.clone();
        self.tell(&name, duty, Some(deadline.due_on()), policy);
        self.note(ReplanEffect::Moved, duty, Some((name, deadline)));
        true
    }

    fn vanish(&mut self, duty: &Duty) {
        if self.duties.give_up(duty.name(), self.rules.today()).is_some() {
            self.tell(duty.name(), duty, None, self.version.citation());
            self.note(ReplanEffect::Vanished, duty, None);
        }
    }

    fn tell(&mut self, subject: &DutyName, duty: &Duty, to: Option<Date>, policy: String) {
        let (kind, slot, from) = (duty.kind(), duty.slot(), duty.deadline().due_on());
        let event = Event::DutyReplanned(DutyReplanned { kind, slot, from, to, policy });
        self.events.push(Happened::to_duty(subject, event));
    }

    fn note(&mut self, effect: ReplanEffect, duty: &Duty, after: Option<(DutyName, Deadline)>) {
        let today = self.rules.today();
        let becomes_overdue = after.as_ref().is_some_and(|(_, deadline)| deadline.overdue_after() < today);
        let (name, before) = (duty.name().clone(), duty.deadline().clone());
        self.changes.push(Replan { effect, duty: name, before, after, becomes_overdue, escalates_on: None });
    }
}
