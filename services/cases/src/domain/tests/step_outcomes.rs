//! What became of a step is recorded in the order of the steps, kept across versions, and asked for on its day (R62, R181, T6).

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::add_days,
    duty::{DutyKind, DutyState},
};

use super::support::*;
use crate::domain::{
    duties::Duty,
    episode::{Decided, Episode, StepDetermined},
    records::{Goal, LifeChange, PlanStep, Support},
    refused::Refused,
    vocabulary::{EpisodePhase, GoalOutcome, StepOutcome as Outcome, StepParty, VariantSwitchAnswer, VoidReason},
};

/// The days of the two steps and of their goal; the second one a Saturday.
const DAYS: [Date; 3] = [date(2026, 4, 1), date(2026, 5, 2), date(2026, 6, 9)];

/// The jobcenter writes, then the person applies.
fn chain() -> Vec<PlanStep> {
    vec![
        step("schreiben", StepParty::Jobcenter, DAYS[0], &[]),
        step("antrag", StepParty::Person, DAYS[1], &["schreiben"]),
    ]
}

fn with(steps: Vec<PlanStep>) -> Vec<Goal> {
    vec![Goal { steps, ..goal("mietvertrag", DAYS[2]) }]
}

fn planned() -> Episode {
    done(in_phase(EpisodePhase::Planning, T0).activate_plan(with(chain()), T0, &on(T0)))
}

fn record(episode: &Episode, key: &str, outcome: Outcome, day: Date) -> Result<Decided, Refused> {
    episode.clone().record_step_outcome(step_result(key, outcome, day), &on(day))
}

fn recorded(episode: &Episode, key: &str, outcome: Outcome, day: Date) -> Episode {
    done(record(episode, key, outcome, day))
}

fn wrong(episode: &Episode, key: &str, outcome: Outcome, day: Date) -> Vec<String> {
    fields(episode.clone().record_step_outcome(step_result(key, outcome, day), &on(DAYS[2])).unwrap_err())
}

fn outcomes(episode: &Episode, key: &str) -> Vec<Outcome> {
    let step = episode.plan().unwrap().goals[0].step(key).unwrap();
    step.results.iter().map(|result| result.outcome).collect()
}

/// The duties of the plan by slot: what waits for which day, or how it was settled.
fn asked(episode: &Episode) -> Vec<(i32, Date, DutyState)> {
    let told = |duty: &Duty| (duty.slot(), duty.deadline().due_on(), duty.stored_state());
    let mut asked: Vec<_> = episode.duties().of(DutyKind::GoalDue).map(told).collect();
    asked.sort_unstable_by_key(|(slot, ..)| *slot);
    asked
}

fn revised(episode: &Episode, steps: Vec<PlanStep>, day: Date) -> Result<Decided, Refused> {
    episode.clone().revise_plan(revision(with(steps), day), anna(), &on(day))
}

#[test]
fn each_step_is_asked_for_on_its_day_beside_its_goal() {
    use DutyState::Scheduled;
    let episode = planned();
    assert_eq!(asked(&episode), [(1, DAYS[2], Scheduled), (2, DAYS[0], Scheduled), (3, DAYS[1], Scheduled)]);
    let (late, told) = let_time_pass(episode, add_days(DAYS[0], 2));
    let told: Vec<_> = told.iter().filter(|(_, text)| text.contains("Ziels oder Schritts")).collect();
    let expected = "Prüfung eines Ziels oder Schritts möglich, fällig am Mittwoch, 01.04.2026.";
    assert_eq!(told[0], &(DAYS[0], expected.to_owned()));
    assert!(told[1].1.starts_with("Überfällig: Prüfung eines Ziels oder Schritts"), "{told:?}");
    // It decides nothing: people do, also late.
    let done = recorded(&late, "schreiben", Outcome::Done, add_days(DAYS[0], 2));
    let duty = done.duties().of(DutyKind::GoalDue).find(|duty| duty.slot() == 2).unwrap().clone();
    assert_eq!((duty.stored_state(), duty.days_late()), (DutyState::Done, 1));
}

#[test]
fn a_step_is_done_on_a_day_and_the_timeline_says_whose_it_was() {
    let decided = record(&planned(), "schreiben", Outcome::Done, DAYS[0]).unwrap();
    assert_eq!(codes(&decided), ["STEP_DETERMINED"]);
    let text = "Zusage des Jobcenters erledigt am Mittwoch, 01.04.2026.";
    assert_eq!(decided.events[0].event.text_de(), text);
    assert!(decided.episode.wakes_since(&planned()), "nobody is called for it any more");
    let after = recorded(&decided.episode, "antrag", Outcome::GivenUp, DAYS[0]);
    assert_eq!(
        asked(&after).iter().map(|(.., state)| *state).collect::<Vec<_>>(),
        [DutyState::Scheduled, DutyState::Done, DutyState::Done]
    );
}

#[test]
fn a_step_waits_for_those_it_follows_unless_they_were_given_up() {
    let (outcome, day) = (["result.outcome"], ["result.determination_date"]);
    let open = planned();
    assert_eq!(wrong(&open, "antrag", Outcome::Done, DAYS[1]), outcome, "nothing came before it");
    let refused = recorded(&open, "schreiben", Outcome::NotDone, DAYS[0]);
    assert_eq!(wrong(&refused, "antrag", Outcome::Done, DAYS[1]), outcome, "what was not done is still to be done");
    let written = recorded(&open, "schreiben", Outcome::Done, DAYS[0]);
    assert_eq!(wrong(&written, "antrag", Outcome::Done, add_days(DAYS[0], -1)), day);
    assert!(record(&written, "antrag", Outcome::Done, DAYS[0]).is_ok(), "on the same day");
    let given_up = recorded(&open, "schreiben", Outcome::GivenUp, DAYS[1]);
    let applied = given_up.record_step_outcome(step_result("antrag", Outcome::Done, DAYS[0]), &on(DAYS[1]));
    assert!(applied.is_ok(), "nobody waits for what is given up, whenever that was said");
    // That it was not done, or is not needed, may be said at any time.
    for early in [Outcome::NotDone, Outcome::GivenUp] {
        assert!(record(&open, "antrag", early, T0).is_ok(), "{early}");
    }
}

#[test]
fn a_record_is_corrected_by_the_next_one_as_long_as_the_order_holds() {
    let written = recorded(&planned(), "schreiben", Outcome::Done, DAYS[0]);
    let applied = recorded(&written, "antrag", Outcome::Done, DAYS[1]);
    assert_eq!(wrong(&applied, "schreiben", Outcome::NotDone, DAYS[2]), ["result.outcome"]);
    assert_eq!(wrong(&applied, "schreiben", Outcome::Done, add_days(DAYS[1], 1)), ["result.determination_date"]);
    assert!(record(&applied, "schreiben", Outcome::GivenUp, DAYS[2]).is_ok(), "what follows did not wait for it");
    // From behind it can be taken back.
    let back =
        recorded(&recorded(&applied, "antrag", Outcome::NotDone, DAYS[2]), "schreiben", Outcome::NotDone, DAYS[2]);
    assert_eq!(outcomes(&back, "schreiben"), [Outcome::Done, Outcome::NotDone]);
    assert_eq!(wrong(&back, "schreiben", Outcome::Done, add_days(DAYS[2], -1)), ["result.determination_date"]);
}

#[test]
fn what_is_taken_back_before_its_day_is_asked_for_again() {
    let before = add_days(DAYS[0], -7);
    let done = recorded(&planned(), "schreiben", Outcome::Done, before);
    assert_eq!(asked(&done)[1], (2, DAYS[0], DutyState::Done));
    let back = recorded(&done, "schreiben", Outcome::NotDone, before);
    assert_eq!(asked(&back)[3..], [(4, DAYS[0], DutyState::Scheduled)]);
    assert!(back.wakes_since(&done));
    assert_eq!(asked(&recorded(&back, "schreiben", Outcome::NotDone, before)), asked(&back), "once is enough");
    // From its day on the correction is the answer.
    let late = recorded(&done, "schreiben", Outcome::NotDone, DAYS[0]);
    assert_eq!(asked(&late), asked(&done));
    // So it is with a goal.
    let goal = |episode: &Episode, outcome, day| {
        super::support::done(episode.clone().record_goal_attainment(determined("mietvertrag", outcome, day), &on(day)))
    };
    let attained = goal(&planned(), GoalOutcome::Attained, before);
    let settled = [DutyState::Done, DutyState::Void, DutyState::Void];
    assert_eq!(asked(&attained).iter().map(|(.., state)| *state).collect::<Vec<_>>(), settled);
    let void = attained.duties().of(DutyKind::GoalDue).find(|duty| duty.slot() == 2).unwrap().void_reason();
    assert_eq!(void, Some(VoidReason::GoalDetermined), "nobody waits for a step towards what is reached");
    let partly = goal(&attained, GoalOutcome::Partly, before);
    let again: Vec<_> = asked(&partly)[3..].iter().map(|(_, day, state)| (*day, *state)).collect();
    assert_eq!(again, [DAYS[2], DAYS[0], DAYS[1]].map(|day| (day, DutyState::Scheduled)));
}

#[test]
fn a_new_version_keeps_what_was_recorded() {
    let (day, later) = (add_days(DAYS[0], 7), date(2026, 5, 20));
    let written = recorded(&planned(), "schreiben", Outcome::Done, DAYS[0]);
    let mut steps = chain();
    steps[1].due_on = later;
    let moved = done(revised(&written, steps, day));
    assert_eq!((outcomes(&moved, "schreiben"), outcomes(&moved, "antrag")), (vec![Outcome::Done], Vec::new()));
    let states: Vec<_> = asked(&moved).iter().map(|(_, day, state)| (*day, *state)).collect();
    let expected = [
        (DAYS[2], DutyState::Scheduled),
        (DAYS[0], DutyState::Done),
        (DAYS[1], DutyState::Void),
        (later, DutyState::Scheduled),
    ];
    assert_eq!(states, expected, "the step that moved is asked for on its new day alone");
    let applied = recorded(&moved, "antrag", Outcome::Done, later);
    assert_eq!(outcomes(&applied, "antrag"), [Outcome::Done]);
    // What is done follows nothing that is not.
    let mut steps = chain();
    steps.insert(0, step("beratung", StepParty::ThirdParty, DAYS[0].tomorrow().unwrap(), &[]));
    steps[1].after = vec!["beratung".to_owned()];
    steps[1].due_on = DAYS[1];
    let refused = fields(revised(&written, steps, T0).unwrap_err());
    assert_eq!(refused, ["plan.goals[0].steps[1].after[0]"]);
    // A step that is left out is asked for no more, and one under another goal is another one.
    let without = done(revised(&planned(), vec![chain().remove(0)], day));
    assert_eq!(asked(&without)[2], (3, DAYS[1], DutyState::Void));
    let change = LifeChange { occurred_on: day, text: text() };
    let again = done(written.record_life_change(change, anna(), day));
    let again = done(again.complete_assessment(assessment(day), day));
    let again =
        done(again.activate_plan(with(vec![step("schreiben", StepParty::Jobcenter, later, &[])]), day, &on(day)));
    assert!(outcomes(&again, "schreiben").is_empty(), "a plan made anew begins anew");
}

#[test]
fn what_is_wrong_is_told_by_field_and_changes_nothing() {
    let episode = planned();
    let of = |goal_key: &str, step_key: &str| {
        let told = step_result(step_key, Outcome::GivenUp, DAYS[0]);
        let determined = StepDetermined { goal_key: goal_key.to_owned(), ..told };
        fields(episode.clone().record_step_outcome(determined, &on(DAYS[0])).unwrap_err())
    };
    assert_eq!(
        (of("nichts", "schreiben"), of("mietvertrag", "nichts")),
        (vec!["goal_key".into()], vec!["step_key".into()])
    );
    for day in [add_days(T0, -1), add_days(DAYS[2], 1)] {
        assert_eq!(wrong(&episode, "schreiben", Outcome::Done, day), ["result.determination_date"], "{day}");
    }
    for (outcome, needed) in [(Outcome::Done, false), (Outcome::NotDone, true), (Outcome::GivenUp, true)] {
        let mut told = step_result("schreiben", outcome, T0);
        told.result.reason = "  ".to_owned();
        let refused = episode.clone().record_step_outcome(told, &on(T0)).err().map(fields);
        assert_eq!(refused, needed.then(|| vec!["result.reason".to_owned()]), "{outcome}");
    }
    // A step of the second version was not there before it.
    let day = add_days(T0, 7);
    let mut steps = chain();
    steps.push(step("umzug", StepParty::Person, DAYS[2], &[]));
    let second = done(revised(&episode, steps, day));
    assert_eq!(wrong(&second, "umzug", Outcome::Done, add_days(day, -1)), ["result.determination_date"]);
    assert!(record(&second, "schreiben", Outcome::Done, T0).is_ok(), "one of the first version was");
}

#[test]
fn who_leads_says_what_became_of_a_step() {
    let by = |episode: &Episode, who| {
        let mut told = step_result("schreiben", Outcome::Done, T0);
        told.result.recorded_by = who;
        episode.clone().record_step_outcome(told, &on(T0)).map(|_| ())
    };
    let full = planned();
    assert_eq!((by(&full, anna()), by(&full, bernd())), (Ok(()), Err(Refused::NotTheLead)));
    let to = Support::Accompanying { planned_dates: 2 };
    let switched = done(full.propose_variant_switch(to, text(), anna(), &on(T0)));
    let switched = done(switched.answer_variant_switch(VariantSwitchAnswer::Agreed, String::new(), bernd(), T0));
    assert_eq!((by(&switched, anna()), by(&switched, bernd())), (Ok(()), Ok(())));
    assert_eq!(by(&switched, frida()), Err(Refused::NotTheLead));
    let owners = |episode: &Episode| episode.duties().of(DutyKind::GoalDue).all(|duty| duty.owner() == Some(&bernd()));
    assert!(owners(&switched), "and is asked for it");
}
