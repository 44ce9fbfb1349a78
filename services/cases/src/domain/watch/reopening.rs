//! A reopening that is proposed waits for its answer (row 24): nobody owns that in person, so that it lies with the lead of the team, until it is
//! answered or the correction window closes.

use jiff::civil::Date;
use lotse_kernel::duty::{DutyKind, DutyStep};

use super::Watch;
use crate::domain::{
    duties::Duty,
    episode::Step,
    events::{Event, Happened},
    rules::{NoRule, Rules},
    vocabulary::{DutyOutcome, VoidReason},
};

impl Watch {
    /// The answer that is due.
    #[must_use]
    pub fn reopening_duty(&self) -> Option<&Duty> {
        self.waiting(DutyKind::ReopeningAnswer)
    }

    /// Time opens it, and so the lead hears of it.
    pub(super) fn reopening_proposed(mut self, closed_on: Date, rules: &Rules<'_>) -> Result<Self, NoRule> {
        self.facts.reopenings += 1;
        let deadline = rules.reopening_answer(closed_on, self.facts.reopenings)?;
        self.duties.plan(&self.case.clone().into(), None, deadline);
        Ok(self)
    }

    pub(super) fn reopening_answered(mut self, today: Date) -> Self {
        self.duties.done(DutyKind::ReopeningAnswer, DutyOutcome::Decided, today);
        self
    }

    /// Where others escalate it lapses: on the day after the last one on which the closing could be undone.
    pub(super) fn reopening_lapsed(&mut self, step: &Step, today: Date) -> Option<Happened> {
        let duty = self.reopening_duty().filter(|duty| *duty.name() == step.duty && step.step == DutyStep::Escalate)?;
        if today <= duty.deadline().overdue_after() {
            return None;
        }
        let lapsed = Happened::to_duty(duty.name(), Event::ReopeningLapsed {});
        self.duties.void(DutyKind::ReopeningAnswer, VoidReason::WindowClosed, today);
        Some(lapsed)
    }
}
