//! Rows 11 and 13: the plan, its versions, its goals, and deviations from it.

use jiff::civil::Date;
use lotse_cases::domain::{
    episode::{Act, Determined, Episode, Revision, StepDetermined},
    records::{DroppedGoal, Goal, GoalAttainment, Judgement, PlanStep, StepResult},
    vocabulary::{Currency, DeviationConsequence, DeviationReason, GoalLevel, GoalOutcome, StepOutcome, StepParty},
};
use lotse_kernel::dates::add_days;

use super::{Scene, care::FOUND, manager};
use crate::bench::fates::{chance::Chance, people::words};

pub(super) fn activate_plan(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let issued_on = add_days(scene.today, if chance.errs() { chance.between(-60, 5) } else { 0 });
    let due_on = add_days(issued_on, if chance.errs() { 0 } else { chance.between(1, 200) });
    let finding_key = if chance.errs() { "nichts" } else { FOUND }.to_owned();
    let goal = Goal { finding_key, steps: steps(issued_on, due_on, chance), ..goal("schulden", due_on) };
    let goals = if chance.errs() { Vec::new() } else { levels(goal, chance) };
    it.activate_plan(goals, issued_on, &scene.place.rules(scene.today))
}

/// The goal alone, or as part of a basic one; now and then it does not say of which.
fn levels(partial: Goal, chance: &mut Chance) -> Vec<Goal> {
    if chance.one_in(2) {
        return vec![partial];
    }
    let basic = Goal { level: GoalLevel::Basic, ..goal("arbeit", partial.due_on) };
    let basic_goal_key = (!chance.errs()).then(|| basic.key.clone());
    vec![basic, Goal { basic_goal_key, ..partial }]
}

fn goal(key: &str, due_on: Date) -> Goal {
    Goal {
        key: key.to_owned(),
        text: words(),
        measure: words(),
        level: GoalLevel::ShortTerm,
        due_on,
        finding_key: FOUND.to_owned(),
        basic_goal_key: None,
        steps: Vec::new(),
        slot: 0,
        attainments: Vec::new(),
    }
}

/// What the jobcenter promises, and what the person does after it; now and then nothing, a duty without a promise, or a chain that bites its tail.
fn steps(issued_on: Date, due_on: Date, chance: &mut Chance) -> Vec<PlanStep> {
    if due_on <= issued_on || chance.one_in(3) {
        return Vec::new();
    }
    let step = |key: &str, party, after: &[&str]| PlanStep {
        key: key.to_owned(),
        text: words(),
        party,
        due_on,
        after: after.iter().map(|key| (*key).to_owned()).collect(),
        slot: 0,
        results: Vec::new(),
    };
    let promised = if chance.errs() { StepParty::ThirdParty } else { StepParty::Jobcenter };
    let follows = if chance.errs() { "antrag" } else { "termin" };
    vec![step("termin", promised, &[]), step("antrag", StepParty::Person, &[follows])]
}

/// The goals that stay, mostly with one more; some are given up, and now and then one vanishes.
pub(super) fn revise_plan(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let issued_on = add_days(scene.today, if chance.errs() { chance.between(-60, 5) } else { 0 });
    let before = it.plan().map(|plan| plan.goals.clone()).unwrap_or_default();
    let (mut goals, mut dropped) = (Vec::new(), Vec::new());
    for before in before {
        if chance.one_in(3) {
            if !chance.errs() {
                dropped.push(DroppedGoal { key: before.key, reason: words() });
            }
        } else {
            goals.push(before);
        }
    }
    let key = if chance.errs() { "schulden".to_owned() } else { format!("ziel-{}", scene.today) };
    // One that serves a basic goal which is given up stands for itself.
    let basic: Vec<String> =
        goals.iter().filter(|goal| goal.level == GoalLevel::Basic).map(|goal| goal.key.clone()).collect();
    for goal in &mut goals {
        goal.basic_goal_key = goal.basic_goal_key.take().filter(|key| basic.contains(key));
    }
    let basic_goal_key = basic.first().cloned();
    goals.push(Goal { basic_goal_key, ..goal(&key, add_days(issued_on, chance.between(1, 200))) });
    let revised_by = manager(&it, scene, chance);
    it.revise_plan(Revision { goals, dropped, reason: words(), issued_on }, revised_by, &scene.place.rules(scene.today))
}

pub(super) fn record_goal_attainment(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let keys: Vec<String> =
        it.plan().map(|plan| plan.goals.iter().map(|goal| goal.key.clone()).collect()).unwrap_or_default();
    let goal_key = if keys.is_empty() || chance.errs() { "nichts".to_owned() } else { chance.one_of(&keys).clone() };
    let days = if chance.errs() { chance.between(-400, 2) } else { 0 };
    let (outcome, determined_on) = (*chance.one_of(GoalOutcome::ALL), add_days(scene.today, days));
    let recorded_by = manager(&it, scene, chance);
    let attainment = GoalAttainment { outcome, determined_on, reason: words(), recorded_by };
    it.record_goal_attainment(Determined { goal_key, attainment }, &scene.place.rules(scene.today))
}

/// Any step of the plan, whether others come before it or not.
pub(super) fn record_step_outcome(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let goals = it.plan().map(|plan| plan.goals.as_slice()).unwrap_or_default();
    let keys = |goal: &Goal| goal.steps.iter().map(|step| (goal.key.clone(), step.key.clone())).collect::<Vec<_>>();
    let keys: Vec<(String, String)> = goals.iter().flat_map(keys).collect();
    let nowhere = ("nichts".to_owned(), "nichts".to_owned());
    let (goal_key, step_key) = if keys.is_empty() || chance.errs() { nowhere } else { chance.one_of(&keys).clone() };
    let days = if chance.errs() { chance.between(-400, 2) } else { 0 };
    let (outcome, determined_on) = (*chance.one_of(StepOutcome::ALL), add_days(scene.today, days));
    let reason = if chance.errs() { String::new() } else { words() };
    let recorded_by = manager(&it, scene, chance);
    let result = StepResult { outcome, determined_on, reason, recorded_by };
    it.record_step_outcome(StepDetermined { goal_key, step_key, result }, &scene.place.rules(scene.today))
}

/// Mostly the answers fit each other.
pub(super) fn record_deviation(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let days = if chance.errs() { chance.between(-400, 1) } else { 0 };
    let plan = if chance.one_in(3) { Currency::Outdated } else { Currency::Current };
    let reason = *chance.one_of(DeviationReason::ALL);
    let consequence = match (plan, reason) {
        _ if chance.errs() => *chance.one_of(DeviationConsequence::ALL),
        (Currency::Outdated, _) => DeviationConsequence::NewPlan,
        (Currency::Current, DeviationReason::Important) => DeviationConsequence::None,
        (Currency::Current, DeviationReason::NotImportant) => DeviationConsequence::LegalTrack,
    };
    let judgement = Judgement {
        occurred_on: add_days(scene.today, days),
        text: words(),
        goal_key: None,
        plan,
        agreement: Currency::Current,
        reason,
        reason_text: words(),
        consequence,
        regard: words(),
    };
    let recorded_by = manager(&it, scene, chance);
    it.record_deviation(judgement, recorded_by, scene.today)
}
