//! Laws that hold whatever people and time do in whatever order: above all, no duty is ever lost.

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::add_days,
    duty::{DutyKind, DutyState, next_wake},
};
use proptest::prelude::*;

use super::support::*;
use crate::domain::{
    duties::Duty,
    episode::{Episode, Facts, Step},
};

/// Something that may happen next.
#[derive(Debug, Clone)]
enum Move {
    /// An act by its place in the table, whether it fits or not.
    Act(usize),
    /// Days pass; the workflow sleeps.
    Sleep(i32),
    /// The workflow takes all steps that are due, as seen today.
    Time,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        6 => (0..ACTS.len()).prop_map(Move::Act),
        3 => (0_i32..120).prop_map(Move::Sleep),
        3 => Just(Move::Time),
    ];
    prop::collection::vec(one, 1..60)
}

fn starts() -> impl Strategy<Value = Date> {
    (0_i32..1500).prop_map(|days| add_days(date(2026, 1, 1), days))
}

/// All steps of a day, as a workflow that asks once a day takes them.
fn catch_up(mut episode: Episode, today: Date) -> Episode {
    for _ in 0..200 {
        let timetable = episode.timetable(0, &on(today)).unwrap();
        let Some((duty, next)) = timetable.steps_due(today).first().map(|(entry, next)| (entry.duty.clone(), *next))
        else {
            return episode;
        };
        let step = Step { duty: duty.parse().unwrap(), step: next.step, round: next.round };
        let taken = episode.take_step(&step, &on(today)).unwrap();
        assert!(taken.taken, "an offered step was not taken: {step:?}");
        assert!(!taken.episode.clone().take_step(&step, &on(today)).unwrap().taken, "a step was taken twice: {step:?}");
        episode = taken.episode;
    }
    panic!("the steps of a day never end");
}

fn check(before: &Episode, after: &Episode, today: Date) {
    let reopened = before.phase().is_final() && !after.phase().is_final();
    for duty in before.duties().iter() {
        let now = after.duties().get(duty.name()).expect("a duty was lost");
        assert_eq!(now.deadline(), duty.deadline(), "dates do not move by themselves");
        assert!(duty.is_unsettled() || now == duty || reopened, "a settled duty changed");
    }
    let phase = after.phase();
    let unsettled = |kind| after.duties().iter().filter(|duty| duty.kind() == kind && duty.is_unsettled()).count();
    let scheduled_reviews = after
        .duties()
        .iter()
        .filter(|duty| duty.kind() == DutyKind::ContinuationReview && duty.stored_state() == DutyState::Scheduled)
        .count();
    if phase.is_active() {
        assert_eq!(scheduled_reviews, 1, "the grid of reviews goes on");
        assert_eq!(unsettled(DutyKind::RegularMaximum) + unsettled(DutyKind::ExtensionEnd), 1, "there is one limit");
    } else {
        assert_eq!(scheduled_reviews, 0);
    }
    let timetable = after.timetable(7, &on(today)).unwrap();
    // Of what is closed the months after an integration may still wait.
    assert_eq!(timetable.finished, phase.is_final() && timetable.due.is_empty());
    let followed = |kind| kind == DutyKind::ContinuousEmployment;
    assert!(!phase.is_final() || timetable.due.iter().all(|entry| followed(entry.kind)));
    if timetable.finished {
        assert!(timetable.due.is_empty() && next_wake(&timetable, today).is_none());
    }
    assert!(timetable.due.len() <= 32);
    assert!(timetable.due.is_sorted_by_key(|entry| (entry.opens_on, entry.duty.clone())));
    assert!(timetable.due.iter().all(|entry| entry.next_step.is_some()), "what is unsettled never sleeps for ever");
    assert_eq!(&stored(after), after, "an episode survives its rows");
}

/// The episode as it comes back from its rows, whatever their order.
fn stored(episode: &Episode) -> Episode {
    let facts: Facts = serde_json::from_value(serde_json::to_value(episode.facts()).unwrap()).unwrap();
    let mut duties: Vec<Duty> = episode
        .duties()
        .iter()
        .map(|duty| serde_json::from_value(serde_json::to_value(duty).unwrap()).unwrap())
        .collect();
    duties.reverse();
    Episode::from_rows(episode.name().clone(), facts, duties)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_duty_is_ever_lost(start in starts(), admitted in any::<bool>(), moves in moves()) {
        let mut today = start;
        let mut episode = if admitted { in_delivery(start) } else { proposed_on(start) };
        for next in moves {
            let before = episode.clone();
            match next {
                Move::Act(index) => {
                    if let Ok(decided) = ACTS[index].2(episode.clone(), today) {
                        assert!(!decided.events.is_empty(), "an act that tells nothing");
                        episode = decided.episode;
                    }
                }
                Move::Sleep(days) => today = add_days(today, days),
                Move::Time => {
                    episode = catch_up(episode, today);
                    let wake = next_wake(&episode.timetable(0, &on(today)).unwrap(), today);
                    prop_assert!(wake.is_none_or(|on| on > today), "nothing due is left");
                }
            }
            check(&before, &episode, today);
        }
    }

    #[test]
    fn time_alone_never_changes_the_phase(start in starts(), days in 1_i32..1500) {
        let episode = in_delivery(start);
        let after = let_time_pass(episode.clone(), add_days(start, days)).0;
        prop_assert_eq!(after.facts(), episode.facts());
    }

    #[test]
    fn waking_late_misses_nothing_that_waking_on_time_does(start in starts(), days in 1_i32..1500) {
        let today = add_days(start, days);
        let on_time = let_time_pass(in_delivery(start), today).0;
        let late = catch_up(in_delivery(start), today);
        let states = |episode: &Episode| -> Vec<_> {
            episode.duties().iter().map(|duty| (duty.name().clone(), duty.stored_state())).collect()
        };
        prop_assert_eq!(states(&on_time), states(&late));
    }
}
