//! When what is overdue escalates: the day after its last day in time, then on the days of the policy's grid (R141).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    dates::{add_days, days_between},
    duty::{DutyStep, NextStep},
    policy::rules::Escalation,
};

/// The last escalation of what is overdue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastEscalation {
    /// Its number, from 1.
    pub round: i32,
    /// The day on which it was taken.
    pub on: Date,
}

/// The escalation that comes after `last`, seen from `today`: on the day after the last day in time, later on the first day of the policy's
/// grid behind the one before (R141).
///
/// The grid counts from the last day in time, so that an escalation which came late moves none after it. Days that passed while nobody could
/// escalate are made up with one: it is that of the latest day which has come. It goes by the day of the one before and not by its
/// number: a policy version that changes the interval neither silences what has escalated often by a shorter one nor repeats a number.
#[must_use]
pub fn next_escalation(overdue_after: Date, last: Option<LastEscalation>, rule: &Escalation, today: Date) -> NextStep {
    // A schema refuses an interval of no days.
    let interval = rule.interval_days.max(1);
    // Days of the grid have the numbers 0, 1, 2 and so on.
    let number = |day: Date| (days_between(overdue_after, day) - 1).div_euclid(interval);
    let behind_last = last.map_or(0, |last| number(last.on).max(-1) + 1);
    let days = interval.saturating_mul(behind_last.max(number(today))).saturating_add(1);
    let round = last.map_or(0, |last| last.round).saturating_add(1);
    NextStep { on: add_days(overdue_after, days), step: DutyStep::Escalate, round }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const LAST: Date = date(2026, 9, 10);

    fn every(interval_days: i32) -> Escalation {
        Escalation { interval_days, longest_pause_days: 28, provider_lead_round: 2, provider_days: 84 }
    }

    fn next(last: Option<(i32, Date)>, interval_days: i32) -> (i32, Date) {
        let last = last.map(|(round, on)| LastEscalation { round, on });
        let today = last.map_or(LAST, |last| last.on);
        let next = next_escalation(LAST, last, &every(interval_days), today);
        assert_eq!(next.step, DutyStep::Escalate);
        (next.round, next.on)
    }

    #[test]
    fn the_first_comes_the_day_after_and_the_next_a_week_later() {
        assert_eq!(next(None, 7), (1, date(2026, 9, 11)));
        assert_eq!(next(Some((1, date(2026, 9, 11))), 7), (2, date(2026, 9, 18)));
        assert_eq!(next(Some((2, date(2026, 9, 18))), 7), (3, date(2026, 9, 25)));
    }

    #[test]
    fn one_that_came_late_moves_none_after_it() {
        assert_eq!(next(Some((1, date(2026, 9, 17))), 7), (2, date(2026, 9, 18)));
        assert_eq!(
            next(Some((1, date(2026, 9, 18))), 7),
            (2, date(2026, 9, 25)),
            "what was missed is made up with one"
        );
        assert_eq!(next(Some((1, date(2026, 10, 12))), 7), (2, date(2026, 10, 16)));
    }

    #[test]
    fn a_longer_interval_silences_nothing() {
        // Five weekly ones, the last on 9 October; days 1, 15, 29 and 43 are the grid of a fortnight.
        assert_eq!(next(Some((5, date(2026, 10, 9))), 14), (6, date(2026, 10, 23)));
        assert_eq!(next(Some((4, date(2026, 10, 2))), 14), (5, date(2026, 10, 9)));
        assert_eq!(next(Some((2, date(2026, 9, 25))), 3), (3, date(2026, 9, 26)), "a shorter one comes sooner");
    }

    #[test]
    fn what_was_missed_is_made_up_with_the_latest() {
        let on = |last: Option<(i32, Date)>, today| {
            let last = last.map(|(round, on)| LastEscalation { round, on });
            let next = next_escalation(LAST, last, &every(7), today);
            (next.round, next.on)
        };
        assert_eq!(on(None, date(2026, 10, 12)), (1, date(2026, 10, 9)));
        assert_eq!(on(Some((1, date(2026, 9, 11))), date(2026, 10, 12)), (2, date(2026, 10, 9)));
        assert_eq!(on(Some((1, date(2026, 10, 9))), date(2026, 10, 12)), (2, date(2026, 10, 16)));
    }

    proptest! {
        #[test]
        fn it_comes_on_a_day_of_the_grid_within_an_interval(late in 1_i32..2_000, round in 1_i32..300, interval in 1_i32..60) {
            let on = add_days(LAST, late);
            let (number, next) = next(Some((round, on)), interval);
            prop_assert_eq!(number, round + 1);
            prop_assert!(on < next && next <= add_days(on, interval));
            prop_assert_eq!((days_between(LAST, next) - 1) % interval, 0);
        }
    }
}
