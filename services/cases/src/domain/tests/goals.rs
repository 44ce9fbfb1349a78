//! T6: each goal is asked for on its day, until somebody has determined how far it is attained (R62).

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::add_days,
    duty::{DutyKind, DutyState, DutyStep},
};

use super::support::*;
use crate::domain::{
    duties::Duty,
    episode::{Audience, Episode, Step},
    records::{Goal, LifeChange, Support},
    vocabulary::{
        Currency, DeviationConsequence, EpisodePhase, GoalOutcome, HandoverReceiver, ReopeningExtent,
        VariantSwitchAnswer, VoidReason,
    },
};

/// The day of the one goal of a plan that was made on the day of the assignment, a Tuesday.
const DAY: Date = date(2026, 6, 9);

/// The duties of goals, by slot.
fn asked(episode: &Episode) -> Vec<&Duty> {
    let mut asked: Vec<_> = episode.duties().iter().filter(|duty| duty.kind() == DutyKind::GoalDue).collect();
    asked.sort_by_key(|duty| duty.slot());
    asked
}

fn states(episode: &Episode) -> Vec<(i32, DutyState)> {
    asked(episode).iter().map(|duty| (duty.slot(), duty.stored_state())).collect()
}

fn determine(episode: &Episode, outcome: GoalOutcome, day: Date) -> Episode {
    done(episode.clone().record_goal_attainment(determined("mietvertrag", outcome, day), &on(day)))
}

fn revise(episode: &Episode, goals: Vec<Goal>, on_day: Date) -> Episode {
    done(episode.clone().revise_plan(revision(goals, on_day), anna(), &on(on_day)))
}

#[test]
fn a_goal_opens_on_its_day_for_whoever_leads_and_is_in_time_until_the_next_working_day() {
    let episode = in_delivery(T0);
    let [duty] = asked(&episode)[..] else { panic!("one goal") };
    let deadline = duty.deadline();
    assert_eq!((deadline.opens_on, deadline.due_on(), deadline.overdue_after()), (DAY, DAY, date(2026, 6, 10)));
    assert_eq!((deadline.explanation.rule.as_str(), duty.owner()), ("R62", Some(&anna())));
    let (open, told) = let_time_pass(episode, add_days(DAY, 2));
    assert!(
        told.iter().any(|(on, text)| *on == DAY && text.starts_with("Prüfung eines Ziels oder Schritts möglich")),
        "{told:?}"
    );
    assert!(
        told.iter().any(|(on, text)| *on == date(2026, 6, 11) && text.starts_with("Überfällig: Prüfung eines Ziels"))
    );
    let [duty] = asked(&open)[..] else { panic!("one goal") };
    let step = Step { duty: duty.name().clone(), step: DutyStep::Escalate, round: 1 };
    let (told, _) = open.step_again(&step).unwrap();
    assert_eq!(told, [Audience::Staff(anna()), Audience::TeamLead]);
    // Late, but determined: the deviation path is people's to take, and nothing is decided by time.
    let late = determine(&open, GoalOutcome::NotAttained, date(2026, 6, 12));
    assert_eq!((states(&late), asked(&late)[0].days_late()), (vec![(1, DutyState::Done)], 2));
}

#[test]
fn a_determination_answers_for_good_at_any_time_and_in_part_once_the_day_has_come() {
    let before = add_days(DAY, -30);
    for outcome in [GoalOutcome::Attained, GoalOutcome::NotAttained, GoalOutcome::Dropped] {
        assert_eq!(states(&determine(&in_delivery(T0), outcome, before)), [(1, DutyState::Done)], "{outcome}");
    }
    let early = determine(&in_delivery(T0), GoalOutcome::Partly, before);
    assert_eq!(states(&early), [(1, DutyState::Scheduled)], "on its day it is asked for again");
    assert_eq!(states(&determine(&early, GoalOutcome::Partly, DAY)), [(1, DutyState::Done)]);
    assert!(determine(&early, GoalOutcome::Partly, DAY).wakes_since(&early), "nobody is called for it any more");
}

#[test]
fn a_new_version_asks_by_its_own_days() {
    let (day, other) = (add_days(T0, 14), date(2026, 8, 3));
    let plan = in_delivery(T0);
    let kept = revise(&plan, vec![goal("mietvertrag", DAY), goal("schulden", other)], day);
    assert_eq!(states(&kept), [(1, DutyState::Scheduled), (2, DutyState::Scheduled)]);
    let moved = revise(&kept, vec![goal("mietvertrag", other), goal("schulden", other)], day);
    assert_eq!(states(&moved), [(1, DutyState::Void), (2, DutyState::Scheduled), (3, DutyState::Scheduled)]);
    assert_eq!(asked(&moved)[0].void_reason(), Some(VoidReason::PlanChanged));
    assert_eq!(moved.plan().unwrap().goals.iter().map(|goal| goal.slot).collect::<Vec<_>>(), [3, 2]);
    // What was determined for good is asked for no more, whatever day a version gives it, and may be left out.
    let reached = determine(&plan, GoalOutcome::Attained, day);
    let goals = |key: &str, due_on| {
        vec![Goal { attainments: reached.plan().unwrap().goals[0].attainments.clone(), ..goal(key, due_on) }]
    };
    assert_eq!(states(&revise(&reached, goals("mietvertrag", other), day)), [(1, DutyState::Done)]);
    let without = revise(&reached, vec![goal("schulden", other)], day);
    assert_eq!(states(&without), [(1, DutyState::Done), (2, DutyState::Scheduled)]);
}

#[test]
fn a_plan_that_is_given_up_asks_for_nothing() {
    let day = add_days(DAY, -7);
    let change = LifeChange { occurred_on: day, text: text() };
    let changed = done(in_delivery(T0).record_life_change(change, anna(), day));
    let mut judgement = deviation(day);
    (judgement.plan, judgement.consequence) = (Currency::Outdated, DeviationConsequence::NewPlan);
    let deviated = done(in_delivery(T0).record_deviation(judgement, anna(), day));
    for episode in [&changed, &deviated] {
        assert_eq!(
            (states(episode), asked(episode)[0].void_reason()),
            (vec![(1, DutyState::Void)], Some(VoidReason::PlanChanged))
        );
    }
    let again = done(deviated.activate_plan(goals(day), day, &on(day)));
    assert_eq!(states(&again), [(1, DutyState::Void), (2, DutyState::Scheduled)]);
    let mut judgement = deviation(day);
    judgement.goal_key = None;
    let excused = done(in_delivery(T0).record_deviation(judgement, anna(), day));
    assert_eq!(states(&excused), [(1, DutyState::Scheduled)], "the plan stays");
}

#[test]
fn goals_are_of_whoever_leads_and_end_with_care() {
    let to = Support::Accompanying { planned_dates: 2 };
    let switched = done(in_delivery(T0).propose_variant_switch(to, text(), anna(), &on(T0)));
    let switched = done(switched.answer_variant_switch(VariantSwitchAnswer::Agreed, String::new(), bernd(), T0));
    assert_eq!(asked(&switched)[0].owner(), Some(&bernd()));
    let ended = done(switched.end(closing_note(None), &on(T0)));
    let closed = done(ended.accept_handover(HandoverReceiver::PlacementOfficer, text(), &on(T0)));
    assert_eq!(
        (closed.phase(), asked(&closed)[0].void_reason()),
        (EpisodePhase::Closed, Some(VoidReason::EpisodeEnded))
    );
    let open = reopened(closed, ReopeningExtent::EndOfCare, T0).episode;
    assert_eq!((states(&open), asked(&open)[0].owner()), (vec![(1, DutyState::Scheduled)], Some(&bernd())));
}
