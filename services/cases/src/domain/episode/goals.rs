//! T6: each goal of the plan and each step towards it is asked for on its day (R62), until somebody has determined what became of it.

use jiff::civil::Date;
use lotse_kernel::duty::DutyKind;

use super::{Active, Episode, Stage, State};
use crate::domain::{
    duties::{Duty, Status},
    records::Goal,
    rules::Rules,
    vocabulary::{DutyOutcome, VoidReason},
};

/// A day that the plan names for a goal or a step.
struct Day<'a> {
    /// The number of the duty that asks for it.
    slot: &'a mut i32,
    due_on: Date,
    /// Nobody has determined for good what became of it.
    waits: bool,
}

impl Day<'_> {
    /// Whether the duty is the one of this day: what moves to another day is asked for by another duty.
    fn is_of(&self, duty: &Duty) -> bool {
        *self.slot == duty.slot() && self.due_on == duty.deadline().due_on()
    }
}

/// The days of a goal. Once it is determined for good nobody waits for its steps either.
fn days(goal: &mut Goal) -> Vec<Day<'_>> {
    let open = !goal.is_settled();
    let of_goal = Day { slot: &mut goal.slot, due_on: goal.due_on, waits: open };
    let of_steps = goal.steps.iter_mut().map(|step| {
        let waits = open && !step.is_settled();
        Day { slot: &mut step.slot, due_on: step.due_on, waits }
    });
    std::iter::once(of_goal).chain(of_steps).collect()
}

impl Episode {
    /// Asks for whatever waits in the plan as it stands, and for nothing else; who leads is asked. What keeps its day keeps its duty. A determination
    /// that is taken back before the day has come is asked for anew, so that no day is lost; once it has come that correction is the answer.
    pub(super) fn ask_by_plan(&mut self, rules: &Rules<'_>) {
        let Some(owner) = self.lead_officer().cloned() else { return };
        let today = rules.today();
        let State::Active(Active { stage: Stage::Delivery { plan, .. }, .. }) = &mut self.facts.state else { return };
        let mut days: Vec<Day<'_>> = plan.goals.iter_mut().flat_map(days).collect();
        let needless = |duty: &Duty| match days.iter().find(|day| day.is_of(duty)) {
            Some(day) if day.waits => None,
            Some(_) => Some((duty.slot(), VoidReason::GoalDetermined)),
            None => Some((duty.slot(), VoidReason::PlanChanged)),
        };
        let unsettled = self.duties.of(DutyKind::GoalDue).filter(|duty| duty.is_unsettled());
        let needless: Vec<(i32, VoidReason)> = unsettled.filter_map(needless).collect();
        for (slot, reason) in needless {
            self.duties.void_slot(DutyKind::GoalDue, slot, reason, today);
        }
        let mut last = i32::try_from(self.duties.of(DutyKind::GoalDue).count()).unwrap_or(i32::MAX);
        for day in days.iter_mut().filter(|day| day.waits) {
            let duty = self.duties.of(DutyKind::GoalDue).find(|duty| day.is_of(duty));
            let is_asked = match duty.map(Duty::status) {
                Some(Status::Scheduled | Status::Open) => true,
                Some(Status::Done { .. } | Status::Missed { .. }) => day.due_on <= today,
                Some(Status::Void { .. }) | None => false,
            };
            if !is_asked {
                last = last.saturating_add(1);
                *day.slot = last;
                self.duties.schedule(&self.name, &owner, rules.goal_due(day.due_on, last));
            }
        }
    }

    /// Nobody asks for the goals and steps of a plan that is given up.
    pub(super) fn ask_for_no_goal(&mut self, today: Date) {
        self.duties.void(DutyKind::GoalDue, VoidReason::PlanChanged, today);
    }

    /// A determination answers for the goal or step of a duty: one for good at any time, another one once the day has come.
    pub(super) fn answer_by_plan(&mut self, slot: i32, is_settled: bool, determined_on: Date, today: Date) {
        let asks = self.duties.of(DutyKind::GoalDue).find(|duty| duty.slot() == slot);
        let has_come = asks.is_some_and(|duty| duty.is_doable_on(today));
        if is_settled || has_come {
            self.duties.done_slot(DutyKind::GoalDue, slot, DutyOutcome::Determined, determined_on);
        }
    }
}
