//! On which days people work, in the whole country or in one place.

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use serde::{Deserialize, Serialize};

use super::{
    holidays::{Answer, Holiday, YearNotListed, answer, holiday, holidays, open_days},
    place::{Land, Place},
};

/// Whose holidays count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// Those that all Länder keep: for duties that name no place.
    Nation,
    /// Those of one place.
    Of(Place),
}

/// Why nobody works on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FreeDay {
    /// Saturday ("Sonnabend").
    Saturday,
    /// Sunday.
    Sunday,
    /// A holiday by law.
    Holiday(Holiday),
}

impl Calendar {
    /// The holiday of this day.
    #[must_use]
    pub fn holiday(self, day: Date) -> Option<Holiday> {
        match self {
            Self::Nation => {
                let found = holiday(day, &Place::of(Land::NI))?;
                Land::ALL.iter().all(|land| holiday(day, &Place::of(*land)) == Some(found)).then_some(found)
            }
            Self::Of(place) => holiday(day, &place),
        }
    }

    /// The holidays of a year in the order of their days.
    ///
    /// # Errors
    /// [`YearNotListed`] outside 2005 to 2100.
    pub fn holidays(self, year: i16) -> Result<Vec<(Date, Holiday)>, YearNotListed> {
        match self {
            Self::Nation => {
                let mut common = holidays(year, &Place::of(Land::NI))?;
                common.retain(|(day, holiday)| self.holiday(*day) == Some(*holiday));
                Ok(common)
            }
            Self::Of(place) => holidays(year, &place),
        }
    }

    /// The days of a year that are holidays only in some municipalities, when it is not known whether here, in their order.
    ///
    /// # Errors
    /// [`YearNotListed`] outside 2005 to 2100.
    pub fn open_days(self, year: i16) -> Result<Vec<(Date, Holiday)>, YearNotListed> {
        match self {
            Self::Nation => Ok(Vec::new()),
            Self::Of(place) => open_days(year, &place),
        }
    }

    /// The provision by which a day of that year is a holiday, as German law is cited.
    #[must_use]
    pub const fn legal_basis(self, holiday: Holiday, year: i16) -> &'static str {
        match (self, holiday) {
            (Self::Of(place), _) => holiday.legal_basis(place.land(), year),
            (Self::Nation, Holiday::GermanUnityDay) => holiday.legal_basis(Land::NI, year),
            (Self::Nation, _) => "Feiertagsgesetze aller Länder",
        }
    }

    /// The holiday that this weekday may be here, if that depends on a municipality that was not told: it counts as none.
    #[must_use]
    pub fn doubt(self, day: Date) -> Option<Holiday> {
        let Self::Of(place) = self else { return None };
        if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            return None;
        }
        match answer(day, &place) {
            Answer::NotKnown(holiday) => Some(holiday),
            Answer::Holiday(_) | Answer::NoHoliday => None,
        }
    }

    /// Why nobody works on this day; a holiday on a weekend goes by its name.
    #[must_use]
    pub fn free(self, day: Date) -> Option<FreeDay> {
        self.holiday(day).map(FreeDay::Holiday).or_else(|| match day.weekday() {
            Weekday::Saturday => Some(FreeDay::Saturday),
            Weekday::Sunday => Some(FreeDay::Sunday),
            _ => None,
        })
    }

    /// Whether people work on this day: Monday to Friday, and no holiday.
    #[must_use]
    pub fn is_working_day(self, day: Date) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && self.holiday(day).is_none()
    }

    /// The first working day on or after `day` (§ 26 Abs. 3 SGB X).
    #[must_use]
    pub fn on_or_after(self, day: Date) -> Date {
        self.walk(day, 1)
    }

    /// The last working day on or before `day`: what to aim for where something is due "spätestens".
    #[must_use]
    pub fn on_or_before(self, day: Date) -> Date {
        self.walk(day, -1)
    }

    /// The working day `count` working days after `day`, which is itself not counted.
    #[must_use]
    pub fn add_working_days(self, day: Date, count: i32) -> Date {
        (0..count).fold(day, |day, _| self.on_or_after(day.saturating_add(1.days())))
    }

    /// Walks from `day` to a working day. Never more than a few free days follow each other; the calendar's end stops it.
    fn walk(self, mut day: Date, direction: i32) -> Date {
        while !self.is_working_day(day) {
            let next = day.saturating_add(direction.days());
            if next == day {
                return day;
            }
            day = next;
        }
        day
    }
}
