//! The test vectors of the domain catalogue, and laws that hold for every assignment date.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::{
    Deadline, ExtensionLength,
    governed::{self, FormerReviews, FormerSlot, Terms},
    shipped::{
        aftercare_after_job_start, aftercare_until, continuation_review, employment_status, extension_end, first_talk,
        letter_posting, proposal_decision, provider_answer, provider_report, regular_maximum, rule,
    },
};
use crate::{
    defaults::{ContinuationAnchor, Months},
    legal::{Basis, Calendar, Computation},
    policy::rules::{ContinuationReview, RegularMaximum, ReviewAnchor},
};

fn any_date() -> impl Strategy<Value = Date> {
    (2005_i16..2080, 1_i8..=12, 1_i8..=31)
        .prop_filter_map("a day of the calendar", |(year, month, day)| Date::new(year, month, day).ok())
}

fn reviews(assigned_on: Date) -> [Date; 4] {
    [1, 2, 3, 4].map(|slot| continuation_review(assigned_on, slot).due_on())
}

/// The last review, where nothing else was before.
fn held(last_held_on: Date) -> FormerReviews {
    FormerReviews { last_held_on: Some(last_held_on), newest: None }
}

/// The reviews of one episode, each under the interval that governs when it is scheduled.
fn chain(assigned_on: Date, rules: &[ContinuationReview]) -> Vec<Deadline> {
    let mut chain: Vec<Deadline> = Vec::new();
    for (rule, slot) in rules.iter().zip(1..) {
        let newest = chain.last().map(FormerSlot::from);
        let terms = Terms { rule, basis: Basis::law("Test"), calendar: Calendar::Nation };
        let former = FormerReviews { last_held_on: None, newest };
        chain.push(governed::continuation_review(assigned_on, slot, former, &terms));
    }
    chain
}

fn every(months: i32) -> ContinuationReview {
    ContinuationReview { months, anchor: ReviewAnchor::AssignmentGrid, opening_days: 30, grace_working_days: 1 }
}

fn codes(deadline: &Deadline) -> Vec<&'static str> {
    deadline.explanation.steps.iter().map(crate::explanation::Step::code).collect()
}

#[test]
fn assigned_on_the_last_of_august() {
    let t0 = date(2026, 8, 31);
    assert_eq!(reviews(t0), [date(2027, 2, 28), date(2027, 8, 31), date(2028, 2, 29), date(2028, 8, 31)]);
    assert_eq!(regular_maximum(t0).due_on(), date(2028, 8, 31));
    let first = continuation_review(t0, 1);
    assert_eq!(first.opens_on, date(2027, 1, 29));
    assert_eq!(first.target_on(), first.due_on());
    // 28.02.2027 is a Sunday and stays; the next working day is Monday.
    assert_eq!(first.overdue_after(), date(2027, 3, 1));
    assert_eq!(
        codes(&first),
        ["EVENT_DAY", "PERIOD_END_SHORT_MONTH", "FREE_DAY", "STAYS_ON_FREE_DAY", "OPENS_BEFORE", "GRACE"]
    );
}

#[test]
fn assigned_on_a_leap_day() {
    let t0 = date(2028, 2, 29);
    assert_eq!(reviews(t0), [date(2028, 8, 29), date(2029, 2, 28), date(2029, 8, 29), date(2030, 2, 28)]);
    assert_eq!(regular_maximum(t0).due_on(), date(2030, 2, 28));
}

#[test]
fn the_regular_maximum_opens_reminds_and_is_due() {
    let limit = regular_maximum(date(2026, 3, 9));
    assert_eq!(limit.opens_on, date(2027, 12, 9));
    assert_eq!(limit.reminds_on, Some(date(2028, 2, 9)));
    assert_eq!(limit.due_on(), date(2028, 3, 9));
    assert_eq!(limit.overdue_after(), date(2028, 3, 10));
    assert_eq!(limit.explanation.rule_version, "federal/REGULAR_MAXIMUM/1");
}

#[test]
fn a_short_extension_opens_on_its_first_day() {
    let limit = date(2028, 3, 9);
    let short = extension_end(limit, ExtensionLength::Until(date(2028, 3, 29)), 1);
    assert_eq!((short.opens_on, short.due_on()), (date(2028, 3, 10), date(2028, 3, 29)));
    assert!(codes(&short).contains(&"OPENS_AFTER_FORMER_SLOT"));
    let shortest = extension_end(limit, ExtensionLength::Until(date(2028, 3, 10)), 1);
    assert_eq!(shortest.opens_on, shortest.due_on());
    let long = extension_end(limit, ExtensionLength::Months(Months(6)), 1);
    assert_eq!(long.opens_on, date(2028, 8, 10), "thirty days before its end, as any other");
}

#[test]
fn the_first_review_of_the_architecture_page() {
    let review = continuation_review(date(2026, 3, 9), 1);
    assert_eq!((review.due_on(), review.overdue_after()), (date(2026, 9, 9), date(2026, 9, 10)));
}

#[test]
fn an_extension_counts_from_the_old_limit() {
    let end = extension_end(date(2028, 3, 9), ExtensionLength::Months(Months(6)), 1);
    assert_eq!(end.due_on(), date(2028, 9, 9));
    assert_eq!(end.opens_on, date(2028, 8, 10));
    // 09.09.2028 is a Saturday; Monday is the grace.
    assert_eq!(end.overdue_after(), date(2028, 9, 11));
    let until = extension_end(date(2028, 3, 9), ExtensionLength::Until(date(2028, 12, 31)), 2);
    assert_eq!((until.due_on(), until.slot), (date(2028, 12, 31), 2));
    assert_eq!(
        codes(&until),
        ["CONTINUES_FORMER_LIMIT", "SET_DATE", "FREE_DAY", "STAYS_ON_FREE_DAY", "OPENS_BEFORE", "GRACE"]
    );
}

#[test]
fn after_a_short_month_policy_chooses() {
    let six = ExtensionLength::Months(Months(6));
    let limit = date(2030, 2, 28);
    assert_eq!(extension_end(limit, six, 1).due_on(), date(2030, 8, 28));
    let anchored = |limit| {
        let mut maximum = rule::<RegularMaximum>(limit);
        maximum.rule.extension_anchor = ContinuationAnchor::MonthEnd;
        governed::extension_end(limit, six, 1, &Terms::of(&maximum, Calendar::Nation))
    };
    assert_eq!(anchored(limit).due_on(), date(2030, 8, 31));
    assert!(codes(&anchored(limit)).contains(&"CONTINUED_TO_MONTH_END"));
    assert_eq!(anchored(date(2030, 2, 27)).due_on(), date(2030, 8, 27));
}

#[test]
fn the_other_duties() {
    assert_eq!(aftercare_after_job_start(date(2028, 8, 31)).due_on(), date(2029, 2, 28));
    assert_eq!(aftercare_until(date(2028, 12, 15)).due_on(), date(2028, 12, 15));
    let proposal = proposal_decision(date(2026, 3, 2));
    assert_eq!((proposal.opens_on, proposal.due_on()), (date(2026, 3, 2), date(2026, 3, 30)));
    assert_eq!(proposal.reminds_on, Some(date(2026, 3, 30)));
    assert_eq!(first_talk(date(2026, 3, 9)).due_on(), date(2026, 3, 23));
    // Good Friday and Easter Monday are no working days.
    assert_eq!(provider_answer(date(2026, 4, 1)).due_on(), date(2026, 4, 17));
    assert_eq!(provider_report(date(2026, 1, 31), 1, None).due_on(), date(2026, 4, 30));
    assert_eq!(provider_report(date(2026, 1, 31), 2, None).due_on(), date(2026, 7, 31));
    assert_eq!(provider_report(date(2026, 1, 31), 1, Some(Months(1))).due_on(), date(2026, 2, 28));
    assert_eq!(letter_posting(date(2026, 9, 10)).due_on(), date(2026, 9, 15));
}

#[test]
fn a_changed_interval_goes_on_with_the_next_day_of_its_grid() {
    let days = |intervals: &[i32]| {
        let rules: Vec<_> = intervals.iter().copied().map(every).collect();
        chain(date(2026, 3, 9), &rules).iter().map(Deadline::due_on).collect::<Vec<_>>()
    };
    let shorter = [date(2026, 9, 9), date(2027, 3, 9), date(2027, 6, 9), date(2027, 9, 9)];
    assert_eq!(days(&[6, 6, 3, 3]), shorter, "three times three months had gone by long ago");
    let longer = [date(2026, 6, 9), date(2026, 9, 9), date(2026, 12, 9), date(2027, 3, 9), date(2027, 9, 9)];
    assert_eq!(days(&[3, 3, 3, 6, 6]), longer, "four times six months would leave three reviews out");
    let late = ContinuationReview { opening_days: 90, ..every(1) };
    let [first, second] = &chain(date(2026, 3, 9), &[every(6), late])[..] else { unreachable!() };
    assert_eq!((first.overdue_after(), second.due_on()), (date(2026, 9, 10), date(2026, 10, 9)));
    assert_eq!(second.opens_on, date(2026, 9, 11), "never two at once");
    assert!(codes(second).contains(&"OPENS_AFTER_FORMER_SLOT"));
}

#[test]
fn policy_and_place_move_the_dates() {
    use crate::legal::place::{Land, Place};
    let rule =
        ContinuationReview { months: 6, anchor: ReviewAnchor::LastReview, opening_days: 14, grace_working_days: 1 };
    let basis = Basis::law("Test");
    let in_land = |land| Terms { rule: &rule, basis, calendar: Calendar::Of(Place::of(land)) };
    // From the last review on 30.04.2026: due on Friday 30.10.; the next working day is Monday, which is no holiday in Hessen.
    let review = |land| governed::continuation_review(date(2026, 3, 9), 2, held(date(2026, 4, 30)), &in_land(land));
    assert_eq!((review(Land::HE).due_on(), review(Land::HE).overdue_after()), (date(2026, 10, 30), date(2026, 11, 2)));
    // 31.10.2025 is a Friday and a holiday in Saxony, 01.11. a Saturday.
    let later = governed::continuation_review(date(2025, 1, 2), 2, held(date(2025, 4, 30)), &in_land(Land::SN));
    assert_eq!((later.due_on(), later.overdue_after()), (date(2025, 10, 30), date(2025, 11, 3)));
    let elsewhere = governed::continuation_review(date(2025, 1, 2), 2, held(date(2025, 4, 30)), &in_land(Land::HE));
    assert_eq!(elsewhere.overdue_after(), date(2025, 10, 31));
}

#[test]
fn employment_is_asked_for_as_each_month_ends() {
    let months: Vec<_> = (1..=6).map(|month| employment_status(date(2026, 8, 31), month)).collect();
    assert_eq!((months[0].due_on(), months[5].due_on()), (date(2026, 9, 30), date(2027, 2, 28)));
    assert_eq!((months[0].opens_on, months[0].overdue_after()), (date(2026, 9, 25), date(2026, 10, 14)));
    assert_eq!(codes(&months[0]), ["EVENT_DAY", "PERIOD_END_SHORT_MONTH", "MONTH_POINT", "OPENS_BEFORE", "GRACE"]);
}

#[test]
fn a_planned_contact_may_be_told_on_the_next_working_day() {
    let saturday = governed::aftercare_contact(date(2026, 5, 9), 2, Calendar::Nation);
    assert_eq!((saturday.opens_on, saturday.due_on()), (date(2026, 5, 9), date(2026, 5, 9)));
    assert_eq!((saturday.slot, saturday.overdue_after()), (2, date(2026, 5, 11)));
}

proptest! {
    #[test]
    fn reviews_grow_and_do_not_drift(t0 in any_date(), slot in 1_i32..20) {
        let (one, next) = (continuation_review(t0, slot), continuation_review(t0, slot + 1));
        prop_assert!(one.due_on() < next.due_on());
        // A review opens only after the one before fell due, so that two are never new at once.
        prop_assert!(one.overdue_after() < next.opens_on);
        prop_assert!(one.opens_on < one.due_on() && one.due_on() < one.overdue_after());
        prop_assert!(crate::dates::is_working_day(one.overdue_after()));
        let due = one.due_on();
        prop_assert!(due.day() == t0.day() || (due.day() < t0.day() && due.day() == due.days_in_month()));
    }

    #[test]
    fn no_change_of_the_interval_leaves_a_review_out_or_doubles_it(
        t0 in any_date(),
        drawn in prop::collection::vec((1_i32..=24, 1_i32..=90, 0_i32..=10), 1..8),
    ) {
        let rule = |&(months, opening_days, grace_working_days): &(i32, i32, i32)| ContinuationReview {
            months,
            anchor: ReviewAnchor::AssignmentGrid,
            opening_days,
            grace_working_days,
        };
        let rules: Vec<_> = drawn.iter().map(rule).collect();
        let mut former: Option<Deadline> = None;
        for (review, rule) in chain(t0, &rules).into_iter().zip(&rules) {
            let on_grid = |times: i32| {
                let length = crate::legal::Length::of("months", i64::from(rule.months * times), crate::legal::LengthUnit::Months);
                Computation::after(crate::explanation::Event::Assignment, t0, Calendar::Nation).plus(length.unwrap()).due_on()
            };
            let after = former.as_ref().map_or(t0, Deadline::due_on);
            let next = (1..=1_200).map(on_grid).find(|day| *day > after).unwrap();
            prop_assert_eq!(review.due_on(), next);
            prop_assert!(review.opens_on <= review.due_on());
            if let Some(former) = former {
                prop_assert!(former.overdue_after() < review.opens_on);
            }
            former = Some(review);
        }
    }

    #[test]
    fn two_slots_are_a_year(t0 in any_date(), slot in 1_i32..10) {
        let (one, later) = (continuation_review(t0, slot).due_on(), continuation_review(t0, slot + 2).due_on());
        prop_assert_eq!((later.year(), later.month()), (one.year() + 1, one.month()));
    }

    #[test]
    fn a_later_assignment_is_never_due_earlier(a in any_date(), b in any_date()) {
        let (earlier, later) = (a.min(b), a.max(b));
        prop_assert!(continuation_review(earlier, 3).due_on() <= continuation_review(later, 3).due_on());
        prop_assert!(regular_maximum(earlier).due_on() <= regular_maximum(later).due_on());
    }

    #[test]
    fn review_four_and_the_limit_meet(t0 in any_date()) {
        prop_assert_eq!(continuation_review(t0, 4).due_on(), regular_maximum(t0).due_on());
    }

    #[test]
    fn a_deadline_survives_storage(t0 in any_date(), months in 1_i32..24) {
        let deadline = extension_end(t0, ExtensionLength::Months(Months(months)), 1);
        let json = serde_json::to_string(&deadline).unwrap();
        prop_assert_eq!(serde_json::from_str::<Deadline>(&json).unwrap(), deadline);
    }
}
