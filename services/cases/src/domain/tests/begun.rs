//! What a policy version that has begun does beside moving duties: other escalations, and aftercare that begins under it.

use jiff::civil::{Date, date};
use lotse_kernel::{
    duty::{DutyKind, DutyState, DutyStep, NextStep},
    legal::Calendar,
    policy::{Book, OpenDuties, Parameters, PolicyKey, PolicyVersion},
};

use super::{replan::taking, support::*};
use crate::domain::{
    duties::Duty,
    episode::{Episode, Step},
    records::Aftercare,
    replan::Replanned,
    rules::Rules,
    vocabulary::{HandoverReceiver, ReplanEffect},
};

fn every_three_days(valid_from: Date) -> PolicyVersion {
    taking(PolicyKey::Escalation, "interval_days", 3, valid_from)
}

fn with(versions: &[&PolicyVersion]) -> Book {
    let book = Book::federal().unwrap();
    Book::new(book.versions().iter().chain(versions.iter().copied()).cloned().collect())
}

fn begun(episode: &Episode, version: &PolicyVersion, book: &Book, today: Date) -> Replanned<Episode> {
    let after = episode.clone().replan(version, &Rules::new(book, Calendar::Nation, today)).unwrap();
    assert_eq!((&after.record, after.events.len()), (episode, 0), "no date of the episode moves");
    after
}

/// Kind, day before and day after of whatever escalates on another day.
fn escalations(replanned: &Replanned<Episode>) -> Vec<(DutyKind, Date, Date)> {
    assert_eq!(replanned.escalates_anew(), replanned.changes_something());
    let told = replanned.changes.iter().map(|change| {
        assert_eq!((change.effect, change.after.is_none()), (ReplanEffect::EscalatesAnew, true));
        let (before, after) = change.escalates_on.unwrap();
        (change.before.kind, before, after)
    });
    told.collect()
}

/// A review that is overdue since 11.09.2026 and was escalated on that day and on the 18th.
fn overdue(today: Date) -> Episode {
    let_time_pass(unplanned(T0), today).0
}

#[test]
fn what_is_overdue_escalates_by_the_interval_of_the_version() {
    let today = date(2026, 9, 20);
    let (late, version) = (overdue(today), every_three_days(today));
    let book = with(&[&version]);
    let after = begun(&late, &version, &book, today);
    assert_eq!(escalations(&after), [(DutyKind::ContinuationReview, date(2026, 9, 25), today)]);

    // What was told is what time does.
    let rules = Rules::new(&book, Calendar::Nation, today);
    let entry = late.timetable(0, &rules).unwrap().due.into_iter().find(|entry| entry.state == DutyState::Overdue);
    let entry = entry.unwrap();
    let next = entry.next_step.unwrap();
    assert_eq!((next.step, next.on), (DutyStep::Escalate, today));
    let step = Step { duty: entry.duty.parse().unwrap(), step: next.step, round: next.round };
    let escalated = late.take_step(&step, &rules).unwrap();
    assert!(escalated.taken);
    let then = escalated.episode.timetable(0, &rules).unwrap().due;
    assert!(then.iter().any(|entry| entry.next_step.is_some_and(|next| next.on == date(2026, 9, 23))), "{then:?}");
}

#[test]
fn a_longer_interval_is_told_too_and_a_repeal_gives_the_old_one_back() {
    let (first, second) = (date(2026, 9, 20), date(2026, 9, 21));
    let local = every_three_days(first);
    let repeal = PolicyVersion {
        version: 2,
        valid_from: second,
        repeals: true,
        parameters: Parameters::default(),
        ..local.clone()
    };
    let after = begun(&overdue(second), &repeal, &with(&[&local, &repeal]), second);
    assert_eq!(escalations(&after), [(DutyKind::ContinuationReview, first, date(2026, 9, 25))]);
}

#[test]
fn what_has_escalated_often_does_not_fall_silent_under_a_longer_interval() {
    // Five times in weeks, the last one on 9 October; days 1, 15, 29 and 43 after the last one in time are the grid of a fortnight.
    let today = date(2026, 10, 10);
    let (late, version) = (overdue(today), taking(PolicyKey::Escalation, "interval_days", 14, today));
    let book = with(&[&version]);
    let after = begun(&late, &version, &book, today);
    assert_eq!(escalations(&after), [(DutyKind::ContinuationReview, date(2026, 10, 16), date(2026, 10, 23))]);
    let next = |today| late.timetable(0, &Rules::new(&book, Calendar::Nation, today)).unwrap().due[0].next_step;
    assert_eq!(next(today), Some(NextStep { on: date(2026, 10, 23), step: DutyStep::Escalate, round: 6 }));
}

#[test]
fn nobody_is_told_where_nothing_comes_on_another_day() {
    let today = date(2026, 9, 20);
    let nothing = |episode: &Episode, version: &PolicyVersion, today| {
        let after = begun(episode, version, &with(&[version]), today);
        assert_eq!(escalations(&after), []);
    };
    let mut keeps = every_three_days(today);
    keeps.transition.open_duties = OpenDuties::Keep;
    nothing(&overdue(today), &keeps, today);
    nothing(&overdue(today), &taking(PolicyKey::Escalation, "interval_days", 7, today), today);
    nothing(&overdue(today), &every_three_days(date(2026, 9, 21)), today);
    // In time, open or not: the first escalation comes on the day after the last one in time, whatever the interval.
    for in_time in [date(2026, 8, 20), date(2026, 9, 10)] {
        nothing(&overdue(in_time), &every_three_days(in_time), in_time);
    }
    let decided = done(overdue(today).decide_review(continuation(), &on(today)));
    nothing(&decided, &every_three_days(today), today);
}

#[test]
fn a_version_that_began_before_its_approval_reaches_what_fell_overdue_since() {
    let today = date(2026, 9, 20);
    let version = every_three_days(date(2026, 9, 1));
    let after = begun(&overdue(today), &version, &with(&[&version]), today);
    assert_eq!(escalations(&after), [(DutyKind::ContinuationReview, date(2026, 9, 25), today)]);
}

/// The duty with which aftercare begins that was agreed on `T0`, when the hand-over is accepted under a book.
fn aftercare(agreed: Aftercare, book: &Book, accepted_on: Date) -> Duty {
    let closing = done(in_delivery(T0).end(closing_note(Some(agreed)), &on(T0)));
    let rules = Rules::new(book, Calendar::Nation, accepted_on);
    let begun = done(closing.accept_handover(HandoverReceiver::PlacementOfficer, text(), &rules));
    let found = begun.duties().iter().find(|duty| duty.kind() == DutyKind::AftercareEnd).unwrap();
    assert_eq!(begun.aftercare_until(), Some(found.deadline().due_on()), "what a letter tells is what is waited for");
    found.clone()
}

#[test]
fn aftercare_that_was_agreed_begins_under_what_moves_open_ones() {
    let begins = date(2026, 4, 1);
    let version = taking(PolicyKey::Aftercare, "opening_days", 20, begins);
    let book = with(&[&version]);
    let closing = done(in_delivery(T0).end(closing_note(Some(Aftercare::JobStart { started_on: T0 })), &on(T0)));
    let after = closing.clone().replan(&version, &Rules::new(&book, Calendar::Nation, begins)).unwrap();
    assert_eq!((after.changes.len(), &after.record), (0, &closing), "what has not begun is no open duty");

    let said = |agreed, book: &Book, on| {
        let duty = aftercare(agreed, book, on);
        let deadline = duty.deadline();
        (deadline.opens_on, deadline.due_on(), deadline.explanation.rule_version.clone())
    };
    let by_job = Aftercare::JobStart { started_on: T0 };
    let federal = (date(2026, 8, 26), date(2026, 9, 9), "federal/AFTERCARE/3".to_owned());
    let local = (date(2026, 8, 20), date(2026, 9, 9), "musterstadt/AFTERCARE/3".to_owned());
    assert_eq!(said(by_job, &book, date(2026, 3, 31)), federal, "before its first day");
    assert_eq!(said(by_job, &book, begins), local);

    let mut keeps = version.clone();
    keeps.transition.open_duties = OpenDuties::Keep;
    assert_eq!(said(by_job, &with(&[&keeps]), begins), federal);
    // A correction that keeps open duties reaches the fact, and not what was computed before it came.
    keeps.valid_from = T0;
    assert_eq!(said(by_job, &with(&[&keeps]), begins), federal);
    let set = Aftercare::SetDate { until: date(2026, 9, 9) };
    assert_eq!(said(set, &book, begins), federal, "people have set the day");
}
