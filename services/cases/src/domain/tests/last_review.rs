//! Reviews that count from the last one: each occurs once, however early or late it is held (R23, R107).

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use lotse_kernel::{
    duty::{DutyKind, DutyState},
    legal::Calendar,
    policy::{Book, PolicyKey, PolicyVersion, Value, federal},
};

use super::support::*;
use crate::domain::{episode::Episode, rules::Rules};

/// The federal rules, but that reviews count from the last one that was held.
fn book() -> Book {
    let shipped = federal::of(PolicyKey::ContinuationReview).unwrap().pop().unwrap();
    let parameters = shipped.parameters.clone().with("anchor", Value::Code("LAST_REVIEW".to_owned()));
    let from_the_last = PolicyVersion { version: shipped.version + 1, valid_from: T0, parameters, ..shipped };
    Book::federal().unwrap().with(from_the_last)
}

/// Slot, due day and state of every review in the timetable of a day.
fn reviews(episode: &Episode, today: Date) -> Vec<(i32, Date, DutyState)> {
    let of_reviews = episode.duties().iter().filter(|duty| duty.kind() == DutyKind::ContinuationReview);
    of_reviews.map(|duty| (duty.slot(), duty.deadline().due_on(), duty.state_on(today))).collect()
}

/// Takes the steps of time up to a day, each on its day.
fn wait_until(mut episode: Episode, book: &Book, today: Date) -> Episode {
    while let Some((day, step)) = next_step(&episode, today) {
        episode = episode.take_step(&step, &Rules::new(book, Calendar::Nation, day)).unwrap().episode;
    }
    episode
}

#[test]
fn each_review_comes_once_after_the_one_before() {
    let book = book();
    let rules = |day| Rules::new(&book, Calendar::Nation, day);
    let mut episode =
        done(discussed(proposed_on(T0), true, T0).admit(admit_decision(None), &by_anna(&profile(), &rules(T0))));
    let mut due = T0.saturating_add(6.months());
    // Held on its day, early, late by ten weeks, and so late that a grid would have had two more since.
    for (slot, held_on) in
        [(1, date(2026, 9, 9)), (2, date(2027, 2, 15)), (3, date(2027, 10, 25)), (4, date(2029, 6, 4))]
    {
        episode = wait_until(episode, &book, held_on);
        let waiting: Vec<_> =
            reviews(&episode, held_on).into_iter().filter(|(.., state)| *state != DutyState::Done).collect();
        let state = if held_on > due { DutyState::Overdue } else { DutyState::Open };
        assert_eq!(waiting, [(slot, due, state)], "one review waits on {held_on}");
        episode = done(episode.decide_review(continuation(), &rules(held_on)));
        due = held_on.saturating_add(6.months());
        let next: Vec<_> =
            reviews(&episode, held_on).into_iter().filter(|(.., state)| *state != DutyState::Done).collect();
        assert_eq!(next, [(slot + 1, due, DutyState::Scheduled)], "six months after {held_on}");
    }
    let settled = reviews(&episode, date(2029, 6, 4));
    assert!(settled.iter().all(|(.., state)| *state != DutyState::Missed), "none is missed: {settled:?}");
    assert_eq!(episode.timetable(0, &on(date(2029, 6, 4))).unwrap().round, 4);
}
