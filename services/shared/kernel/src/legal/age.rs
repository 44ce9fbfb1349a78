//! Ages: from which day a person is so old (§ 187 Abs. 2 Satz 2 BGB), and the age limit of § 7a SGB II.

use jiff::{ToSpan, civil::Date};

use super::{
    calendar::Calendar,
    computation::{Basis, Computation},
    fault::LegalFault,
    length::Length,
    period::{self, Beginning, MonthPoint},
    read::{bounded, known_day},
    shift::Shift,
};
use crate::explanation::{Event, Explanation, StepAction};

/// The age below which the law knows young people ("U25").
pub const YOUNG_BELOW: u8 = 25;

/// The most years of life that are asked for.
pub const MOST_YEARS: i64 = 120;

/// The age from which on a person can be entitled to benefits of their own (§ 7 Abs. 1 Satz 1 Nr. 1 SGB II).
pub const EMPLOYABLE_FROM: u8 = 15;

/// The day with the end of which a year of life is completed: the day of birth counts, so it is the day before the birthday.
#[must_use]
pub fn completed_on(born_on: Date, years: u8) -> Date {
    period::end(Beginning::StartOfDay, born_on, Length::years(years), Calendar::Nation).date
}

/// The first day on which a person is so old: the birthday; for those born on 29 February, 1 March of common years.
#[must_use]
pub fn reached_on(born_on: Date, years: u8) -> Date {
    if years == 0 { born_on } else { completed_on(born_on, years).saturating_add(1.days()) }
}

/// Completed years of life on a day; nothing before the birth.
#[must_use]
pub fn age_on(born_on: Date, day: Date) -> Option<u8> {
    if day < born_on {
        return None;
    }
    let by_calendar_year = u8::try_from(i32::from(day.year()) - i32::from(born_on.year())).unwrap_or(u8::MAX);
    let is_reached = reached_on(born_on, by_calendar_year) <= day;
    Some(if is_reached { by_calendar_year } else { by_calendar_year.saturating_sub(1) })
}

/// Whether a person is under 25 on a day: until the end of the day before the 25th birthday.
#[must_use]
pub fn is_under_25(born_on: Date, day: Date) -> bool {
    day < reached_on(born_on, YOUNG_BELOW)
}

/// The last day on which a person is younger than `years`, with its reasons.
#[must_use]
pub fn completion(born_on: Date, years: u8) -> Explanation {
    let basis = Basis::law("§ 187 Abs. 2 Satz 2, § 188 Abs. 2 und 3 BGB");
    completing(born_on, years, Calendar::Nation).explain(basis)
}

/// The same, for what is to be done by that day.
#[must_use]
pub fn completing(born_on: Date, years: u8, calendar: Calendar) -> Computation {
    Computation::from_start_of(Event::Birth, born_on, calendar)
        .due(completed_on(born_on, years), StepAction::AgeCompleted { years: i32::from(years), months: 0 })
}

/// The day with the end of which a person reaches the age limit: the last of the month in which that age is completed (§ 7a SGB II).
#[must_use]
pub fn age_limit(born_on: Date) -> Explanation {
    let (years, months) = limit_age(born_on.year());
    let length = Length::unchecked(years * 12 + months, super::LengthUnit::Months);
    let completed = period::end(Beginning::StartOfDay, born_on, length, Calendar::Nation).date;
    Computation::from_start_of(Event::Birth, born_on, Calendar::Nation)
        .due(completed, StepAction::AgeCompleted { years, months })
        .at_month_point(MonthPoint::End)
        .shift(Shift::Age)
        .explain(Basis::law("§ 7a SGB II"))
}

/// An age as somebody asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeQuestion {
    /// The day of birth.
    pub born_on: Date,
    /// The years to complete; nothing for the age limit (§ 7a SGB II).
    pub years: Option<i32>,
}

impl AgeQuestion {
    /// Everything that is wrong with it, under the names `birth_date` and `years`.
    #[must_use]
    pub fn faults(&self) -> Vec<LegalFault> {
        let born = known_day("birth_date", self.born_on).err();
        let years = self.years.and_then(|years| bounded("years", i64::from(years), 1, MOST_YEARS).err());
        [born, years].into_iter().flatten().collect()
    }

    /// The last day before the age is reached, or the day with whose end the age limit is; ask for [`Self::faults`] first.
    #[must_use]
    pub fn answer(&self) -> Explanation {
        match self.years.and_then(|years| u8::try_from(years).ok()) {
            Some(years) => completion(self.born_on, years),
            None => age_limit(self.born_on),
        }
    }
}

/// The age of the limit by year of birth: 65 until 1946, one month more a year until 1958, two more a year until 67 in 1964.
fn limit_age(birth_year: i16) -> (i32, i32) {
    let year = i32::from(birth_year);
    let months = match year {
        ..=1946 => 0,
        1947..=1958 => year - 1946,
        1959..=1963 => 12 + (year - 1958) * 2,
        _ => 24,
    };
    (65 + months / 12, months % 12)
}
