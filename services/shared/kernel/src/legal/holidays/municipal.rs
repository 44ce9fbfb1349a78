//! Holidays that hold in some municipalities of a Land only: the table of the crate, its format, and how it answers.
//!
//! A line speaks for one municipality (8 digits of its key) or for all whose keys begin so (2, 3 or 5 digits: Land,
//! Regierungsbezirk, Kreis). The longest key that speaks for the day decides; where none does, the answer is open, never a guess.

use std::{ops::RangeInclusive, sync::LazyLock};

use jiff::civil::Date;
use thiserror::Error;

use super::Holiday;
use crate::legal::place::{District, MunicipalityKey};

/// The table that ships with the crate. A faulty one would leave every question open; a test reads it.
static BUILT_IN: LazyLock<MunicipalTable> =
    LazyLock::new(|| MunicipalTable::parse(include_str!("municipal.csv")).unwrap_or_default());

const HEADER: &str = "feiertag;schluessel;ortsteil;von;bis;antwort;name;quelle";

/// How many digits a key of the table may have, the most telling first.
const KEY_LENGTHS: [u8; 4] = [8, 5, 3, 2];

/// What the table knows of a holiday in a municipality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// It is a holiday there.
    Holiday,
    /// It is none there.
    NoHoliday,
    /// Nobody told: the table says so or says nothing.
    NotKnown,
}

/// A line that is not one of the table, with its number from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TableFault {
    /// The first line is not the header.
    #[error("line 1: must name the columns feiertag;schluessel;ortsteil;von;bis;antwort;name;quelle")]
    Header,
    /// Not as many columns as the header.
    #[error("line {line}: must have 8 columns, the last two not empty")]
    Columns {
        /// Number of the line.
        line: usize,
    },
    /// A column that cannot be read.
    #[error("line {line}: {column} cannot be read")]
    Value {
        /// Number of the line.
        line: usize,
        /// Name of the column.
        column: &'static str,
    },
    /// Two lines speak for the same key, part and day.
    #[error("line {line}: speaks for days that an earlier line speaks for already")]
    Overlap {
        /// Number of the later line.
        line: usize,
    },
}

/// Which municipalities keep which holiday, and when.
#[derive(Debug, Default)]
pub struct MunicipalTable {
    /// In the order of [`Entry::order`].
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    holiday: Holiday,
    digits: u8,
    key: u32,
    district: Option<District>,
    days: RangeInclusive<Date>,
    answer: Membership,
}

impl Entry {
    const fn order(&self) -> (Holiday, u8, u32) {
        (self.holiday, self.digits, self.key)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.order() == other.order()
            && self.district == other.district
            && self.days.start() <= other.days.end()
            && other.days.start() <= self.days.end()
    }
}

impl MunicipalTable {
    /// The table that ships with the crate.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads a table: semicolons between the columns, days as 2025-01-31, empty for "always".
    ///
    /// # Errors
    /// The first line that is none of the table.
    pub fn parse(text: &str) -> Result<Self, TableFault> {
        let mut lines = text.lines();
        if lines.next() != Some(HEADER) {
            return Err(TableFault::Header);
        }
        let mut entries: Vec<Entry> = Vec::new();
        for (line, text) in (2..).zip(lines) {
            let entry = Entry::parse(line, text)?;
            if entries.iter().any(|earlier| earlier.overlaps(&entry)) {
                return Err(TableFault::Overlap { line });
            }
            entries.push(entry);
        }
        entries.sort_by_key(Entry::order);
        Ok(Self { entries })
    }

    /// Whether `holiday` holds in the municipality on `day`; `district` is the part of it, if that is told.
    #[must_use]
    pub fn membership(
        &self,
        holiday: Holiday,
        key: MunicipalityKey,
        district: Option<District>,
        day: Date,
    ) -> Membership {
        KEY_LENGTHS
            .iter()
            .find_map(|digits| {
                let order = (holiday, *digits, key.number() / 10_u32.pow(8 - u32::from(*digits)));
                let start = self.entries.partition_point(|entry| entry.order() < order);
                let speaking = || {
                    self.entries
                        .iter()
                        .skip(start)
                        .take_while(move |entry| entry.order() == order)
                        .filter(move |entry| entry.days.contains(&day))
                };
                // What is said of the part goes before what is said of the whole.
                speaking()
                    .find(|entry| entry.district.is_some() && entry.district == district)
                    .or_else(|| speaking().find(|entry| entry.district.is_none()))
            })
            .map_or(Membership::NotKnown, |entry| entry.answer)
    }
}

impl Entry {
    fn parse(line: usize, text: &str) -> Result<Self, TableFault> {
        let columns: Vec<&str> = text.split(';').collect();
        let [holiday, key, district, from, to, answer, name, source] = columns[..] else {
            return Err(TableFault::Columns { line });
        };
        if name.is_empty() || source.is_empty() {
            return Err(TableFault::Columns { line });
        }
        let fault = |column| TableFault::Value { line, column };
        let digits = u8::try_from(key.len()).map_err(|_| fault("schluessel"))?;
        if !KEY_LENGTHS.contains(&digits) || !key.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(fault("schluessel"));
        }
        let day = |text: &str, open: Date, column| {
            if text.is_empty() { Ok(open) } else { text.parse::<Date>().map_err(|_| fault(column)) }
        };
        Ok(Self {
            holiday: holiday.parse().map_err(|_| fault("feiertag"))?,
            digits,
            key: key.parse().map_err(|_| fault("schluessel"))?,
            district: match district {
                "" => None,
                part => Some(part.parse().map_err(|_| fault("ortsteil"))?),
            },
            days: day(from, Date::MIN, "von")?..=day(to, Date::MAX, "bis")?,
            answer: match answer {
                "JA" => Membership::Holiday,
                "NEIN" => Membership::NoHoliday,
                "UNBEKANNT" => Membership::NotKnown,
                _ => return Err(fault("antwort")),
            },
        })
    }
}
