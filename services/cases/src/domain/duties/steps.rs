//! The steps that time takes on a duty: open, remind, escalate, miss. Taking one twice changes nothing; none decides anything.

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::escalation::{LastEscalation, next_escalation},
    duty::{DutyKind, DutyState, DutyStep, NextStep, TimetableEntry},
    names::DutyName,
    policy::rules::Escalation,
};

use super::{Duties, Duty, Notices, Status};
use crate::domain::rules::{NoRule, Rules};

impl Duty {
    /// The next step of time as the rules stand; `next_due` is the day on which the following review falls due.
    ///
    /// # Errors
    /// [`NoRule`] when no version says how it escalates.
    pub fn next_step(&self, next_due: Option<Date>, rules: &Rules<'_>) -> Result<Option<NextStep>, NoRule> {
        Ok(match self.status {
            Status::Scheduled => {
                Some(NextStep { on: self.deadline.opens_on, step: DutyStep::Open, round: self.next_opening() })
            }
            Status::Open => {
                let last = self.deadline.overdue_after();
                let escalate = self.next_escalation(&rules.escalation(last)?, rules.today());
                let remind = self.pending_reminder().filter(|_| rules.today() <= last).map(|on| NextStep {
                    on,
                    step: DutyStep::Remind,
                    round: 1,
                });
                let miss = next_due.map(|on| NextStep { on, step: DutyStep::Miss, round: 1 });
                [remind, miss, Some(escalate)].into_iter().flatten().min_by_key(|next| next.on)
            }
            Status::Done { .. } | Status::Missed { .. } | Status::Void { .. } => None,
        })
    }

    /// The escalation that comes next by a rule.
    pub(in crate::domain) fn next_escalation(&self, rule: &Escalation, today: Date) -> NextStep {
        next_escalation(self.deadline.overdue_after(), self.last_heard(), rule, today)
    }

    /// The day of the reminder that was not given yet.
    fn pending_reminder(&self) -> Option<Date> {
        self.deadline.reminds_on.filter(|_| !self.notices.reminded)
    }

    /// The round of the next opening: a duty that is opened again is told of again.
    const fn next_opening(&self) -> i32 {
        self.notices.openings + 1
    }

    fn waiting(&self, next_review_due: Option<Date>) -> Waiting<'_> {
        let Self { name, deadline, notices, .. } = self;
        let dates = [deadline.opens_on, deadline.target_on(), deadline.due_on(), deadline.overdue_after()];
        let (state, reminds_on) = (self.stored_state(), deadline.reminds_on);
        let paused_until = self.working_date().map(|paused| paused.on);
        Waiting { duty: name, state, notices: *notices, paused_until, dates, reminds_on, next_review_due }
    }

    /// Takes a step; false when its day has not come or it was taken before.
    fn take(&mut self, step: DutyStep, round: i32, next_due: Option<Date>, rules: &Rules<'_>) -> Result<bool, NoRule> {
        let today = rules.today();
        Ok(match (self.status, step) {
            (Status::Scheduled, DutyStep::Open) if round == self.next_opening() && self.deadline.opens_on <= today => {
                self.status = Status::Open;
                self.notices.openings = round;
                true
            }
            (Status::Open, DutyStep::Remind) if round == 1 && self.pending_reminder().is_some_and(|on| on <= today) => {
                self.notices.reminded = true;
                true
            }
            (Status::Open, DutyStep::Escalate) => {
                let next = self.next_escalation(&rules.escalation(self.deadline.overdue_after())?, today);
                let comes = next.round == round && next.on <= today;
                if comes {
                    self.notices.last_escalation = Some(LastEscalation { round, on: today });
                }
                comes
            }
            (Status::Open, DutyStep::Miss) if round == 1 && next_due.is_some_and(|on| on <= today) => {
                self.miss(today);
                true
            }
            (
                Status::Scheduled | Status::Open | Status::Done { .. } | Status::Missed { .. } | Status::Void { .. },
                DutyStep::Open | DutyStep::Remind | DutyStep::Escalate | DutyStep::Miss,
            ) => false,
        })
    }
}

/// What a workflow waits for at a duty, as far as it does not depend on the day or the rules.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::domain) struct Waiting<'a> {
    duty: &'a DutyName,
    state: DutyState,
    notices: Notices,
    paused_until: Option<Date>,
    dates: [Date; 4],
    reminds_on: Option<Date>,
    next_review_due: Option<Date>,
}

impl Duties {
    /// The unsettled duties as a workflow sees them as the rules stand, by opening date, then name.
    ///
    /// # Errors
    /// As [`Duty::next_step`].
    pub fn timetable(&self, rules: &Rules<'_>) -> Result<Vec<TimetableEntry>, NoRule> {
        let unsettled = self.list.iter().filter(|duty| duty.is_unsettled());
        unsettled
            .map(|duty| {
                Ok(TimetableEntry {
                    duty: duty.name.to_string(),
                    kind: duty.kind(),
                    state: duty.state_on(rules.today()),
                    opens_on: duty.deadline.opens_on,
                    target_on: duty.deadline.target_on(),
                    due_on: duty.deadline.due_on(),
                    overdue_after: duty.deadline.overdue_after(),
                    next_step: duty.next_step(self.next_review_due(duty), rules)?,
                })
            })
            .collect()
    }

    /// What a workflow waits for at the unsettled duties: who acts asks for no rules to know whether it changed.
    pub(in crate::domain) fn waiting(&self) -> Vec<Waiting<'_>> {
        let unsettled = self.list.iter().filter(|duty| duty.is_unsettled());
        unsettled.map(|duty| duty.waiting(self.next_review_due(duty))).collect()
    }

    /// The day on which the review after this one falls due; nothing for other kinds.
    fn next_review_due(&self, duty: &Duty) -> Option<Date> {
        if duty.kind() != DutyKind::ContinuationReview {
            return None;
        }
        self.of(DutyKind::ContinuationReview)
            .find(|other| other.slot() == duty.slot() + 1)
            .map(|next| next.deadline.due_on())
    }

    /// Takes a step on a duty; nothing when the episode has no such duty.
    ///
    /// # Errors
    /// As [`Duty::next_step`].
    pub(in crate::domain) fn take_step(
        &mut self,
        name: &DutyName,
        step: DutyStep,
        round: i32,
        rules: &Rules<'_>,
    ) -> Result<Option<bool>, NoRule> {
        let next_due = self.get(name).and_then(|duty| self.next_review_due(duty));
        let duty = self.list.iter_mut().find(|duty| duty.name == *name);
        duty.map(|duty| duty.take(step, round, next_due, rules)).transpose()
    }
}
