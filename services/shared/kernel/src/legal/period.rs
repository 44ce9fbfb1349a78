//! Where a period ends: §§ 187 to 189, 191 and 192 BGB, which § 26 Abs. 1 SGB X makes those of social law.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    calendar::Calendar,
    length::{Length, LengthUnit},
};

/// Days of half a month (§ 189 Abs. 1 BGB).
const HALF_MONTH_DAYS: i32 = 15;

crate::codes! {
    /// What a period begins with.
    pub enum Beginning {
        /// With an event or a moment within a day, which is not counted (§ 187 Abs. 1 BGB).
        Event = "EVENT",
        /// With the start of a day, which is counted (§ 187 Abs. 2 BGB).
        StartOfDay = "START_OF_DAY",
    }
}

/// Where a period ends and by which sentence of § 188 BGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodEnd {
    /// The day with the end of which the whole months or years end, or the period itself where it has none.
    pub whole_units_on: Date,
    /// The day with the end of which the period ends.
    pub date: Date,
    /// The day that governs the end is missing in its month, so the month's last day took its place (§ 188 Abs. 3 BGB).
    pub is_short_month: bool,
}

/// The end of a period of `length` from `begin`. Days beyond the calendar's last year (9999) end there.
#[must_use]
pub fn end(beginning: Beginning, begin: Date, length: Length, calendar: Calendar) -> PeriodEnd {
    let count = length.count();
    let whole = match length.unit() {
        LengthUnit::Days => days(beginning, begin, count),
        LengthUnit::HalfMonths => days(beginning, begin, HALF_MONTH_DAYS.saturating_mul(count)),
        LengthUnit::Weeks => days(beginning, begin, count.saturating_mul(7)),
        LengthUnit::WorkingDays => {
            let before = match beginning {
                Beginning::Event => begin,
                Beginning::StartOfDay => begin.saturating_sub(1.days()),
            };
            PeriodEnd::on(calendar.add_working_days(before, count))
        }
        LengthUnit::Months => months(beginning, begin, count),
        LengthUnit::Quarters => months(beginning, begin, count.saturating_mul(3)),
        LengthUnit::HalfYears => months(beginning, begin, count.saturating_mul(6)),
        LengthUnit::Years => months(beginning, begin, count.saturating_mul(12)),
    };
    if length.has_half_month() {
        PeriodEnd { date: whole.date.saturating_add(HALF_MONTH_DAYS.days()), ..whole }
    } else {
        whole
    }
}

/// Days end with their last day (§ 188 Abs. 1 BGB); weeks with the day named like the event's, or with the one before the day named
/// like the counted first day (§ 188 Abs. 2 BGB).
fn days(beginning: Beginning, begin: Date, count: i32) -> PeriodEnd {
    let count = match beginning {
        Beginning::Event => count,
        Beginning::StartOfDay => count.saturating_sub(1),
    };
    PeriodEnd::on(begin.saturating_add(count.days()))
}

/// Months end with the day numbered like the event's, or with the one before the day numbered like the counted first day; where the
/// last month lacks that day, with the month's last (§ 188 Abs. 2, 3 BGB).
fn months(beginning: Beginning, begin: Date, count: i32) -> PeriodEnd {
    match beginning {
        Beginning::Event => like_numbered(begin, count),
        // The first of a month has no day before it within the month; the day before the like-numbered first is always there.
        Beginning::StartOfDay if begin.day() == 1 => {
            PeriodEnd::on(begin.saturating_add(count.months()).saturating_sub(1.days()))
        }
        // The day that governs the end has the number before the first day's: of 31.01. the 30th, which February lacks too.
        Beginning::StartOfDay => like_numbered(begin.saturating_sub(1.days()), count),
    }
}

fn like_numbered(day: Date, count: i32) -> PeriodEnd {
    let date = day.saturating_add(count.months());
    PeriodEnd { is_short_month: date.day() != day.day(), ..PeriodEnd::on(date) }
}

impl PeriodEnd {
    const fn on(date: Date) -> Self {
        Self { whole_units_on: date, date, is_short_month: false }
    }
}

crate::codes! {
    /// A point of a month (§ 192 BGB).
    pub enum MonthPoint {
        /// "Anfang des Monats": the first.
        Beginning = "BEGINNING",
        /// "Mitte des Monats": the fifteenth, however long the month.
        Middle = "MIDDLE",
        /// "Ende des Monats": the last day.
        End = "END",
    }
}

/// The day of a point of the month that `day` lies in (§ 192 BGB).
#[must_use]
pub fn month_point(day: Date, point: MonthPoint) -> Date {
    let first = day.first_of_month();
    match point {
        MonthPoint::Beginning => first,
        MonthPoint::Middle => first.saturating_add(14.days()),
        MonthPoint::End => day.last_of_month(),
    }
}

/// The first day of the calendar month after the one that `day` lies in: a reduction begins there (§ 31b Abs. 1 SGB II).
#[must_use]
pub fn next_month_start(day: Date) -> Date {
    day.last_of_month().saturating_add(1.days())
}

/// The days of a length that need not be connected: a month counts 30 of them, a year 365 (§ 191 BGB).
#[must_use]
pub const fn unconnected_days(length: Length) -> i32 {
    let count = length.count();
    let half = if length.has_half_month() { HALF_MONTH_DAYS } else { 0 };
    let days = match length.unit() {
        LengthUnit::Days | LengthUnit::WorkingDays => count,
        LengthUnit::Weeks => count.saturating_mul(7),
        LengthUnit::HalfMonths => count.saturating_mul(HALF_MONTH_DAYS),
        LengthUnit::Months => count.saturating_mul(30),
        LengthUnit::Quarters => count.saturating_mul(90),
        LengthUnit::HalfYears => count.saturating_mul(180),
        LengthUnit::Years => count.saturating_mul(365),
    };
    days.saturating_add(half)
}
