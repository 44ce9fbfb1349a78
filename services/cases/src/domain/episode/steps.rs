//! R61, R66, R181: the steps of a plan, who does them by when, and which of them come first.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::domain::{
    records::{Goal, PlanStep},
    refused::FieldCheck,
    vocabulary::StepParty,
};

/// The steps of goal number `index`, whose form in the version before is `former`. A step follows earlier ones of its goal only: so no chain
/// bites its tail, and the order of the steps is one in which they can be done.
pub(super) fn check_steps(check: &mut FieldCheck, index: usize, goal: &Goal, issued_on: Date, former: Option<&Goal>) {
    for (number, step) in goal.steps.iter().enumerate() {
        let field = |name: &str| format!("plan.goals[{index}].steps[{number}].{name}");
        let earlier = goal.steps.get(..number).unwrap_or_default();
        let find = |key: &str| earlier.iter().find(|step| step.key == key);
        check.require(find(&step.key).is_none(), field("key"), "must be unique within the goal");
        let before = former.and_then(|goal| goal.step(&step.key));
        let same = before.is_some_and(|before| before.due_on == step.due_on);
        let rule = "must be after the issue date, and not after the day of the goal";
        check.require((same || step.due_on > issued_on) && step.due_on <= goal.due_on, field("due_date"), rule);
        let mut named = BTreeSet::new();
        for (place, key) in step.after.iter().enumerate() {
            let field = field(&format!("after[{place}]"));
            let first = find(key).filter(|_| named.insert(key));
            check.require(first.is_some(), field.clone(), "must be the key of an earlier step of the goal, each once");
            let in_time = first.is_none_or(|first| first.due_on <= step.due_on);
            check.require(in_time, field.clone(), "must be that of a step that is due no later");
            let done_on = before.and_then(PlanStep::done_on);
            let was_before = done_on
                .is_none_or(|on| former.and_then(|goal| goal.step(key)).is_some_and(|first| lets_follow(first, on)));
            check.require(
                was_before,
                field,
                "must be that of a step that was done by then or given up, because the step is done",
            );
        }
    }
}

/// Whether a step that follows this one could be done on a day: this one was done by then, or it was given up.
pub(super) fn lets_follow(first: &PlanStep, on: Date) -> bool {
    first.done_on().map_or_else(|| first.is_settled(), |done_on| done_on <= on)
}

/// Where the plan asks something of the person, it says what the jobcenter does for it (R66).
pub(super) fn check_promises(check: &mut FieldCheck, goals: &[Goal]) {
    let holds = |party| goals.iter().flat_map(|goal| &goal.steps).any(|step: &PlanStep| step.party == party);
    let rule = "must hold a step of the jobcenter where steps are asked of the person";
    check.require(holds(StepParty::Jobcenter) || !holds(StepParty::Person), "plan.goals", rule);
}
