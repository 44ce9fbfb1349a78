//! The holidays of the sixteen Länder and of the municipalities that differ, with the history of the law from 2005 on, to 2100.

mod easter;
mod law;
mod municipal;
#[cfg(test)]
mod tests;
mod words;

use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};
use thiserror::Error;

use super::place::Place;

pub use easter::easter_sunday;
pub use municipal::{Membership, MunicipalTable, TableFault};

/// The first year whose holidays are listed and checked against a second source.
pub const FIRST_YEAR: i16 = 2005;

/// The last year whose holidays are listed and checked against a second source.
pub const LAST_YEAR: i16 = 2100;

crate::codes! {
    /// A holiday by the law of at least one Land.
    pub enum Holiday {
        /// 1 January.
        NewYear = "NEUJAHR",
        /// 6 January.
        Epiphany = "HEILIGE_DREI_KOENIGE",
        /// 8 March.
        WomensDay = "FRAUENTAG",
        /// Two days before Easter Sunday.
        GoodFriday = "KARFREITAG",
        /// Easter Sunday, where the law names it.
        EasterSunday = "OSTERSONNTAG",
        /// The day after Easter Sunday.
        EasterMonday = "OSTERMONTAG",
        /// 1 May.
        LabourDay = "TAG_DER_ARBEIT",
        /// 8 May, once in 2020 and once in 2025.
        LiberationDay = "TAG_DER_BEFREIUNG",
        /// 39 days after Easter Sunday.
        AscensionDay = "CHRISTI_HIMMELFAHRT",
        /// 49 days after Easter Sunday, where the law names it.
        WhitSunday = "PFINGSTSONNTAG",
        /// 50 days after Easter Sunday.
        WhitMonday = "PFINGSTMONTAG",
        /// 60 days after Easter Sunday.
        CorpusChristi = "FRONLEICHNAM",
        /// 17 June, once in 2028.
        UprisingDay = "VOLKSAUFSTAND_1953",
        /// 8 August, in the city of Augsburg.
        PeaceFestival = "FRIEDENSFEST",
        /// 15 August.
        AssumptionDay = "MARIAE_HIMMELFAHRT",
        /// 20 September.
        WorldChildrensDay = "WELTKINDERTAG",
        /// 3 October, since 1990.
        GermanUnityDay = "TAG_DER_DEUTSCHEN_EINHEIT",
        /// 31 October.
        ReformationDay = "REFORMATIONSTAG",
        /// 1 November.
        AllSaintsDay = "ALLERHEILIGEN",
        /// The Wednesday before 23 November.
        RepentanceDay = "BUSS_UND_BETTAG",
        /// 25 December.
        ChristmasDay = "ERSTER_WEIHNACHTSTAG",
        /// 26 December.
        SecondChristmasDay = "ZWEITER_WEIHNACHTSTAG",
    }
}

/// What the calendar knows of a day at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is this holiday.
    Holiday(Holiday),
    /// It is none.
    NoHoliday,
    /// Whether it is this holiday depends on a municipality, or a part of one, that was not told or is not in the table.
    NotKnown(Holiday),
}

/// A year for which no list is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("holidays are listed for the years 2005 to 2100, not for {year}")]
pub struct YearNotListed {
    /// The year asked for.
    pub year: i16,
}

/// What the calendar knows of this day at this place.
///
/// Before 2005 it answers by the law of 2005, after 2100 by the law as last known. Of two holidays on one day (1 May 2008) it
/// names the one with the fixed date.
#[must_use]
pub fn answer(day: Date, place: &Place) -> Answer {
    let mut answer = Answer::NoHoliday;
    for holiday in [fixed(day), movable(day)].into_iter().flatten() {
        match observance(holiday, day, place) {
            Membership::Holiday => return Answer::Holiday(holiday),
            Membership::NotKnown => answer = Answer::NotKnown(holiday),
            Membership::NoHoliday => {}
        }
    }
    answer
}

/// The holiday of this day at this place, if it is certainly one: what is not known counts as none; [`answer`] tells them apart.
#[must_use]
pub fn holiday(day: Date, place: &Place) -> Option<Holiday> {
    match answer(day, place) {
        Answer::Holiday(holiday) => Some(holiday),
        Answer::NoHoliday | Answer::NotKnown(_) => None,
    }
}

/// Whether people work on this day at this place: Monday to Friday, and certainly no holiday (§ 26 Abs. 3 SGB X).
#[must_use]
pub fn is_working_day(day: Date, place: &Place) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && holiday(day, place).is_none()
}

/// The holidays of a year at this place in the order of their days; two may share a day (1 May 2008).
///
/// # Errors
/// [`YearNotListed`] outside 2005 to 2100.
pub fn holidays(year: i16, place: &Place) -> Result<Vec<(Date, Holiday)>, YearNotListed> {
    list(year, place, Membership::Holiday)
}

/// The days of a year of which it is not known whether they are holidays at this place.
///
/// # Errors
/// [`YearNotListed`] outside 2005 to 2100.
pub fn open_days(year: i16, place: &Place) -> Result<Vec<(Date, Holiday)>, YearNotListed> {
    list(year, place, Membership::NotKnown)
}

fn list(year: i16, place: &Place, wanted: Membership) -> Result<Vec<(Date, Holiday)>, YearNotListed> {
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return Err(YearNotListed { year });
    }
    let mut days: Vec<_> = Holiday::ALL
        .iter()
        .map(|holiday| (holiday.day_in(year), *holiday))
        .filter(|(day, holiday)| observance(*holiday, *day, place) == wanted)
        .collect();
    days.sort_unstable();
    Ok(days)
}

impl Holiday {
    /// The day on which it falls in a year, wherever it is kept.
    #[must_use]
    pub fn day_in(self, year: i16) -> Date {
        let after_easter = |days: i32| easter_sunday(year).saturating_add(days.days());
        match self {
            Self::NewYear => date(year, 1, 1),
            Self::Epiphany => date(year, 1, 6),
            Self::WomensDay => date(year, 3, 8),
            Self::GoodFriday => after_easter(-2),
            Self::EasterSunday => after_easter(0),
            Self::EasterMonday => after_easter(1),
            Self::LabourDay => date(year, 5, 1),
            Self::LiberationDay => date(year, 5, 8),
            Self::AscensionDay => after_easter(39),
            Self::WhitSunday => after_easter(49),
            Self::WhitMonday => after_easter(50),
            Self::CorpusChristi => after_easter(60),
            Self::UprisingDay => date(year, 6, 17),
            Self::PeaceFestival => date(year, 8, 8),
            Self::AssumptionDay => date(year, 8, 15),
            Self::WorldChildrensDay => date(year, 9, 20),
            Self::GermanUnityDay => date(year, 10, 3),
            Self::ReformationDay => date(year, 10, 31),
            Self::AllSaintsDay => date(year, 11, 1),
            Self::RepentanceDay => {
                let last = date(year, 11, 22);
                let days_back = i32::from(last.weekday().since(Weekday::Wednesday));
                last.saturating_add((-days_back).days())
            }
            Self::ChristmasDay => date(year, 12, 25),
            Self::SecondChristmasDay => date(year, 12, 26),
        }
    }
}

/// The holiday that falls on this date of every year.
fn fixed(day: Date) -> Option<Holiday> {
    Some(match (day.month(), day.day()) {
        (1, 1) => Holiday::NewYear,
        (1, 6) => Holiday::Epiphany,
        (3, 8) => Holiday::WomensDay,
        (5, 1) => Holiday::LabourDay,
        (5, 8) => Holiday::LiberationDay,
        (6, 17) => Holiday::UprisingDay,
        (8, 8) => Holiday::PeaceFestival,
        (8, 15) => Holiday::AssumptionDay,
        (9, 20) => Holiday::WorldChildrensDay,
        (10, 3) => Holiday::GermanUnityDay,
        (10, 31) => Holiday::ReformationDay,
        (11, 1) => Holiday::AllSaintsDay,
        (12, 25) => Holiday::ChristmasDay,
        (12, 26) => Holiday::SecondChristmasDay,
        _ => return None,
    })
}

/// The holiday that moves and falls on this date in its year.
fn movable(day: Date) -> Option<Holiday> {
    match (day.month(), day.day()) {
        (3..=6, _) => {
            // The 60th day of a common year is 1 March.
            let first_of_march = 59 + i32::from(day.in_leap_year());
            let day_of_march = i32::from(day.day_of_year()) - first_of_march;
            match day_of_march - easter::easter_in_march(day.year()) {
                -2 => Some(Holiday::GoodFriday),
                0 => Some(Holiday::EasterSunday),
                1 => Some(Holiday::EasterMonday),
                39 => Some(Holiday::AscensionDay),
                49 => Some(Holiday::WhitSunday),
                50 => Some(Holiday::WhitMonday),
                60 => Some(Holiday::CorpusChristi),
                _ => None,
            }
        }
        (11, 16..=22) if day.weekday() == Weekday::Wednesday => Some(Holiday::RepentanceDay),
        _ => None,
    }
}

/// Whether the holiday that falls on `day` is kept at this place.
fn observance(holiday: Holiday, day: Date, place: &Place) -> Membership {
    let land = place.land();
    if law::lands(holiday, day.year()).contains(land) {
        return Membership::Holiday;
    }
    if !law::by_municipality(holiday).contains(land) {
        return Membership::NoHoliday;
    }
    place
        .municipality()
        .map_or(Membership::NotKnown, |key| MunicipalTable::built_in().membership(holiday, key, place.district(), day))
}
