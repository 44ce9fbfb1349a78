//! The steps that time takes on a duty: open, remind, escalate, miss. Taking one twice changes nothing; none decides anything.

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::{escalates_on, escalation_round},
    duty::{DutyKind, DutyStep, NextStep, TimetableEntry},
    names::DutyName,
};

use super::{Duties, Duty, Status};

impl Duty {
    /// The next step of time as seen on `today`; `next_due` is the day on which the following review falls due.
    ///
    /// After an outage the escalations that passed are not made up one by one: the round is the latest whose day has come.
    #[must_use]
    pub fn next_step(&self, next_due: Option<Date>, today: Date) -> Option<NextStep> {
        match self.status {
            Status::Scheduled => Some(NextStep { on: self.deadline.opens_on, step: DutyStep::Open, round: 1 }),
            Status::Open => {
                let last = self.deadline.overdue_after();
                let round = escalation_round(last, today).max(self.notices.last_round + 1);
                let escalate = NextStep { on: escalates_on(last, round), step: DutyStep::Escalate, round };
                let remind = self.pending_reminder().filter(|_| today <= last).map(|on| NextStep {
                    on,
                    step: DutyStep::Remind,
                    round: 1,
                });
                let miss = next_due.map(|on| NextStep { on, step: DutyStep::Miss, round: 1 });
                [remind, miss, Some(escalate)].into_iter().flatten().min_by_key(|next| next.on)
            }
            Status::Done { .. } | Status::Missed { .. } | Status::Void { .. } => None,
        }
    }

    /// The day of the reminder that was not given yet.
    fn pending_reminder(&self) -> Option<Date> {
        self.deadline.reminds_on.filter(|_| !self.notices.reminded)
    }

    /// Takes a step; false when its day has not come or it was taken before.
    fn take(&mut self, step: DutyStep, round: i32, next_due: Option<Date>, today: Date) -> bool {
        match (self.status, step) {
            (Status::Scheduled, DutyStep::Open) if round == 1 && self.deadline.opens_on <= today => {
                self.status = Status::Open;
                true
            }
            (Status::Open, DutyStep::Remind) if round == 1 && self.pending_reminder().is_some_and(|on| on <= today) => {
                self.notices.reminded = true;
                true
            }
            (Status::Open, DutyStep::Escalate)
                if round > self.notices.last_round && escalates_on(self.deadline.overdue_after(), round) <= today =>
            {
                self.notices.escalations += 1;
                self.notices.last_round = round;
                true
            }
            (Status::Open, DutyStep::Miss) if round == 1 && next_due.is_some_and(|on| on <= today) => {
                self.miss(today);
                true
            }
            (
                Status::Scheduled | Status::Open | Status::Done { .. } | Status::Missed { .. } | Status::Void { .. },
                DutyStep::Open | DutyStep::Remind | DutyStep::Escalate | DutyStep::Miss,
            ) => false,
        }
    }
}

impl Duties {
    /// The unsettled duties as a workflow sees them on a day, by opening date, then name.
    #[must_use]
    pub fn timetable(&self, today: Date) -> Vec<TimetableEntry> {
        self.list
            .iter()
            .filter(|duty| duty.is_unsettled())
            .map(|duty| TimetableEntry {
                duty: duty.name.to_string(),
                kind: duty.kind(),
                state: duty.state_on(today),
                opens_on: duty.deadline.opens_on,
                target_on: duty.deadline.target_on(),
                due_on: duty.deadline.due_on(),
                overdue_after: duty.deadline.overdue_after(),
                next_step: duty.next_step(self.next_review_due(duty), today),
            })
            .collect()
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
    pub(in crate::domain) fn take_step(
        &mut self,
        name: &DutyName,
        step: DutyStep,
        round: i32,
        today: Date,
    ) -> Option<bool> {
        let next_due = self.next_review_due(self.get(name)?);
        let duty = self.list.iter_mut().find(|duty| duty.name == *name)?;
        Some(duty.take(step, round, next_due, today))
    }
}
