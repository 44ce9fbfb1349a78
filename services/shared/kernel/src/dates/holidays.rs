//! Holidays of the whole country. Those of a single Land come with the legal clock.

use jiff::{ToSpan, civil::Date};

crate::codes! {
    /// A holiday that every Land keeps.
    pub enum Holiday {
        /// 1 January.
        NewYear = "NEUJAHR",
        /// Two days before Easter Sunday.
        GoodFriday = "KARFREITAG",
        /// The day after Easter Sunday.
        EasterMonday = "OSTERMONTAG",
        /// 1 May.
        LabourDay = "TAG_DER_ARBEIT",
        /// 39 days after Easter Sunday.
        AscensionDay = "CHRISTI_HIMMELFAHRT",
        /// 50 days after Easter Sunday.
        WhitMonday = "PFINGSTMONTAG",
        /// 3 October, since 1990.
        GermanUnityDay = "TAG_DER_DEUTSCHEN_EINHEIT",
        /// 31 October, in the whole country in 2017 only.
        ReformationDay = "REFORMATIONSTAG",
        /// 25 December.
        ChristmasDay = "ERSTER_WEIHNACHTSTAG",
        /// 26 December.
        SecondChristmasDay = "ZWEITER_WEIHNACHTSTAG",
    }
}

/// The holiday of the whole country on this day, if it is one.
#[must_use]
pub fn national_holiday(day: Date) -> Option<Holiday> {
    let fixed = match (day.month(), day.day()) {
        (1, 1) => Some(Holiday::NewYear),
        (5, 1) => Some(Holiday::LabourDay),
        (10, 3) if day.year() >= 1990 => Some(Holiday::GermanUnityDay),
        (10, 31) if day.year() == 2017 => Some(Holiday::ReformationDay),
        (12, 25) => Some(Holiday::ChristmasDay),
        (12, 26) => Some(Holiday::SecondChristmasDay),
        _ => None,
    };
    fixed.or_else(|| match (day - easter_sunday(day.year())).get_days() {
        -2 => Some(Holiday::GoodFriday),
        1 => Some(Holiday::EasterMonday),
        39 => Some(Holiday::AscensionDay),
        50 => Some(Holiday::WhitMonday),
        _ => None,
    })
}

/// Easter Sunday of a year in the Gregorian calendar, by Gauss's formula as completed by Lichtenberg.
#[must_use]
pub fn easter_sunday(year: i16) -> Date {
    let x = i32::from(year);
    let century = x.div_euclid(100);
    let moon_shift = 15 + (3 * century + 3) / 4 - (8 * century + 13) / 25;
    let sun_shift = 2 - (3 * century + 3) / 4;
    let moon = x.rem_euclid(19);
    let seed = (19 * moon + moon_shift).rem_euclid(30);
    let correction = (seed + moon / 11) / 29;
    let full_moon = 21 + seed - correction;
    let first_sunday = 7 - (x + x.div_euclid(4) + sun_shift).rem_euclid(7);
    let distance = 7 - (full_moon - first_sunday).rem_euclid(7);
    // The formula gives a day of March, 32 meaning 1 April.
    jiff::civil::date(year, 3, 1).saturating_add((full_moon + distance - 1).days())
}
