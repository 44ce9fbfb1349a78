//! The integration plan of the contract to and from the domain.

use lotse_platform::fields::{Fields, contract_date};
use lotse_proto::cases as contract;

use crate::{
    convert,
    domain::records::{Deviation, Goal, GoalAttainment, IntegrationPlan, PlanRevision, PlanStep, StepResult},
};

/// The most goals of a plan.
const MOST_GOALS: usize = 30;

/// The most steps of a goal.
const MOST_STEPS: usize = 20;

/// A plan as clients see it.
#[must_use]
pub fn plan(plan: &IntegrationPlan) -> contract::IntegrationPlan {
    contract::IntegrationPlan {
        goals: plan.goals.iter().map(goal).collect(),
        issue_date: Some(contract_date(plan.issued_on)),
        activation_date: Some(contract_date(plan.activated_on)),
        version: plan.version,
    }
}

fn goal(goal: &Goal) -> contract::Goal {
    let level = contract::GoalLevel::from_str_name(&format!("GOAL_LEVEL_{}", goal.level));
    contract::Goal {
        text: goal.text.clone(),
        level: level.unwrap_or_default().into(),
        due_date: Some(contract_date(goal.due_on)),
        finding_key: goal.finding_key.clone(),
        key: goal.key.clone(),
        measure: goal.measure.clone(),
        attainments: goal.attainments.iter().map(attainment).collect(),
        steps: goal.steps.iter().map(step).collect(),
        basic_goal_key: goal.basic_goal_key.clone().unwrap_or_default(),
    }
}

fn step(step: &PlanStep) -> contract::PlanStep {
    let party = contract::StepParty::from_str_name(&format!("STEP_PARTY_{}", step.party));
    contract::PlanStep {
        key: step.key.clone(),
        text: step.text.clone(),
        party: party.unwrap_or_default().into(),
        due_date: Some(contract_date(step.due_on)),
        after: step.after.clone(),
        results: step.results.iter().map(step_result).collect(),
    }
}

fn step_result(result: &StepResult) -> contract::StepResult {
    let outcome = contract::StepOutcome::from_str_name(&format!("STEP_OUTCOME_{}", result.outcome));
    contract::StepResult {
        outcome: outcome.unwrap_or_default().into(),
        determination_date: Some(contract_date(result.determined_on)),
        reason: result.reason.clone(),
        recorder: result.recorded_by.to_string(),
    }
}

fn attainment(attainment: &GoalAttainment) -> contract::GoalAttainment {
    let outcome = contract::GoalOutcome::from_str_name(&format!("GOAL_OUTCOME_{}", attainment.outcome));
    contract::GoalAttainment {
        outcome: outcome.unwrap_or_default().into(),
        determination_date: Some(contract_date(attainment.determined_on)),
        reason: attainment.reason.clone(),
        recorder: attainment.recorded_by.to_string(),
    }
}

/// A version that was revised, as clients see it.
#[must_use]
pub fn revision(revision: &PlanRevision) -> contract::PlanRevision {
    contract::PlanRevision {
        plan: Some(plan(&revision.plan)),
        reason: revision.reason.clone(),
        revision_date: Some(contract_date(revision.revised_on)),
        recorder: revision.revised_by.to_string(),
    }
}

/// A deviation as clients see it.
#[must_use]
pub fn deviation(deviation: &Deviation) -> contract::Deviation {
    let judged = &deviation.judgement;
    let currency = |code| contract::Currency::from_str_name(&format!("CURRENCY_{code}")).unwrap_or_default().into();
    let reason = contract::DeviationReason::from_str_name(&format!("DEVIATION_REASON_{}", judged.reason));
    let follows = format!("DEVIATION_CONSEQUENCE_{}", judged.consequence);
    contract::Deviation {
        occurred_date: Some(contract_date(judged.occurred_on)),
        text: judged.text.clone(),
        plan_currency: currency(judged.plan),
        agreement_currency: currency(judged.agreement),
        reason: reason.unwrap_or_default().into(),
        reason_text: judged.reason_text.clone(),
        consequence: contract::DeviationConsequence::from_str_name(&follows).unwrap_or_default().into(),
        regard: judged.regard.clone(),
        goal_key: judged.goal_key.clone().unwrap_or_default(),
        record_date: Some(contract_date(deviation.recorded_on)),
        recorder: deviation.recorded_by.to_string(),
        plan: deviation.plan.as_ref().map(plan),
    }
}

/// Reads the goals of `plan`; what is wrong is told by field.
pub fn parse_goals(fields: &mut Fields, plan: &contract::IntegrationPlan) -> Vec<Goal> {
    fields.at_most("plan.goals", plan.goals.len(), MOST_GOALS);
    let mut goals = Vec::new();
    for (i, goal) in plan.goals.iter().enumerate() {
        let path = |name: &str| format!("plan.goals[{i}].{name}");
        let name = contract::GoalLevel::as_str_name;
        let level = convert::parse_code(fields, &path("level"), goal.level, "GOAL_LEVEL_", name);
        let key = fields.slug(&path("key"), &goal.key, 40);
        let text = fields.text(&path("text"), &goal.text, 1..=1000);
        let measure = fields.text(&path("measure"), &goal.measure, 1..=1000);
        let due_on = fields.date(&path("due_date"), goal.due_date.as_ref());
        let finding_key = fields.slug(&path("finding_key"), &goal.finding_key, 40);
        let serves = (!goal.basic_goal_key.is_empty()).then_some(&goal.basic_goal_key);
        let basic_goal_key = serves.map(|key| fields.slug(&path("basic_goal_key"), key, 40));
        let steps = parse_steps(fields, &path("steps"), &goal.steps);
        if let Some(level) = level {
            let (slot, attainments) = (0, Vec::new());
            goals.push(Goal {
                key,
                text,
                measure,
                level,
                due_on,
                finding_key,
                basic_goal_key,
                steps,
                slot,
                attainments,
            });
        }
    }
    goals
}

fn parse_steps(fields: &mut Fields, path: &str, told: &[contract::PlanStep]) -> Vec<PlanStep> {
    fields.at_most(path, told.len(), MOST_STEPS);
    let mut steps = Vec::new();
    for (i, step) in told.iter().enumerate() {
        let path = |name: &str| format!("{path}[{i}].{name}");
        let name = contract::StepParty::as_str_name;
        let party = convert::parse_code(fields, &path("party"), step.party, "STEP_PARTY_", name);
        let key = fields.slug(&path("key"), &step.key, 40);
        let text = fields.text(&path("text"), &step.text, 1..=1000);
        let due_on = fields.date(&path("due_date"), step.due_date.as_ref());
        fields.at_most(&path("after"), step.after.len(), MOST_STEPS);
        if let Some(party) = party {
            let (after, slot, results) = (step.after.clone(), 0, Vec::new());
            steps.push(PlanStep { key, text, party, due_on, after, slot, results });
        }
    }
    steps
}
