//! Requests about the integration plan.

use jiff::civil::Date;
use lotse_kernel::dates::add_days;
use lotse_proto::cases::{self as contract, *};

use super::{Place, day, text};

/// What the jobcenter promises.
fn promise(today: Date) -> PlanStep {
    PlanStep {
        key: "schreiben".into(),
        text: text(),
        party: StepParty::Jobcenter.into(),
        due_date: day(add_days(today, 90)),
        ..Default::default()
    }
}

fn plan(today: Date) -> IntegrationPlan {
    let goal = Goal {
        text: text(),
        level: GoalLevel::ShortTerm.into(),
        due_date: day(add_days(today, 90)),
        finding_key: "wohnen".into(),
        key: "mietvertrag".into(),
        measure: text(),
        steps: vec![promise(today)],
        ..Default::default()
    };
    IntegrationPlan { goals: vec![goal], issue_date: day(today), ..Default::default() }
}

acts! {
    activate_plan(place) -> ActivatePlanRequest { plan: Some(plan(place.today)) }
    revise_plan(place) -> RevisePlanRequest {
        plan: Some(plan(place.today)),
        dropped_goals: Vec::new(),
        reason: text(),
    }
    record_deviation(place) -> RecordDeviationRequest {
        deviation: Some(Deviation {
            occurred_date: day(place.today),
            text: text(),
            plan_currency: Currency::Current.into(),
            agreement_currency: Currency::Current.into(),
            reason: DeviationReason::Important.into(),
            reason_text: text(),
            consequence: DeviationConsequence::None.into(),
            goal_key: "mietvertrag".into(),
            ..Default::default()
        }),
    }
    record_goal_attainment(place) -> RecordGoalAttainmentRequest {
        goal_key: "mietvertrag".into(),
        attainment: Some(contract::GoalAttainment {
            outcome: GoalOutcome::Partly.into(),
            determination_date: day(place.today),
            reason: text(),
            ..Default::default()
        }),
    }
    record_step_outcome(place) -> RecordStepOutcomeRequest {
        goal_key: "mietvertrag".into(),
        step_key: "schreiben".into(),
        result: Some(contract::StepResult {
            outcome: StepOutcome::Done.into(),
            determination_date: day(place.today),
            ..Default::default()
        }),
    }
}
