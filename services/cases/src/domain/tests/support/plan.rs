//! Builders of plans.

use jiff::civil::Date;
use lotse_kernel::dates::add_months;

use super::{anna, on, text};
use crate::domain::{
    episode::{Determined, Episode, Revision, StepDetermined},
    records::{Goal, GoalAttainment, Judgement, PlanStep, StepResult},
    vocabulary::{Currency, DeviationConsequence, DeviationReason, GoalLevel, GoalOutcome, StepOutcome, StepParty},
};

pub(in crate::domain::tests) fn goal(key: &str, due_on: Date) -> Goal {
    let (text, measure, finding_key) = (text(), text(), "wohnen".to_owned());
    Goal {
        key: key.to_owned(),
        text,
        measure,
        level: GoalLevel::ShortTerm,
        due_on,
        finding_key,
        basic_goal_key: None,
        steps: Vec::new(),
        slot: 0,
        attainments: Vec::new(),
    }
}

pub(in crate::domain::tests) fn step(key: &str, party: StepParty, due_on: Date, after: &[&str]) -> PlanStep {
    let after = after.iter().map(|key| (*key).to_owned()).collect();
    PlanStep { key: key.to_owned(), text: text(), party, due_on, after, slot: 0, results: Vec::new() }
}

pub(in crate::domain::tests) fn goals(day: Date) -> Vec<Goal> {
    vec![goal("mietvertrag", add_months(day, 3).date)]
}

/// The same episode with a step in its plan, where there is one.
pub(in crate::domain::tests) fn with_a_step(episode: Episode, day: Date) -> Episode {
    let mut goals = goals(day);
    goals[0].steps = vec![step("schreiben", StepParty::Jobcenter, goals[0].due_on, &[])];
    match episode.clone().revise_plan(revision(goals, day), anna(), &on(day)) {
        Ok(decided) => decided.episode,
        Err(_) => episode,
    }
}

/// A new version of the plan with these goals, in which nothing is given up.
pub(in crate::domain::tests) fn revision(goals: Vec<Goal>, issued_on: Date) -> Revision {
    Revision { goals, dropped: Vec::new(), reason: text(), issued_on }
}

pub(in crate::domain::tests) fn determined(goal_key: &str, outcome: GoalOutcome, determined_on: Date) -> Determined {
    let attainment = GoalAttainment { outcome, determined_on, reason: text(), recorded_by: anna() };
    Determined { goal_key: goal_key.to_owned(), attainment }
}

/// What became of a step of the one goal.
pub(in crate::domain::tests) fn step_result(key: &str, outcome: StepOutcome, determined_on: Date) -> StepDetermined {
    let result = StepResult { outcome, determined_on, reason: text(), recorded_by: anna() };
    StepDetermined { goal_key: "mietvertrag".to_owned(), step_key: key.to_owned(), result }
}

/// A deviation from a plan that fits, for no important reason, from which nothing follows.
pub(in crate::domain::tests) fn deviation(occurred_on: Date) -> Judgement {
    Judgement {
        occurred_on,
        text: text(),
        goal_key: Some("mietvertrag".to_owned()),
        plan: Currency::Current,
        agreement: Currency::Current,
        reason: DeviationReason::NotImportant,
        reason_text: text(),
        consequence: DeviationConsequence::None,
        regard: String::new(),
    }
}
