//! The steps of a plan: in an order in which they can be done, by days, and with what the jobcenter promises (R61, R66, R181).

use jiff::civil::{Date, date};
use lotse_kernel::dates::add_days;

use super::support::*;
use crate::domain::{
    records::{Goal, PlanStep},
    refused::Refused,
    vocabulary::{EpisodePhase, StepParty},
};

/// The day of the goal.
const DAY: Date = date(2026, 6, 9);

/// The jobcenter writes to the landlord, the advice service calculates, then the person applies.
fn chain() -> Vec<PlanStep> {
    vec![
        step("schreiben", StepParty::Jobcenter, add_days(T0, 7), &[]),
        step("rechnung", StepParty::ThirdParty, add_days(T0, 21), &["schreiben"]),
        step("antrag", StepParty::Person, DAY, &["schreiben", "rechnung"]),
    ]
}

fn with(steps: Vec<PlanStep>) -> Vec<Goal> {
    vec![Goal { steps, ..goal("mietvertrag", DAY) }]
}

fn wrong(change: impl FnOnce(&mut Vec<PlanStep>)) -> Vec<String> {
    let mut steps = chain();
    change(&mut steps);
    let planning = in_phase(EpisodePhase::Planning, T0);
    fields(planning.activate_plan(with(steps), T0, &on(T0)).unwrap_err())
}

#[test]
fn a_plan_holds_promises_and_duties_in_an_order_in_which_they_can_be_done() {
    let planning = in_phase(EpisodePhase::Planning, T0);
    let episode = done(planning.activate_plan(with(chain()), T0, &on(T0)));
    assert!(episode.plan().unwrap().goals[0].says_the_same_as(&with(chain())[0]));
}

#[test]
fn a_step_follows_earlier_ones_of_its_goal_alone() {
    let third = |after: &str| format!("plan.goals[0].steps[2].{after}");
    assert_eq!(wrong(|steps| steps[2].after = vec!["antrag".into()]), [third("after[0]")], "itself");
    assert_eq!(wrong(|steps| steps[2].after = vec!["nichts".into()]), [third("after[0]")]);
    assert_eq!(wrong(|steps| steps[2].after = vec!["rechnung".into(), "rechnung".into()]), [third("after[1]")]);
    // A chain that bites its tail has a step that follows a later one.
    assert_eq!(wrong(|steps| steps[0].after = vec!["antrag".into()]), ["plan.goals[0].steps[0].after[0]"]);
    assert_eq!(wrong(|steps| steps[1].key = "schreiben".into()), ["plan.goals[0].steps[1].key", &third("after[1]")]);
    let other = Goal { steps: vec![step("ruf", StepParty::Person, DAY, &["schreiben"])], ..goal("ruhe", DAY) };
    let goals = [with(chain()), vec![other]].concat();
    let refused: Refused = in_phase(EpisodePhase::Planning, T0).activate_plan(goals, T0, &on(T0)).unwrap_err();
    assert_eq!(fields(refused), ["plan.goals[1].steps[0].after[0]"], "of another goal");
}

#[test]
fn a_step_is_done_after_the_issue_by_the_day_of_its_goal_and_not_before_what_comes_first() {
    let day = |number: usize| format!("plan.goals[0].steps[{number}].due_date");
    assert_eq!(wrong(|steps| steps[0].due_on = T0), [day(0)]);
    assert_eq!(wrong(|steps| steps[2].due_on = add_days(DAY, 1)), [day(2)]);
    assert_eq!(wrong(|steps| steps[1].due_on = add_days(T0, 6)), ["plan.goals[0].steps[1].after[0]"]);
    // What stays as it was keeps its day, also once that has passed.
    let later = add_days(T0, 30);
    let episode = done(in_phase(EpisodePhase::Planning, T0).activate_plan(with(chain()), T0, &on(T0)));
    let revised = done(episode.clone().revise_plan(revision(with(chain()), later), anna(), &on(later)));
    assert!(revised.plan().unwrap().goals[0].says_the_same_as(&with(chain())[0]));
    let mut moved = chain();
    moved[0].due_on = add_days(T0, 8);
    let refused = episode.revise_plan(revision(with(moved), later), anna(), &on(later)).unwrap_err();
    assert_eq!(fields(refused), [day(0)]);
}

#[test]
fn nothing_is_asked_of_the_person_without_a_promise_of_the_jobcenter() {
    assert_eq!(wrong(|steps| steps[0].party = StepParty::ThirdParty), ["plan.goals"]);
    let planning = in_phase(EpisodePhase::Planning, T0);
    let promised = vec![step("schreiben", StepParty::Jobcenter, DAY, &[])];
    assert!(planning.activate_plan(with(promised), T0, &on(T0)).is_ok(), "a promise asks for nothing");
}
