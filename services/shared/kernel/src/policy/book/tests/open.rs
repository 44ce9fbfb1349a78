//! What becomes of a duty that is open when a version comes: dated by what was known, taken over on a day, never in time again (R8).

use super::*;
use crate::{
    dates::add_days,
    legal::{Calendar, Open, Surroundings},
    policy::rules::LetterPosting,
};

/// The day since which a letter waits. The shipped version gives it three days.
const SINCE: Date = date(2026, 3, 2);

fn posting(version: i32, days: i64, valid_from: Date, open_duties: OpenDuties) -> PolicyVersion {
    varied(PolicyKey::LetterPosting, here(), version, valid_from, open_duties, ("working_days", days))
}

fn march(day: i8) -> Date {
    date(2026, 3, day)
}

/// The last day of the letter as of a day, counted in plain days, and the version it is dated by.
fn dated(book: &Book, today: Date) -> (Date, String) {
    let around = Surroundings { book, today, calendar: Calendar::Nation };
    let open = Open { since: SINCE, fact_on: SINCE };
    let compute = |around: Surroundings<'_>| {
        let governing = around.rule::<LetterPosting>("offered_date", SINCE)?;
        Ok((add_days(SINCE, governing.rule.working_days), governing.citation))
    };
    around.of_open::<LetterPosting, _>(open, |(last, _)| *last, compute).unwrap()
}

fn federal(last: i8) -> (Date, String) {
    (march(last), "federal/LETTER_POSTING/1".to_owned())
}

fn local(last: i8, version: i32) -> (Date, String) {
    (march(last), format!("musterstadt/LETTER_POSTING/{version}"))
}

#[test]
fn a_version_takes_over_on_its_first_day_or_on_that_of_its_approval_and_no_overdue_duty() {
    let approved = |on, open| {
        let version = PolicyVersion { approved_on: Some(on), ..posting(1, 10, march(1), open) };
        shipped([version])
    };
    let late = approved(march(4), REPLAN);
    assert_eq!(dated(&late, march(3)), federal(5), "nobody knows it yet, although it claims the day");
    assert_eq!(dated(&late, march(4)), local(12, 1));
    assert_eq!(dated(&approved(march(5), REPLAN), march(5)), local(12, 1), "in time on its last day");
    assert_eq!(dated(&approved(march(6), REPLAN), march(30)), federal(5), "overdue on the day of the approval");
    assert_eq!(dated(&approved(march(4), KEEP), march(30)), federal(5), "it keeps what is open");
    assert_eq!(dated(&approved(march(1), KEEP), march(30)), local(12, 1), "and governs what came after it");

    let begun = |day| shipped([posting(1, 10, march(day), REPLAN)]);
    assert_eq!((dated(&begun(5), march(4)), dated(&begun(5), march(5))), (federal(5), local(12, 1)));
    assert_eq!(dated(&begun(6), march(30)), federal(5));
}

#[test]
fn a_correction_takes_over_on_the_day_of_its_approval_what_the_first_version_left_in_time() {
    let first = posting(1, 5, march(3), REPLAN);
    let corrected = |on| {
        let correction = PolicyVersion { approved_on: Some(on), ..posting(2, 8, march(3), REPLAN) };
        shipped([first.clone(), correction])
    };
    let book = corrected(march(6));
    assert_eq!([2, 3, 5, 6].map(|day| dated(&book, march(day))), [federal(5), local(7, 1), local(7, 1), local(10, 2)]);
    assert_eq!(dated(&corrected(march(8)), march(30)), local(7, 1), "overdue by the first");
}

#[test]
fn of_two_versions_each_takes_over_what_the_one_before_left_in_time() {
    let stacked = |one, other| shipped([posting(1, 5, march(one), REPLAN), posting(2, 9, march(other), REPLAN)]);
    let book = stacked(3, 6);
    assert_eq!([2, 5, 6].map(|day| dated(&book, march(day))), [federal(5), local(7, 1), local(11, 2)]);
    assert_eq!(dated(&stacked(3, 8), march(30)), local(7, 1), "the second finds it overdue");
    assert_eq!(dated(&stacked(6, 7), march(30)), federal(5), "both do");
}

#[test]
fn a_repeal_gives_back_what_is_open_only_where_it_takes_it_over() {
    let repealed = |open| {
        let repeal = PolicyVersion {
            repeals: true,
            parameters: crate::policy::Parameters::default(),
            ..posting(2, 10, march(4), open)
        };
        shipped([posting(1, 10, march(1), KEEP), repeal])
    };
    let book = repealed(REPLAN);
    assert_eq!([3, 4].map(|day| dated(&book, march(day))), [local(12, 1), federal(5)]);
    assert_eq!(dated(&repealed(KEEP), march(30)), local(12, 1));
}

#[test]
fn those_that_took_over_are_told_by_the_day_on_which_they_did() {
    let late = PolicyVersion { approved_on: Some(march(9)), ..posting(1, 5, march(3), REPLAN) };
    let known = PolicyVersion { approved_on: Some(march(1)), ..posting(2, 6, march(5), REPLAN) };
    let other = varied(PolicyKey::Referral, here(), 1, march(5), REPLAN, ("answer_working_days", 5));
    let book = shipped([late.clone(), known.clone(), posting(3, 7, march(6), KEEP), other.clone()]);
    let told = |after, until| {
        let found = book.takeovers(PolicyKey::LetterPosting, march(after), march(until));
        found.into_iter().map(|version| version.version).collect::<Vec<_>>()
    };
    assert_eq!(told(2, 30), [2, 1]);
    assert_eq!((told(4, 5), told(5, 9), told(5, 8)), (vec![2], vec![1], vec![]), "after one day, until the other");

    assert_eq!(book.cited("musterstadt/LETTER_POSTING/1"), Some(&late));
    assert_eq!(book.cited("musterstadt/LETTER_POSTING/4"), None);
    let never = book.but_for(&late);
    assert_eq!((never.cited(&late.citation()), never.cited(&other.citation())), (None, Some(&other)));
    assert_eq!(never.versions().len(), book.versions().len() - 1);
    let before = book.known_on(march(8));
    assert_eq!((before.cited(&late.citation()), before.cited(&known.citation())), (None, Some(&known)));
    assert!(matches!(book.known_on(march(9)), Cow::Borrowed(_)), "all are known, and nothing is copied");
}

fn any_postings() -> impl Strategy<Value = Vec<PolicyVersion>> {
    let one = (-10_i32..30, prop::option::of(-15_i32..15), any::<bool>(), any::<bool>(), 1_i64..=10);
    prop::collection::vec(one, 0..6).prop_map(|drawn| {
        let numbered = (1..).zip(drawn);
        let versions = numbered.map(|(number, (from, approved, replan, repeals, days))| {
            let valid_from = add_days(SINCE, from);
            let version = posting(number, days, valid_from, if replan { REPLAN } else { KEEP });
            let approved_on = approved.map(|after| add_days(valid_from, after));
            let parameters = if repeals { crate::policy::Parameters::default() } else { version.parameters };
            PolicyVersion { repeals, parameters, approved_on, ..version }
        });
        versions.collect()
    })
}

proptest! {
    #[test]
    fn what_was_overdue_on_a_day_is_never_in_time_again(versions in any_postings(), days in 0_i32..40, later in 0_i32..40) {
        let book = shipped(versions);
        let today = add_days(SINCE, days);
        let found = dated(&book, today);
        if found.0 < today {
            prop_assert_eq!(dated(&book, add_days(today, later)), found);
        }
    }
}
