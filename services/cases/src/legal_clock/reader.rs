//! Collects what is wrong with a question: the contract's fields and the kernel's faults, each field once.

use std::{ops::RangeInclusive, str::FromStr};

use jiff::civil::{Date, date};
use lotse_kernel::legal::{LegalFault, Reason, place::Place, read};
use lotse_platform::{failure::Failure, fields::Fields};
use lotse_proto::cases as contract;

use crate::convert::parse_code;

/// Stands for a day that cannot be read; never let out.
const PLACEHOLDER: Date = date(2026, 1, 1);

/// Whose holidays are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedPlace {
    /// Those of the jobcenter's own place.
    Own,
    /// Those that all Länder keep.
    WholeCountry,
    /// Those of another place.
    At(Place),
}

/// Reads the fields of a question. After a fault a placeholder stands for what cannot be read; [`Reader::finish`] never lets it out.
#[derive(Debug, Default)]
pub struct Reader {
    fields: Fields,
    /// Fields of days that cannot be read and were told already.
    unread: Vec<String>,
}

impl Reader {
    /// Notes what is wrong with a field.
    pub fn violation(&mut self, field: &str, description: &str) {
        if !self.unread.iter().any(|told| told == field) {
            self.fields.violation(field, description);
        }
    }

    /// Notes what the kernel finds wrong, each fault under the contract's name of its field. A field is told once, and nothing is
    /// said of the order of days of which one cannot be read.
    pub fn note(&mut self, faults: impl IntoIterator<Item = LegalFault>, path: impl Fn(&str) -> String) {
        for fault in faults {
            let field = path(&fault.field);
            let is_order = matches!(fault.reason, Reason::Before { .. } | Reason::After { .. });
            if !self.unread.contains(&field) && (self.unread.is_empty() || !is_order) {
                self.fields.violation(field, fault.text_en());
            }
        }
    }

    /// A place.
    pub fn place(&mut self, place: Option<&contract::Place>) -> AskedPlace {
        let Some(told) = place else { return AskedPlace::Own };
        match read::place("place", &told.land, &told.municipality, &told.district) {
            Ok(place) => place.map_or(AskedPlace::WholeCountry, AskedPlace::At),
            Err(faults) => {
                self.note(faults, str::to_owned);
                AskedPlace::WholeCountry
            }
        }
    }

    /// A required day between 1900 and 2199.
    pub fn day(&mut self, field: &str, value: Option<&lotse_proto::Date>) -> Date {
        if value.is_none() {
            self.unread.push(field.to_owned());
            self.fields.violation(field, "is required");
        }
        self.optional_day(field, value).unwrap_or(PLACEHOLDER)
    }

    /// A day that may be missing.
    pub fn optional_day(&mut self, field: &str, value: Option<&lotse_proto::Date>) -> Option<Date> {
        let read = civil(value?).and_then(|day| read::known_day(field, day).map_err(|fault| fault.reason));
        Some(read.unwrap_or_else(|reason| {
            self.unread.push(field.to_owned());
            self.fields.violation(field, LegalFault::new(field, reason).text_en());
            PLACEHOLDER
        }))
    }

    /// A whole number within bounds.
    pub fn number(&mut self, field: &str, value: i32, bounds: RangeInclusive<i32>) -> i32 {
        self.fields.number(field, value, bounds)
    }

    /// A required value of an enumeration of the contract.
    pub fn choice<E: TryFrom<i32> + Default + PartialEq>(&mut self, field: &str, value: i32) -> E {
        self.fields.choice(field, value)
    }

    /// A required value of an enumeration, as the kernel's own.
    pub fn code<E, D: FromStr>(
        &mut self,
        field: &str,
        value: i32,
        prefix: &str,
        name: fn(&E) -> &'static str,
    ) -> Option<D>
    where
        E: TryFrom<i32> + Default + PartialEq,
    {
        parse_code(&mut self.fields, field, value, prefix, name)
    }

    /// A value of an enumeration that may be left out.
    pub fn optional_code<E, D: FromStr>(
        &mut self,
        field: &str,
        value: i32,
        prefix: &str,
        name: fn(&E) -> &'static str,
    ) -> Option<D>
    where
        E: TryFrom<i32> + Default + PartialEq,
    {
        if value == 0 { None } else { self.code(field, value, prefix, name) }
    }

    /// Lets the values out when nothing was wrong.
    ///
    /// # Errors
    /// [`Failure::Fields`] with everything that was.
    pub fn finish<T>(self, values: T) -> Result<T, Failure> {
        self.fields.finish(values)
    }
}

fn civil(value: &lotse_proto::Date) -> Result<Date, Reason> {
    let year = i16::try_from(value.year).map_err(|_| Reason::OutsideCalendar)?;
    let (Ok(month), Ok(day)) = (i8::try_from(value.month), i8::try_from(value.day)) else {
        return Err(Reason::NotADate);
    };
    Date::new(year, month, day).map_err(|_| Reason::NoSuchDay { year, month, day })
}
