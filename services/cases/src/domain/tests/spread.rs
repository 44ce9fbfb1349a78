//! Checks that fall due on one day are spread over the weeks in which they may be made: evenly, explained, and without moving a due day (R23).

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::{add_days, is_working_day},
    explanation::StepAction,
    legal::Calendar,
    names::{CaseName, StaffName},
    policy::{Book, PolicyKey},
};
use proptest::prelude::*;
use uuid::Uuid;

use super::{replan::taking, support::*};
use crate::domain::{
    rules::Rules,
    watch::{Change, Loads, Scene, Swept, Watch},
};

/// The day of an import, a Monday, and the due day six months later.
const IMPORTED: Date = date(2026, 3, 2);
const DUE: Date = date(2026, 9, 2);
const OPENS: Date = date(2026, 7, 22);

/// Somebody who was imported, after a sweep on a day.
fn swept(number: u128, owner: &StaffName, day: Date) -> Swept {
    let case = CaseName::new(name().case().jobcenter_name().clone(), Uuid::from_u128(number));
    let rules = on(IMPORTED);
    let scene = Scene { is_complex: true, owner, rules: &rules };
    let watch = Watch::new(case).after(Change::Profiled(IMPORTED), &scene).unwrap();
    watch.sweep(&on(day)).unwrap()
}

/// So many of one officer, spread one after the other; gives how many aim at which day.
fn spread(loads: &mut Loads, count: u128, owner: &StaffName, day: Date) -> BTreeMap<Date, i32> {
    let mut targets = BTreeMap::new();
    for number in 0..count {
        let before = swept(number, owner, day);
        let after = loads.spread(before.clone(), &on(day));
        let (was, is) = (before.watch.duty().unwrap(), after.watch.duty().unwrap());
        let dates = |deadline: &lotse_kernel::deadlines::Deadline| {
            (deadline.opens_on, deadline.due_on(), deadline.overdue_after(), deadline.ruled_target_on())
        };
        assert_eq!(dates(was.deadline()), dates(is.deadline()), "no other day moves");
        assert_eq!((after.next_step_on, &after.news), (before.next_step_on, &before.news));
        let target_on = is.deadline().target_on();
        let last = is.deadline().explanation.steps.last().unwrap();
        let is_told = (last.on, last.action) == (target_on, StepAction::TargetBroughtForward);
        assert_eq!(is_told, target_on != was.deadline().target_on(), "what moved says why: {last:?}");
        *targets.entry(target_on).or_default() += 1;
    }
    targets
}

#[test]
fn a_mass_import_is_spread_evenly_over_the_weeks_until_the_due_day() {
    let targets = spread(&mut Loads::default(), 300, &bernd(), OPENS);
    let days = on(OPENS).working_days_until(DUE);
    assert_eq!((days.len(), days[0], days[days.len() - 1]), (30, DUE, add_days(OPENS, 1)));
    assert!(targets.keys().all(|day| is_working_day(*day) && OPENS < *day && *day <= DUE));
    assert_eq!(targets.len(), 30, "each working day has some");
    assert!(targets.values().all(|checks| (9..=11).contains(checks)), "{targets:?}");
}

#[test]
fn a_few_stay_on_the_last_working_day_and_each_officer_has_their_own() {
    let mut loads = Loads::default();
    for officer in [bernd(), anna()] {
        assert_eq!(spread(&mut loads, 3, &officer, OPENS), BTreeMap::from([(DUE, 3)]));
    }
    assert_eq!(spread(&mut loads, 2, &bernd(), OPENS), BTreeMap::from([(add_days(DUE, -1), 2)]));
    // What is there from before counts: nobody who is full on the last days gets more there.
    let full = (0..5).map(|day| (bernd(), add_days(DUE, -day), 10));
    let targets = spread(&mut full.collect(), 3, &bernd(), OPENS);
    assert_eq!(targets, BTreeMap::from([(date(2026, 8, 28), 3)]), "a Friday");
}

#[test]
fn what_opens_late_has_the_days_that_are_left_and_what_is_overdue_none() {
    let late = add_days(DUE, -2);
    let targets = spread(&mut Loads::default(), 40, &bernd(), late);
    assert_eq!(targets, BTreeMap::from([(add_days(DUE, -1), 20), (DUE, 20)]));
    for overdue in [DUE, add_days(DUE, 9)] {
        assert_eq!(spread(&mut Loads::default(), 40, &bernd(), overdue), BTreeMap::from([(DUE, 40)]));
    }
}

#[test]
fn a_version_takes_nothing_over_because_of_a_day_that_was_brought_forward() {
    let mut loads: Loads = [(bernd(), DUE, 50)].into_iter().collect();
    let watch = loads.spread(swept(1, &bernd(), OPENS), &on(OPENS)).watch;
    let aims = |watch: &Watch| watch.duty().unwrap().deadline().target_on();
    assert_eq!(aims(&watch), add_days(DUE, -1));
    let replanned = |months| {
        let version = taking(PolicyKey::EligibilityRecheck, "months", months, IMPORTED);
        let book = Book::federal().unwrap().with(version.clone());
        watch.clone().replan(&version, &Rules::new(&book, Calendar::Nation, OPENS)).unwrap()
    };
    let same = replanned(6);
    assert!(!same.changes_something() && same.record == watch);
    // With another due day the check begins anew, and aims at the day of the rule.
    let later = replanned(7).record;
    assert_eq!((later.duty().unwrap().deadline().due_on(), aims(&later)), (date(2026, 10, 2), date(2026, 10, 2)));
}

proptest! {
    /// However many there are already and wherever: nobody gets more on a day than a fair share, unless the officer has.
    #[test]
    fn no_day_gets_more_than_its_share(there in prop::collection::vec((1_i32..43, 1_i32..20), 0..30), count in 1_u128..60) {
        let loads = there.iter().map(|(day, checks)| (bernd(), add_days(OPENS, *day), *checks));
        let mut all: Loads = loads.collect();
        let before: i32 = there.iter().filter(|(day, _)| is_working_day(add_days(OPENS, *day))).map(|(_, checks)| checks).sum();
        let targets = spread(&mut all, count, &bernd(), OPENS);
        let count = i32::try_from(count).unwrap();
        prop_assert_eq!(targets.values().sum::<i32>(), count);
        let share = ((before + count + 29) / 30).max(3);
        prop_assert!(targets.values().all(|checks| *checks <= share), "{targets:?} and {share}");
    }
}
