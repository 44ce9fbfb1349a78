//! What is wrong with one field of an input, in words for its author in German and English.

use std::fmt;

use jiff::civil::Date;

use super::place::PlaceError;
use crate::explanation::german_day;

/// The earliest day the clock computes with.
pub const EARLIEST: Date = jiff::civil::date(1900, 1, 1);

/// The latest day the clock computes from; results may lie one longest period later.
pub const LATEST: Date = jiff::civil::date(2199, 12, 31);

/// A field that cannot be computed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalFault {
    /// Name of the field, for example `ereignis` or `length.count`; the caller's own word.
    pub field: String,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong with a field. Texts that were sent are never repeated, numbers and days are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nothing was given.
    Missing,
    /// No date of the form 2026-08-31 or 31.08.2026.
    NotADate,
    /// A day that the calendar lacks, such as 31 June.
    NoSuchDay {
        /// As written.
        year: i16,
        /// As written.
        month: i8,
        /// As written.
        day: i8,
    },
    /// A day before [`EARLIEST`] or after [`LATEST`].
    OutsideCalendar,
    /// No whole number.
    NotANumber,
    /// A number outside its bounds.
    OutOfBounds {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// No code of its list.
    UnknownCode,
    /// A day that must not lie before another.
    Before {
        /// The other day.
        earliest: Date,
    },
    /// A day that must not lie after another.
    After {
        /// The other day.
        latest: Date,
    },
    /// No place of the country.
    NoPlace(PlaceError),
    /// Something that this question does not ask for.
    NotAsked,
    /// The arrival of a notification that an act waits for retrieval: one that came late does not count, the retrieval does
    /// (§ 37 Abs. 2a SGB X).
    RetrievalCounts,
    /// On that day the law knows no such period, or no policy says how long it is.
    NoSuchPeriod {
        /// The day.
        on: Date,
    },
}

impl LegalFault {
    /// A fault of a field.
    pub fn new(field: impl Into<String>, reason: Reason) -> Self {
        Self { field: field.into(), reason }
    }

    /// What is wrong, in German, without the name of the field.
    #[must_use]
    pub fn text_de(&self) -> String {
        match self.reason {
            Reason::Missing => "fehlt".to_owned(),
            Reason::NotADate => "ist kein Datum der Form 31.08.2026 oder 2026-08-31".to_owned(),
            Reason::NoSuchDay { year, month, day } => {
                format!("den {day:02}.{month:02}.{year:04} gibt es nicht")
            }
            Reason::OutsideCalendar => {
                format!("muss zwischen dem {} und dem {} liegen", german_day(EARLIEST), german_day(LATEST))
            }
            Reason::NotANumber => "ist keine ganze Zahl".to_owned(),
            Reason::OutOfBounds { least, most } => format!("muss zwischen {least} und {most} liegen"),
            Reason::UnknownCode => "ist kein Wert der Liste".to_owned(),
            Reason::Before { earliest } => format!("darf nicht vor dem {} liegen", german_day(earliest)),
            Reason::After { latest } => format!("darf nicht nach dem {} liegen", german_day(latest)),
            Reason::NoPlace(error) => error.text_de(),
            Reason::NotAsked => "gehört nicht zu dieser Frage".to_owned(),
            Reason::RetrievalCounts => "zählt bei der Bereitstellung zum Abruf nicht: kam die Benachrichtigung nicht oder zu spät an, \
                                        so gilt der Tag des Abrufs (§ 37 Abs. 2a SGB X); dafür gibt es den Weg PORTAL_DENIED (portal-denied)"
                .to_owned(),
            Reason::NoSuchPeriod { on } => format!("für den {} ist keine Fassung dieser Regel bekannt", german_day(on)),
        }
    }

    /// What is wrong, in English, without the name of the field.
    #[must_use]
    pub fn text_en(&self) -> String {
        match self.reason {
            Reason::Missing => "is missing".to_owned(),
            Reason::NotADate => "must be a date such as 2026-08-31 or 31.08.2026".to_owned(),
            Reason::NoSuchDay { year, month, day } => {
                format!("there is no {year:04}-{month:02}-{day:02} in the calendar")
            }
            Reason::OutsideCalendar => format!("must lie between {EARLIEST} and {LATEST}"),
            Reason::NotANumber => "must be a whole number".to_owned(),
            Reason::OutOfBounds { least, most } => format!("must lie between {least} and {most}"),
            Reason::UnknownCode => "must be a value of the list".to_owned(),
            Reason::Before { earliest } => format!("must not lie before {earliest}"),
            Reason::After { latest } => format!("must not lie after {latest}"),
            Reason::NoPlace(error) => error.to_string(),
            Reason::NotAsked => "does not belong to this question".to_owned(),
            Reason::RetrievalCounts => {
                "does not count where an act waits for retrieval: if the notification came late or not at all, \
                                        the day of the retrieval counts (§ 37(2a) SGB X); the way for that is PORTAL_DENIED (portal-denied)"
                    .to_owned()
            }
            Reason::NoSuchPeriod { on } => format!("no version of this rule is known for {on}"),
        }
    }
}

impl fmt::Display for LegalFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.field, self.text_en())
    }
}

impl std::error::Error for LegalFault {}
