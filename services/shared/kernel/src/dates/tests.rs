//! Vectors of the domain catalogue, known holidays, and laws that hold for every date.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn any_date() -> impl Strategy<Value = Date> {
    (1990_i16..2100, 1_i8..=12, 1_i8..=31)
        .prop_filter_map("a day of the calendar", |(year, month, day)| Date::new(year, month, day).ok())
}

#[test]
fn months_end_on_the_like_numbered_day_or_the_last_of_the_month() {
    let august = date(2026, 8, 31);
    assert_eq!(add_months(august, 6), MonthsEnd { date: date(2027, 2, 28), is_short_month: true });
    assert_eq!(add_months(august, 12), MonthsEnd { date: date(2027, 8, 31), is_short_month: false });
    assert_eq!(add_months(august, 18).date, date(2028, 2, 29));
    assert_eq!(add_months(august, 24).date, date(2028, 8, 31));
    let leap_day = date(2028, 2, 29);
    assert_eq!(add_months(leap_day, 6).date, date(2028, 8, 29));
    assert_eq!(add_months(leap_day, 12).date, date(2029, 2, 28));
    assert_eq!(add_months(leap_day, 18).date, date(2029, 8, 29));
    assert_eq!(add_months(leap_day, 24).date, date(2030, 2, 28));
}

#[test]
fn working_days_skip_weekends_and_holidays() {
    assert_eq!(next_working_day(date(2026, 4, 2)), date(2026, 4, 7));
    assert_eq!(working_day_on_or_before(date(2026, 4, 6)), date(2026, 4, 2));
    assert_eq!(working_day_on_or_after(date(2026, 4, 3)), date(2026, 4, 7));
    assert_eq!(next_working_day(date(2026, 9, 9)), date(2026, 9, 10));
    assert_eq!(next_working_day(date(2027, 2, 28)), date(2027, 3, 1));
    assert_eq!(add_working_days(date(2026, 12, 21), 10), date(2027, 1, 6));
    assert_eq!(add_working_days(date(2026, 12, 21), 0), date(2026, 12, 21));
}

#[test]
fn instants_are_those_of_berlin() {
    let parse = |text: &str| text.parse::<Timestamp>().unwrap();
    assert_eq!(berlin_date(parse("2026-03-28T22:59:59Z")), date(2026, 3, 28));
    assert_eq!(berlin_date(parse("2026-03-28T23:00:00Z")), date(2026, 3, 29));
    assert_eq!(berlin_date(parse("2026-07-01T22:00:00Z")), date(2026, 7, 2));
    assert_eq!(fires_at(date(2026, 9, 10), "x", false), parse("2026-09-09T22:00:00Z"));
    assert_eq!(fires_at(date(2026, 12, 10), "x", false), parse("2026-12-09T23:00:00Z"));
    // Far beyond the transitions listed in any database.
    assert_eq!(fires_at(date(2099, 7, 1), "x", false), parse("2099-06-30T22:00:00Z"));
}

#[test]
fn the_spread_is_the_same_for_ever() {
    assert_eq!(stable_hash(""), 0xcbf2_9ce4_8422_2325);
    assert_eq!(stable_hash("a"), 0xaf63_dc4c_8601_ec8c);
}

proptest! {
    #[test]
    fn a_spread_date_fires_between_four_and_six(day in any_date(), id in ".{0,60}") {
        let instant = fires_at(day, &id, true);
        prop_assert!(instant >= berlin_instant(day, time(4, 0, 0, 0)));
        prop_assert!(instant < berlin_instant(day, time(6, 0, 0, 0)));
        prop_assert_eq!(berlin_date(instant), day);
        prop_assert_eq!(berlin_date(fires_at(day, &id, false)), day);
    }

    #[test]
    fn months_are_monotone(a in any_date(), b in any_date(), months in 0_i32..120) {
        let (earlier, later) = (a.min(b), a.max(b));
        prop_assert!(add_months(earlier, months).date <= add_months(later, months).date);
        prop_assert!(add_months(a, months).date < add_months(a, months + 1).date);
    }

    #[test]
    fn twelve_months_are_a_year(day in any_date(), years in 1_i16..10) {
        let end = add_months(day, i32::from(years) * 12);
        let like_numbered = Date::new(day.year() + years, day.month(), day.day());
        prop_assert_eq!(end.is_short_month, like_numbered.is_err());
        prop_assert_eq!(end.date, like_numbered.unwrap_or_else(|_| Date::new(day.year() + years, 2, 28).unwrap()));
    }

    #[test]
    fn a_month_end_never_drifts_out_of_its_month(day in any_date(), months in 1_i32..60) {
        let end = add_months(day, months);
        let months_apart = (i32::from(end.date.year()) - i32::from(day.year())) * 12
            + i32::from(end.date.month()) - i32::from(day.month());
        prop_assert_eq!(months_apart, months);
        prop_assert!(end.date.day() == day.day() || end.date.day() == end.date.days_in_month());
    }

    #[test]
    fn working_days_are_working_days(day in any_date()) {
        for found in [working_day_on_or_before(day), working_day_on_or_after(day), next_working_day(day)] {
            prop_assert!(is_working_day(found));
            prop_assert!(days_between(day, found).abs() <= 6);
        }
        prop_assert!(working_day_on_or_before(day) <= day);
        prop_assert!(next_working_day(day) > day);
    }
}
