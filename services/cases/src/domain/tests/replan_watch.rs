//! A policy version takes the checks of people outside case management over: each moves once, and what is overdue stays (R8, R23).

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::add_days,
    duty::{DutyKind, DutyState, DutyStep},
    legal::Calendar,
    policy::{Book, OpenDuties, PolicyKey, PolicyVersion},
};

use super::{replan::taking, support::*};
use crate::domain::{
    duties::Duty,
    replan::Replanned,
    rules::Rules,
    vocabulary::{ReplanEffect, VoidReason},
    watch::{Change, Scene, Watch},
};

/// The day on which a complex profile was established.
const SET: Date = date(2026, 3, 2);

fn watched() -> Watch {
    let (owner, rules) = (bernd(), on(SET));
    let scene = Scene { is_complex: true, owner: &owner, rules: &rules };
    Watch::new(name().case().clone()).after(Change::Profiled(SET), &scene).unwrap()
}

/// A check every so many months, from a day on.
fn every(months: i64, valid_from: Date) -> PolicyVersion {
    taking(PolicyKey::EligibilityRecheck, "months", months, valid_from)
}

fn under(watch: &Watch, version: &PolicyVersion, today: Date) -> Replanned<Watch> {
    let book = Book::federal().unwrap().with(version.clone());
    let rules = Rules::new(&book, Calendar::Nation, today);
    let once = watch.clone().replan(version, &rules).unwrap();
    let twice = once.record.clone().replan(version, &rules).unwrap();
    assert!(twice.record == once.record && twice.events.is_empty(), "a second time changes something");
    once
}

/// As the store reads it: without what is settled.
fn read(watch: &Watch) -> Watch {
    Watch::from_rows(watch.case().clone(), watch.facts().clone(), watch.duty().cloned())
}

#[test]
fn the_update_of_a_plan_moves_once_too() {
    let (owner, rules, today) = (bernd(), on(SET), date(2026, 4, 1));
    let scene = Scene { is_complex: true, owner: &owner, rules: &rules };
    let before = watched().after(Change::PlanTaken(SET), &scene).unwrap();
    let after = under(&before, &taking(PolicyKey::PlanUpdate, "months", 4, today), today);
    let [change] = after.changes.as_slice() else { panic!("{:?}", after.changes) };
    assert_eq!((change.effect, change.before.kind), (ReplanEffect::Moved, DutyKind::PlanUpdate));
    assert_eq!(after.record.plan_duty().unwrap().deadline().due_on(), date(2026, 7, 2));
    assert_eq!(after.record.duty(), before.duty(), "the check stays");
}

#[test]
fn a_check_moves_once_and_counts_from_the_same_day() {
    let (before, today) = (watched(), date(2026, 4, 1));
    let after = under(&before, &every(4, today), today);
    let [change] = after.changes.as_slice() else { panic!("{:?}", after.changes) };
    assert_eq!((change.effect, change.becomes_overdue, after.events.len()), (ReplanEffect::Moved, false, 1));
    let old = after.record.duties().get(&change.duty).unwrap();
    assert_eq!((old.stored_state(), old.void_reason()), (DutyState::Void, Some(VoidReason::Replanned)));
    let new = after.record.duty().unwrap();
    let deadline = new.deadline();
    assert_eq!(change.after, Some((new.name().clone(), deadline.clone())));
    assert_eq!((deadline.opens_on, deadline.due_on(), new.slot()), (date(2026, 5, 21), date(2026, 7, 2), 1));
    assert_eq!(deadline.explanation.rule_version, "musterstadt/ELIGIBILITY_RECHECK/1");
    assert_eq!((new.owner(), new.name().episode()), (Some(&bernd()), None));
    assert_eq!(after.record.facts(), before.facts(), "nobody has checked");
}

#[test]
fn versions_that_follow_each_other_leave_one_check_and_as_many_names() {
    let mut watch = watched();
    let mut names = vec![watch.duty().unwrap().name().clone()];
    for (number, months, today) in [(1, 4, date(2026, 4, 1)), (2, 5, date(2026, 4, 10)), (3, 4, date(2026, 4, 20))] {
        let version = PolicyVersion { version: number, ..every(months, today) };
        watch = read(&under(&watch, &version, today).record);
        names.push(watch.duty().unwrap().name().clone());
    }
    assert_eq!(watch.duty().map(Duty::revision), Some(4));
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 4);
}

#[test]
fn what_becomes_overdue_is_told_and_what_is_overdue_stays() {
    let today = date(2026, 8, 3);
    let after = under(&watched(), &every(4, today), today);
    assert_eq!((after.changes[0].effect, after.changes[0].becomes_overdue), (ReplanEffect::Moved, true));
    let late = date(2026, 9, 3);
    let after = under(&watched(), &every(8, late), late);
    assert_eq!((after.changes[0].effect, after.events.len()), (ReplanEffect::KeptOverdue, 0));
    assert_eq!(after.record, watched());
}

#[test]
fn a_check_that_is_overdue_escalates_by_the_interval_of_the_version() {
    let (watch, due) = (watched(), date(2026, 9, 2));
    let book = Book::federal().unwrap();
    let entry = watch.waits_for(&Rules::new(book, Calendar::Nation, due)).unwrap().unwrap();
    assert_eq!(entry.next_step.map(|next| next.step), Some(DutyStep::Open));
    let step = crate::domain::episode::Step { duty: entry.duty.parse().unwrap(), step: DutyStep::Open, round: 1 };
    let open = watch.take_step(&step, &Rules::new(book, Calendar::Nation, due)).unwrap().watch;
    let today = add_days(due, 3);
    let version = taking(PolicyKey::Escalation, "interval_days", 3, today);
    let escalated = crate::domain::episode::Step { step: DutyStep::Escalate, ..step };
    let open = open.take_step(&escalated, &Rules::new(book, Calendar::Nation, today)).unwrap().watch;
    let after = under(&open, &version, today);
    let [change] = after.changes.as_slice() else { panic!("{:?}", after.changes) };
    assert_eq!((change.effect, &after.record), (ReplanEffect::EscalatesAnew, &open));
    assert_eq!(change.escalates_on, Some((add_days(due, 8), add_days(due, 4))));
    let book = book.with(version);
    let entry = open.waits_for(&Rules::new(&book, Calendar::Nation, today)).unwrap().unwrap();
    assert_eq!(entry.next_step.map(|next| next.on), Some(add_days(due, 4)), "what is told is what time does");
}

#[test]
fn other_versions_leave_checks_alone() {
    let today = date(2026, 4, 1);
    let keeping = {
        let mut version = every(4, today);
        version.transition.open_duties = OpenDuties::Keep;
        version
    };
    let other = taking(PolicyKey::RegularMaximum, "months", 18, today);
    for version in [keeping, other] {
        let after = under(&watched(), &version, today);
        assert_eq!((after.changes.len(), after.record), (0, watched()), "{}", version.citation());
    }
    let kinds = watched().duties().iter().map(Duty::kind).collect::<Vec<_>>();
    assert_eq!(kinds, [DutyKind::EligibilityRecheck]);
}
