//! What time does to an episode: steps on duties, and the timetable a workflow waits for.

use std::collections::BTreeSet;

use lotse_kernel::{
    duty::{DutyKind, DutyStep, ProposalDecided, ProposalOutcome, Timetable},
    names::{DutyName, StaffName},
};

use super::{Episode, State, review::missed};
use crate::domain::{
    duties::Duty,
    events::{DutyDue, Event, Happened},
    records::{ClosingRecord, Proposal},
    rules::{NoRule, Rules},
    vocabulary::{HandoverReceiver, RefusalReason, UnwatchedReason},
};

/// Code of the phase in the timetable of an episode that ended technically.
const ENDED_TECHNICALLY: &str = "ENDED_TECHNICALLY";

/// What the workflow of an earlier generation hears of an episode that was reopened.
const REOPENED: &str = "REOPENED";

/// A step that time takes on a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which duty.
    pub duty: DutyName,
    /// Which step.
    pub step: DutyStep,
    /// Its round, from 1.
    pub round: i32,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepTaken {
    /// The episode afterwards; unchanged when the step was not taken.
    pub episode: Episode,
    /// False when there was nothing to do any more.
    pub taken: bool,
    /// Who is to be told.
    pub audiences: Vec<Audience>,
    /// Whether the person is to be invited by letter (a review opened, R106).
    pub letter_wanted: bool,
    /// What happened, in order.
    pub events: Vec<Happened>,
}

/// Who is to be told of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// A member of staff.
    Staff(StaffName),
    /// The lead of the case's team.
    TeamLead,
}

impl Episode {
    /// What the workflow waits for, as the rules stand. `as_of_seq` is the last event sent to it.
    ///
    /// # Errors
    /// [`NoRule`] when no version says how a duty escalates.
    pub fn timetable(&self, as_of_seq: i64, rules: &Rules<'_>) -> Result<Timetable, NoRule> {
        Ok(Timetable {
            as_of_seq,
            finished: self.is_over(),
            due: self.duties.timetable(rules)?,
            round: self.duties.settled_reviews(),
            phase: self.story_phase().to_owned(),
            ending: self.ends_of_care(),
            next_on: None,
            proposal: self.proposal_decided(),
            exit_audience: self.exit_audience(),
            extension: self.extension_answered(),
        })
    }

    /// What the workflow of an earlier generation waits for: nothing, and nobody writes to the person for an end that was undone.
    #[must_use]
    pub fn timetable_of_the_past(&self, as_of_seq: i64) -> Timetable {
        let (round, ending) = (self.duties.settled_reviews(), self.ends_of_care());
        Timetable {
            as_of_seq,
            finished: true,
            due: Vec::new(),
            round,
            phase: REOPENED.to_owned(),
            ending,
            ..Timetable::default()
        }
    }

    /// What became of the proposal, and who hears of it: whoever proposed and the placement officer of that day, whose check may have led to it. Who
    /// decided knows. Nobody is told of an admission that a technical end has overtaken.
    fn proposal_decided(&self) -> Option<ProposalDecided> {
        let (outcome, by) = match &self.facts.state {
            State::Refused { refusal, .. } if refusal.reason == RefusalReason::NotYet => {
                (ProposalOutcome::NotYet, &refusal.access.decider)
            }
            State::Refused { refusal, .. } => (ProposalOutcome::Refused, &refusal.access.decider),
            State::Waitlisted { place, .. } => (ProposalOutcome::Waitlisted, &place.access.decider),
            State::ReferredBack { care, .. } => (ProposalOutcome::ReferredBack, &care.case_manager),
            State::Active(care)
            | State::Closing { care, .. }
            | State::Aftercare { care, .. }
            | State::Closed { care, .. } => (ProposalOutcome::Admitted, &care.admission.access.decider),
            State::Proposed | State::InDiscussion(_) | State::EndedTechnically { .. } => return None,
        };
        let Proposal { proposed_by, placement_officer, .. } = &self.facts.proposal;
        let people = BTreeSet::from([proposed_by, placement_officer]);
        let audience = people.into_iter().filter(|person| *person != by).map(ToString::to_string).collect();
        Some(ProposalDecided { outcome, audience })
    }

    /// Who hears that the person left (R142): both officers, but for who ended it. Where the placement officer goes on with the person, the
    /// acceptance of the hand-over tells, which is a duty.
    fn exit_audience(&self) -> Vec<String> {
        let leaves = |closing: &ClosingRecord| UnwatchedReason::of_end(&closing.note).is_some();
        let by = match &self.facts.state {
            State::EndedTechnically { end, .. } => &end.ended_by,
            State::Closing { care, closing } if leaves(closing) => &care.case_manager,
            State::Aftercare { care, closing, handover } | State::Closed { care, closing, handover, .. }
                if leaves(closing) && handover.receiver != HandoverReceiver::PlacementOfficer =>
            {
                &care.case_manager
            }
            _ => return Vec::new(),
        };
        let people: BTreeSet<_> = self.case_manager().into_iter().chain([self.placement_officer()]).collect();
        people.into_iter().filter(|person| *person != by).map(ToString::to_string).collect()
    }

    /// The phase as the workflow sees it: a technical end is told apart from a closing, for nobody writes to the person then.
    const fn story_phase(&self) -> &'static str {
        match &self.facts.state {
            State::EndedTechnically { .. } => ENDED_TECHNICALLY,
            _ => self.phase().code(),
        }
    }

    /// Whether the workflow has to be woken after an act that led from `before` to this: its dates, its round or its end
    /// changed, or a phase outside the active ones began, for which it has something to do.
    #[must_use]
    pub fn wakes_since(&self, before: &Self) -> bool {
        let waits = |it: &Self| (it.duties.settled_reviews(), it.is_over());
        waits(before) != waits(self)
            || before.duties.waiting() != self.duties.waiting()
            || (before.story_phase() != self.story_phase() && !self.phase().is_active())
    }

    /// Takes a step that time takes. A step whose day has not come, or that was taken before, changes nothing.
    ///
    /// # Errors
    /// [`NoRule`] when the review that follows cannot be computed, or no version says how the duty escalates.
    pub fn take_step(mut self, step: &Step, rules: &Rules<'_>) -> Result<StepTaken, NoRule> {
        let taken = self.duties.take_step(&step.duty, step.step, step.round, rules)?.unwrap_or(false);
        let Some(duty) = self.duties.get(&step.duty).filter(|_| taken).cloned() else {
            return Ok(StepTaken {
                episode: self,
                taken: false,
                audiences: Vec::new(),
                letter_wanted: false,
                events: Vec::new(),
            });
        };
        let is_review = duty.kind() == DutyKind::ContinuationReview;
        if let State::Active(active) = &self.facts.state
            && is_review
        {
            let (owner, assigned_on) = (active.case_manager(), active.admission.assigned_on);
            self.duties.keep_a_review_scheduled(&self.name, owner, assigned_on, rules)?;
        }
        Ok(StepTaken {
            taken,
            audiences: self.audiences(&duty, step.step),
            letter_wanted: is_review && step.step == DutyStep::Open,
            events: vec![tell(&duty, step.step)],
            episode: self,
        })
    }

    /// Who was told of a step that was taken before, and whether a letter was wanted; nothing when the duty never took one.
    #[must_use]
    pub fn step_again(&self, step: &Step) -> Option<(Vec<Audience>, bool)> {
        let duty = self.duties.get(&step.duty)?;
        let wants_letter = duty.kind() == DutyKind::ContinuationReview && step.step == DutyStep::Open;
        Some((self.audiences(duty, step.step), wants_letter))
    }

    /// Who is to be told: the owner; both officers of a proposal that is due (T16); the team lead of what escalates, and of what lies
    /// with the lead alone.
    fn audiences(&self, duty: &Duty, step: DutyStep) -> Vec<Audience> {
        let Some(owner) = duty.owner() else {
            return vec![Audience::TeamLead];
        };
        let mut audiences = vec![Audience::Staff(owner.clone())];
        match step {
            DutyStep::Open | DutyStep::Miss => {}
            DutyStep::Remind => {
                let other = self.case_manager().filter(|_| duty.kind() == DutyKind::ProposalDecision);
                audiences.extend(other.cloned().map(Audience::Staff));
            }
            DutyStep::Escalate => audiences.push(Audience::TeamLead),
        }
        audiences
    }
}

/// What is told of a step on a duty.
pub(in crate::domain) fn tell(duty: &Duty, step: DutyStep) -> Happened {
    let (kind, slot, due_on) = (duty.kind(), duty.slot(), duty.deadline().due_on());
    match step {
        DutyStep::Open => Happened::to_duty(duty.name(), Event::DutyOpened(DutyDue { kind, slot, due_on })),
        DutyStep::Remind => Happened::to_duty(duty.name(), Event::DutyReminded(DutyDue { kind, slot, due_on })),
        DutyStep::Escalate => {
            let times = duty.notices().escalations();
            Happened::to_duty(duty.name(), Event::DutyEscalated { kind, slot, times })
        }
        DutyStep::Miss => missed(duty.name(), slot, duty.days_late(), false),
    }
}
