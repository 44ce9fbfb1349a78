//! T6: each goal of the plan is asked for on its day (R62), until somebody has determined how far it is attained.

use jiff::civil::Date;
use lotse_kernel::duty::DutyKind;

use super::{Active, Episode, Stage, State};
use crate::domain::{
    records::{Goal, IntegrationPlan},
    rules::Rules,
    vocabulary::{DutyOutcome, VoidReason},
};

impl Episode {
    /// Asks for each goal of the plan that was just issued, in the place of the version before. A goal keeps its duty as long as it keeps its
    /// day; who leads is asked.
    pub(super) fn ask_for_goals(&mut self, before: Option<&IntegrationPlan>, rules: &Rules<'_>) {
        let Some(owner) = self.lead_officer().cloned() else { return };
        let State::Active(Active { stage: Stage::Delivery { plan, .. }, .. }) = &mut self.facts.state else { return };
        let former = |goal: &Goal| before.and_then(|before| before.goal(&goal.key));
        let asked_before = before.into_iter().flat_map(|before| &before.goals);
        for gone in asked_before.filter(|former| plan.goal(&former.key).is_none_or(|goal| goal.due_on != former.due_on))
        {
            self.duties.void_slot(DutyKind::GoalDue, gone.slot, VoidReason::PlanChanged, rules.today());
        }
        let mut slot = i32::try_from(self.duties.of(DutyKind::GoalDue).count()).unwrap_or(i32::MAX);
        for goal in &mut plan.goals {
            match former(goal) {
                Some(former) if former.due_on == goal.due_on || goal.is_settled() => goal.slot = former.slot,
                Some(_) | None => {
                    slot = slot.saturating_add(1);
                    goal.slot = slot;
                    self.duties.schedule(&self.name, &owner, rules.goal_due(goal.due_on, slot));
                }
            }
        }
    }

    /// Nobody asks for the goals of a plan that is given up.
    pub(super) fn ask_for_no_goal(&mut self, today: Date) {
        self.duties.void(DutyKind::GoalDue, VoidReason::PlanChanged, today);
    }

    /// A determination answers for the goal: one for good at any time, one in part once the day of the goal has come.
    pub(super) fn answer_for_goal(&mut self, goal: &Goal, determined_on: Date, today: Date) {
        let of_goal = self.duties.of(DutyKind::GoalDue).find(|duty| duty.slot() == goal.slot);
        let has_come = of_goal.is_some_and(|duty| duty.is_doable_on(today));
        if goal.is_settled() || has_come {
            self.duties.done_slot(DutyKind::GoalDue, goal.slot, DutyOutcome::Determined, determined_on);
        }
    }
}
