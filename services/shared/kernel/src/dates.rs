//! Civil-date arithmetic of §§ 187 to 193 BGB and § 26 SGB X as far as Lotse needs it, and the way from a date to an instant.
//!
//! Every date is computed from its starting day and never from an earlier result: a chain drifts at the end of months.

#[cfg(test)]
mod tests;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time, time},
    tz::TimeZone,
};

use crate::legal::{Beginning, Calendar, Length, LengthUnit, period};

/// The zone of German administration. Built into the binary, so that a workflow computes the same instant on every machine.
static BERLIN: TimeZone = jiff::tz::get!("Europe/Berlin");

/// Start of the hours in which dates fire in production.
const SPREAD_START: Time = time(4, 0, 0, 0);

/// Length of those hours, in seconds.
const SPREAD_SECONDS: u64 = 2 * 60 * 60;

/// Where a period of months ends (§ 188 Abs. 2 and 3 BGB).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthsEnd {
    /// The day with the end of which the period ends.
    pub date: Date,
    /// The like-numbered day is missing in that month, so its last day took its place (§ 188 Abs. 3 BGB).
    pub is_short_month: bool,
}

/// The end of a period of `months` whose starting event fell on `event`; the event's day is not counted (§ 187 Abs. 1 BGB).
///
/// Days beyond the calendar's last year (9999) end there.
#[must_use]
pub fn add_months(event: Date, months: i32) -> MonthsEnd {
    let end = period::end(Beginning::Event, event, Length::unchecked(months, LengthUnit::Months), Calendar::Nation);
    MonthsEnd { date: end.date, is_short_month: end.is_short_month }
}

/// The end of a period of `weeks` from the event's day (§§ 187 Abs. 1, 188 Abs. 2 BGB).
#[must_use]
pub fn add_weeks(event: Date, weeks: i32) -> Date {
    period::end(Beginning::Event, event, Length::unchecked(weeks, LengthUnit::Weeks), Calendar::Nation).date
}

/// `days` calendar days later, or earlier when negative.
#[must_use]
pub fn add_days(day: Date, days: i32) -> Date {
    day.saturating_add(days.days())
}

/// Calendar days from `from` to `to`; negative when `to` is earlier.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// Whether people work on this day: Monday to Friday and no holiday of the whole country.
#[must_use]
pub fn is_working_day(day: Date) -> bool {
    Calendar::Nation.is_working_day(day)
}

/// The last working day on or before `day`: what to aim for where something is due "spätestens".
#[must_use]
pub fn working_day_on_or_before(day: Date) -> Date {
    Calendar::Nation.on_or_before(day)
}

/// The first working day on or after `day` (§ 26 Abs. 3 SGB X).
#[must_use]
pub fn working_day_on_or_after(day: Date) -> Date {
    Calendar::Nation.on_or_after(day)
}

/// The first working day after `day`.
#[must_use]
pub fn next_working_day(day: Date) -> Date {
    add_working_days(day, 1)
}

/// The working day `count` working days after `day`, which is itself not counted.
#[must_use]
pub fn add_working_days(day: Date, count: i32) -> Date {
    Calendar::Nation.add_working_days(day, count)
}

/// The civil date of an instant in Europe/Berlin.
#[must_use]
pub fn berlin_date(instant: Timestamp) -> Date {
    BERLIN.to_datetime(instant).date()
}

/// The instant of a wall-clock time in Europe/Berlin; a time that the change to summer time skips counts as an hour later.
#[must_use]
pub fn berlin_instant(day: Date, at: Time) -> Timestamp {
    // Only a day at the very end of the calendar has no instant; what is due then never fires.
    BERLIN.to_ambiguous_timestamp(day.to_datetime(at)).compatible().unwrap_or(Timestamp::MAX)
}

/// The instant at which a date fires for the resource `id`.
///
/// Spread: between 04:00 and 06:00 by a hash of the id, so that a Monday does not wake all cases at once. Otherwise 00:00.
#[must_use]
pub fn fires_at(day: Date, id: &str, spread: bool) -> Timestamp {
    if !spread {
        return berlin_instant(day, Time::midnight());
    }
    let offset = i64::try_from(stable_hash(id) % SPREAD_SECONDS).unwrap_or_default();
    berlin_instant(day, SPREAD_START).saturating_add(offset.seconds()).unwrap_or(Timestamp::MAX)
}

/// FNV-1a: small, and the same for ever on every machine, which the hashers of the standard library do not promise.
fn stable_hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
