//! A plan is revised in versions of which none is lost, and its goals are determined by themselves (R63, R111, R180).

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::{add_days, add_months},
    duty::DutyKind,
};

use super::support::*;
use crate::domain::{
    episode::{Episode, Revision},
    records::{DroppedGoal, Goal, LifeChange, Support},
    refused::Refused,
    vocabulary::{GoalOutcome, VariantSwitchAnswer},
};

/// The day of a second version.
const SECOND: Date = date(2026, 6, 1);

fn dropped(key: &str) -> DroppedGoal {
    DroppedGoal { key: key.to_owned(), reason: text() }
}

fn keys(goals: &[Goal]) -> Vec<&str> {
    goals.iter().map(|goal| goal.key.as_str()).collect()
}

/// The rent is given up for two others.
fn revised() -> Episode {
    let goals = vec![goal("schulden", date(2026, 9, 1)), goal("wohnung", date(2026, 10, 1))];
    let revision = Revision { dropped: vec![dropped("mietvertrag")], ..revision(goals, SECOND) };
    done(in_delivery(T0).revise_plan(revision, anna(), &on(SECOND)))
}

#[test]
fn a_new_version_is_the_update_and_the_old_one_stays_readable() {
    let before = in_delivery(T0);
    let goals = vec![goal("schulden", date(2026, 9, 1)), goal("wohnung", date(2026, 10, 1))];
    let revision = Revision { dropped: vec![dropped("mietvertrag")], ..revision(goals, SECOND) };
    let decided = before.clone().revise_plan(revision, anna(), &on(SECOND)).unwrap();
    let told = &decided.events[0].event;
    assert_eq!(told.text_de(), "Integrationsplan fortgeschrieben, Fassung 2: 2 Ziele neu, 1 Ziel entfallen.");
    let after = decided.episode;
    let plan = after.plan().unwrap();
    assert_eq!((plan.version, plan.issued_on, keys(&plan.goals)), (2, SECOND, vec!["schulden", "wohnung"]));
    let former = &after.care().unwrap().plan_revisions[0];
    assert_eq!((former.plan.version, keys(&former.plan.goals)), (1, vec!["mietvertrag"]));
    let given_up = former.plan.goals[0].attainments.last().unwrap();
    assert_eq!((given_up.outcome, given_up.determined_on), (GoalOutcome::Dropped, SECOND));
    // The update that was waited for is done, and the next one counts from the new issue.
    let updates: Vec<_> = after.duties().iter().filter(|duty| duty.kind() == DutyKind::PlanUpdate).collect();
    let waits: Vec<_> = updates.iter().map(|duty| (duty.slot(), duty.is_unsettled())).collect();
    assert_eq!((updates.len(), waits.contains(&(1, false)), waits.contains(&(2, true))), (2, true, true));
    let next = updates.iter().find(|duty| duty.is_unsettled()).unwrap();
    assert_eq!(next.deadline().due_on(), date(2026, 12, 1));
    assert!(after.wakes_since(&before));
}

#[test]
fn an_update_too_late_is_counted_by_the_day_of_issue() {
    let late = date(2026, 9, 14);
    let same = in_delivery(T0).plan().unwrap().goals.clone();
    let decided = in_delivery(T0).revise_plan(revision(same, late), anna(), &on(add_days(late, 9))).unwrap();
    let expected = "Integrationsplan fortgeschrieben, Fassung 2: Ziele unverändert, 5 Tage verspätet.";
    assert_eq!(decided.events[0].event.text_de(), expected);
}

#[test]
fn no_goal_vanishes_and_none_comes_back_under_an_old_key() {
    let wrong = |goals: Vec<Goal>, dropped: &[&str], issued_on| {
        let dropped = dropped.iter().map(|key| self::dropped(key)).collect();
        let revision = Revision { dropped, ..revision(goals, issued_on) };
        fields(in_delivery(T0).revise_plan(revision, anna(), &on(SECOND)).unwrap_err())
    };
    let kept = || goal("mietvertrag", date(2026, 9, 1));
    let other = || goal("schulden", date(2026, 9, 1));
    assert_eq!(wrong(vec![other()], &[], SECOND), ["dropped_goals"]);
    assert_eq!(wrong(vec![kept()], &["mietvertrag"], SECOND), ["dropped_goals[0].key"], "it stays");
    assert_eq!(wrong(vec![kept()], &["nichts"], SECOND), ["dropped_goals[0].key"]);
    let twice = ["mietvertrag", "mietvertrag"];
    assert_eq!(wrong(vec![other()], &twice, SECOND), ["dropped_goals[1].key"], "each once");
    assert_eq!(wrong(Vec::new(), &["mietvertrag"], SECOND), ["plan.goals"]);
    assert_eq!(wrong(vec![kept(), kept()], &[], SECOND), ["plan.goals[1].key"]);
    assert_eq!(wrong(vec![kept()], &[], add_days(SECOND, 1)), ["plan.issue_date"]);
    assert_eq!(wrong(vec![kept()], &[], add_days(T0, -1)), ["plan.issue_date"]);
    let mut astray = kept();
    (astray.due_on, astray.finding_key) = (SECOND, "nichts".to_owned());
    assert_eq!(wrong(vec![astray], &[], SECOND), ["plan.goals[0].due_date", "plan.goals[0].finding_key"]);

    let third = add_days(SECOND, 7);
    let mut goals = revised().plan().unwrap().goals.clone();
    goals.push(goal("mietvertrag", date(2026, 11, 2)));
    let back = revised().revise_plan(revision(goals, third), anna(), &on(third)).unwrap_err();
    assert_eq!(fields(back), ["plan.goals[2].key"]);
}

#[test]
fn what_was_determined_may_be_left_out_and_what_was_reached_in_part_not() {
    let left_out = |outcome| {
        let episode =
            done(in_delivery(T0).record_goal_attainment(determined("mietvertrag", outcome, SECOND), &on(SECOND)));
        let goals = vec![goal("schulden", date(2026, 9, 1))];
        episode.revise_plan(revision(goals, SECOND), anna(), &on(SECOND)).map(|decided| decided.episode)
    };
    for outcome in [GoalOutcome::Attained, GoalOutcome::NotAttained, GoalOutcome::Dropped] {
        assert!(left_out(outcome).is_ok(), "{outcome}");
    }
    assert_eq!(fields(left_out(GoalOutcome::Partly).unwrap_err()), ["dropped_goals"]);
}

#[test]
fn attainment_is_kept_with_the_goal_across_versions_and_an_old_day_stays() {
    let (day, later) = (date(2026, 6, 15), date(2026, 7, 1));
    let reached =
        done(in_delivery(T0).record_goal_attainment(determined("mietvertrag", GoalOutcome::Partly, day), &on(day)));
    // Its day has passed by then: a goal that stays as it was keeps it.
    let mut goals = reached.plan().unwrap().goals.clone();
    goals[0].attainments.clear();
    let after = done(reached.revise_plan(revision(goals, later), anna(), &on(later)));
    let outcomes = |episode: &Episode| {
        let goal = episode.plan().unwrap().goal("mietvertrag").unwrap().clone();
        goal.attainments.into_iter().map(|attainment| attainment.outcome).collect::<Vec<_>>()
    };
    assert_eq!(outcomes(&after), [GoalOutcome::Partly], "what clients send of attainments is not asked");
    let decided =
        after.record_goal_attainment(determined("mietvertrag", GoalOutcome::Attained, later), &on(later)).unwrap();
    let expected = "Kurzfristiges Teilziel überprüft am Mittwoch, 01.07.2026: erreicht.";
    assert_eq!(decided.events[0].event.text_de(), expected);
    assert_eq!(outcomes(&decided.episode), [GoalOutcome::Partly, GoalOutcome::Attained]);
}

#[test]
fn a_goal_is_determined_between_its_issue_and_today() {
    let today = date(2026, 7, 1);
    let wrong = |episode: Episode, key: &str, day| {
        fields(episode.record_goal_attainment(determined(key, GoalOutcome::Attained, day), &on(today)).unwrap_err())
    };
    let day = ["attainment.determination_date"];
    assert_eq!(wrong(in_delivery(T0), "nichts", today), ["goal_key"]);
    for wrong_day in [add_days(T0, -1), add_days(today, 1)] {
        assert_eq!(wrong(in_delivery(T0), "mietvertrag", wrong_day), day, "{wrong_day}");
    }
    // A goal of the second version was not there before it.
    assert_eq!(wrong(revised(), "schulden", add_days(SECOND, -1)), day);
    let once = determined("mietvertrag", GoalOutcome::Partly, SECOND);
    let reached = done(in_delivery(T0).record_goal_attainment(once, &on(today)));
    assert_eq!(wrong(reached, "mietvertrag", add_days(SECOND, -1)), day, "not before the one before");
}

#[test]
fn a_plan_is_revised_by_the_case_manager_or_by_whoever_leads() {
    let same = |episode: &Episode| revision(episode.plan().unwrap().goals.clone(), T0);
    let revise = |episode: &Episode, by| episode.clone().revise_plan(same(episode), by, &on(T0)).map(|_| ());
    let full = in_delivery(T0);
    assert_eq!((revise(&full, anna()), revise(&full, bernd())), (Ok(()), Err(Refused::NotTheLead)));
    let to = Support::Accompanying { planned_dates: 2 };
    let switched = done(full.propose_variant_switch(to, text(), anna(), &on(T0)));
    let switched = done(switched.answer_variant_switch(VariantSwitchAnswer::Agreed, String::new(), bernd(), T0));
    assert_eq!((revise(&switched, anna()), revise(&switched, bernd())), (Ok(()), Ok(())));
    assert_eq!(revise(&switched, frida()), Err(Refused::NotTheLead));
}

#[test]
fn versions_count_on_after_a_change_of_life() {
    let day = date(2026, 7, 1);
    let change = LifeChange { occurred_on: day, text: text() };
    let episode = done(revised().record_life_change(change, anna(), day));
    let episode = done(episode.complete_assessment(assessment(day), day));
    let episode = done(episode.activate_plan(goals(day), day, &on(day)));
    assert_eq!(episode.plan().unwrap().version, 3);
    // The plan that was given up binds nobody: neither its keys nor the days of its goals, which may bear the same.
    let later = add_days(day, 7);
    let back = vec![goal("mietvertrag", add_months(day, 3).date), goal("schulden", add_days(later, 90))];
    let revised = done(episode.revise_plan(revision(back, later), anna(), &on(later)));
    for (key, issued_on) in [("mietvertrag", day), ("schulden", later)] {
        let determine =
            |day| revised.clone().record_goal_attainment(determined(key, GoalOutcome::Attained, day), &on(later));
        assert_eq!(fields(determine(add_days(issued_on, -1)).unwrap_err()), ["attainment.determination_date"], "{key}");
        assert!(determine(issued_on).is_ok(), "{key}");
    }
    let twice = vec![goal("mietvertrag", add_days(day, 9)), goal("mietvertrag", add_days(day, 9))];
    let planning = in_phase(crate::domain::vocabulary::EpisodePhase::Planning, T0);
    assert_eq!(fields(planning.activate_plan(twice, T0, &on(T0)).unwrap_err()), ["plan.goals[1].key"]);
}
