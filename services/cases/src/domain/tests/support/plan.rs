//! Builders of plans.

use jiff::civil::Date;
use lotse_kernel::dates::add_months;

use super::{anna, text};
use crate::domain::{
    episode::{Determined, Revision},
    records::{Goal, GoalAttainment, Judgement},
    vocabulary::{Currency, DeviationConsequence, DeviationReason, GoalLevel, GoalOutcome},
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
        steps: Vec::new(),
        slot: 0,
        attainments: Vec::new(),
    }
}

pub(in crate::domain::tests) fn goals(day: Date) -> Vec<Goal> {
    vec![goal("mietvertrag", add_months(day, 3).date)]
}

/// A new version of the plan with these goals, in which nothing is given up.
pub(in crate::domain::tests) fn revision(goals: Vec<Goal>, issued_on: Date) -> Revision {
    Revision { goals, dropped: Vec::new(), reason: text(), issued_on }
}

pub(in crate::domain::tests) fn determined(goal_key: &str, outcome: GoalOutcome, determined_on: Date) -> Determined {
    let attainment = GoalAttainment { outcome, determined_on, reason: text(), recorded_by: anna() };
    Determined { goal_key: goal_key.to_owned(), attainment }
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
