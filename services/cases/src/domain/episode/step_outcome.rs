//! R181: what became of a step of the plan: done on a day, not done, or given up.

use super::{Act, Active, Episode, Stage, State, admission::given, steps::lets_follow};
use crate::domain::{
    events::Event,
    records::{Goal, IntegrationPlan, PlanStep, StepResult},
    refused::{FieldCheck, Refused},
    rules::Rules,
    vocabulary::{EpisodePhase, StepOutcome},
};

/// The field that says what became of the step.
const OUTCOME: &str = "result.outcome";

/// The field of its day.
const DAY: &str = "result.determination_date";

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepDetermined {
    /// Key of the goal.
    pub goal_key: String,
    /// Key of the step within the goal.
    pub step_key: String,
    /// What, when and why, and who recorded it.
    pub result: StepResult,
}

impl Episode {
    /// Records what became of a step, which answers the duty of its day (T6); one that was not done stays to be done. It may be determined
    /// again: the last determination counts, as long as what is done was done in the order of the steps.
    ///
    /// # Errors
    /// `WrongPhase`, `NotTheLead`; `Fields` when the plan has no such step, the day is not between its issue, or its determination before, and
    /// today, no reason is given, or steps would be done before others that they follow.
    pub fn record_step_outcome(mut self, determined: StepDetermined, rules: &Rules<'_>) -> Act {
        const PHASES: &[EpisodePhase] = &[EpisodePhase::Delivery];
        let StepDetermined { goal_key, step_key, result } = determined;
        let (today, on, outcome) = (rules.today(), result.determined_on, result.outcome);
        let by = &result.recorded_by;
        let leads = [self.lead_officer(), self.case_manager()].contains(&Some(by));
        let has_step =
            |plan: &&IntegrationPlan| plan.goal(&goal_key).is_some_and(|goal| goal.step(&step_key).is_some());
        let before = self.care().into_iter().flat_map(Active::versions_before);
        let first = before.filter(has_step).map(|plan| plan.issued_on).min();
        let State::Active(Active { stage, .. }) = &mut self.facts.state else {
            return Err(self.wrong_phase(PHASES));
        };
        let Stage::Delivery { plan, .. } = stage else { return Err(self.wrong_phase(PHASES)) };
        if !leads {
            return Err(Refused::NotTheLead);
        }
        let issued_on = first.unwrap_or(plan.issued_on);
        let goal = plan.goals.iter_mut().find(|goal| goal.key == goal_key);
        let mut check = FieldCheck::default();
        check.require(goal.is_some(), "goal_key", "must be the key of a goal of the plan");
        let step = goal.as_deref().and_then(|goal| goal.step(&step_key));
        check.require(goal.is_none() || step.is_some(), "step_key", "must be the key of a step of the goal");
        check.require(on <= today, DAY, "must not be in the future");
        check.require(on >= issued_on, DAY, "must not be before the step was issued");
        let last = step.and_then(|step| step.results.last());
        check.require(last.is_none_or(|last| on >= last.determined_on), DAY, "must not be before the one before");
        let explained = outcome == StepOutcome::Done || given(&result.reason);
        check.require(explained, "result.reason", "must be given for NOT_DONE and GIVEN_UP");
        if let (Some(goal), Some(step)) = (goal.as_deref(), step) {
            check_order(&mut check, goal, step, &result);
        }
        check.finish()?;
        let step = goal.and_then(|goal| goal.steps.iter_mut().find(|step| step.key == step_key));
        let Some(step) = step else { return Err(self.wrong_phase(PHASES)) };
        step.results.push(result);
        let (party, slot, is_settled) = (step.party, step.slot, step.is_settled());
        self.answer_by_plan(slot, is_settled, on, today);
        self.ask_by_plan(rules);
        Ok(self.with(Event::StepDetermined { party, outcome, determined_on: on }))
    }
}

/// What is done was done after the steps it follows, or these were given up; also once this is recorded of the step.
fn check_order(check: &mut FieldCheck, goal: &Goal, step: &PlanStep, result: &StepResult) {
    let on = result.determined_on;
    if result.outcome == StepOutcome::Done {
        let earlier = || step.after.iter().filter_map(|key| goal.step(key));
        let waits = earlier().any(|first| !first.is_settled());
        check.require(!waits, OUTCOME, "must not be DONE while a step that it follows is neither done nor given up");
        let too_early = earlier().any(|first| first.is_settled() && !lets_follow(first, on));
        check.require(!too_early, DAY, "must not be before the day on which a step that it follows was done");
    }
    let followers = || goal.steps.iter().filter(|later| later.after.contains(&step.key)).filter_map(PlanStep::done_on);
    match result.outcome {
        StepOutcome::Done => {
            let rule = "must not be after the day on which a step that follows it was done";
            check.require(followers().all(|done_on| done_on >= on), DAY, rule);
        }
        StepOutcome::NotDone => {
            let rule = "must not be NOT_DONE while a step that follows it is done";
            check.require(followers().next().is_none(), OUTCOME, rule);
        }
        StepOutcome::GivenUp => {}
    }
}
