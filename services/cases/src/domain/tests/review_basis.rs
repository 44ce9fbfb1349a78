//! What lies beside a review: what is new since the one before, and whatever lets its prognosis be judged (T2, R106).

use jiff::civil::{Date, date};
use lotse_kernel::dates::add_days;

use super::support::*;
use crate::domain::{
    duties::Duty,
    episode::Episode,
    progress::Profiles,
    records::{Judgement, LifeChange, Profile},
    refused::Refused,
    vocabulary::{Currency, DeviationConsequence, EpisodePhase, GoalOutcome, ProfileType, ProgressChange},
};

/// The first review is decided on its opening day.
const DECIDED: Date = date(2026, 8, 10);

/// A version and a deviation before the first review, and one of each after it.
fn with_a_history() -> Episode {
    let mut episode = in_delivery(T0);
    for day in [date(2026, 6, 1), date(2026, 11, 2)] {
        if day > DECIDED {
            episode = done(episode.decide_review(continuation(), &on(DECIDED)));
        }
        let same = episode.plan().unwrap().goals.clone();
        episode = done(episode.revise_plan(revision(same, day), anna(), &on(day)));
        episode = done(episode.record_deviation(deviation(day), anna(), day));
    }
    episode
}

#[test]
fn before_the_first_review_everything_since_the_assignment_is_new() {
    let episode = in_delivery(T0);
    let basis = episode.review_basis(T0).unwrap();
    assert_eq!(basis.since, T0);
    assert_eq!(basis.review.map(|review| (review.slot(), review.deadline().due_on())), Some((1, date(2026, 9, 9))));
    assert_eq!(basis.limit.map(|limit| limit.deadline().due_on()), Some(date(2028, 3, 9)));
    assert_eq!(basis.plan.map(|(plan, in_force)| (plan.version, in_force)), Some((1, true)));
}

#[test]
fn what_the_last_review_knew_is_not_told_again() {
    let episode = with_a_history();
    let basis = episode.review_basis(date(2026, 11, 2)).unwrap();
    assert_eq!((basis.since, basis.review.map(Duty::slot)), (DECIDED, Some(2)));
    let versions: Vec<_> =
        basis.revisions.iter().map(|revision| (revision.plan.version, revision.revised_on)).collect();
    assert_eq!(versions, [(2, date(2026, 11, 2))], "the first one was revised before");
    let deviations: Vec<_> = basis.deviations.iter().map(|deviation| deviation.recorded_on).collect();
    assert_eq!(deviations, [date(2026, 11, 2)]);
    assert_eq!(basis.plan.map(|(plan, _)| plan.version), Some(3));
    // Nobody knows in which order things happened on one day.
    let reviewed = done(in_delivery(T0).decide_review(continuation(), &on(DECIDED)));
    let same_day = done(reviewed.record_deviation(deviation(DECIDED), anna(), DECIDED));
    assert_eq!(same_day.review_basis(DECIDED).unwrap().deviations.len(), 1);
}

#[test]
fn of_two_open_reviews_the_newest_is_decided_and_else_the_planned_one() {
    let (late, _) = let_time_pass(in_delivery(T0), date(2027, 2, 10));
    let open = late.review_basis(date(2027, 2, 10)).unwrap();
    assert_eq!(open.review.map(Duty::slot), Some(2));
    let decided = done(late.decide_review(continuation(), &on(date(2027, 2, 10))));
    assert_eq!(decided.review_basis(date(2027, 2, 10)).unwrap().review.map(Duty::slot), Some(3));
}

#[test]
fn a_plan_that_was_given_up_is_the_last_one() {
    let day = date(2026, 11, 3);
    let outdated = Judgement { plan: Currency::Outdated, consequence: DeviationConsequence::NewPlan, ..deviation(day) };
    let by_deviation = done(with_a_history().record_deviation(outdated, anna(), day));
    assert_eq!(by_deviation.phase(), EpisodePhase::Planning);
    let basis = by_deviation.review_basis(day).unwrap();
    assert_eq!(basis.plan.map(|(plan, in_force)| (plan.version, in_force)), Some((3, false)));
    // Made again and given up once more, because life changed.
    let again = done(by_deviation.activate_plan(goals(day), day, &on(day)));
    let reached = determined("mietvertrag", GoalOutcome::Attained, add_days(day, 1));
    let again = done(again.record_goal_attainment(reached, &on(add_days(day, 1))));
    let change = LifeChange { occurred_on: add_days(day, 2), text: text() };
    let by_change = done(again.record_life_change(change, anna(), add_days(day, 2)));
    let basis = by_change.review_basis(add_days(day, 2)).unwrap();
    let (plan, in_force) = basis.plan.unwrap();
    assert_eq!((plan.version, in_force, basis.reassessments.len()), (4, false, 1));
    let attained = plan.goals[0].attainments.last().map(|last| last.outcome);
    assert_eq!(attained, Some(GoalOutcome::Attained), "how far it was attained goes with it");
}

#[test]
fn nothing_is_reviewed_before_care_and_after_it() {
    for phase in EpisodePhase::ALL.iter().copied().filter(|phase| !phase.is_active()) {
        let refused = in_phase(phase, T0).review_basis(T0).unwrap_err();
        assert_eq!(refused, Refused::WrongPhase { phase, allowed: EpisodePhase::ACTIVE });
    }
    for phase in EpisodePhase::ACTIVE {
        assert!(in_phase(*phase, T0).review_basis(T0).unwrap().review.is_some(), "{phase}");
    }
}

#[test]
fn each_profile_moves_from_the_one_before() {
    let on = |profile_type, established_on| Profile { profile_type, established_on, ..profile() };
    let first = date(2026, 2, 27);
    let profiles = vec![
        on(ProfileType::Stabilisierungsprofil, first),
        on(ProfileType::Unterstuetzungsprofil, T0),
        on(ProfileType::Foerderprofil, DECIDED),
        on(ProfileType::Foerderprofil, add_days(DECIDED, 1)),
    ];
    let profiles = Profiles::of(profiles).unwrap();
    let moved: Vec<_> = profiles.steps().map(|(profile, moved)| (profile.established_on, moved)).collect();
    let expected = [
        (first, None),
        (T0, Some(ProgressChange::Worse)),
        (DECIDED, Some(ProgressChange::Better)),
        (add_days(DECIDED, 1), Some(ProgressChange::Same)),
    ];
    assert_eq!(moved, expected);
    let held = |day| profiles.held_on(day).established_on;
    assert_eq!(held(add_days(DECIDED, -1)), T0);
    assert_eq!(held(DECIDED), DECIDED, "what was found on the day of the review was known");
    assert_eq!(held(date(2020, 1, 1)), first, "before all of them it was the first");
    assert_eq!(held(add_days(DECIDED, 400)), add_days(DECIDED, 1));
    assert_eq!(Profiles::of(Vec::new()), None);
}
