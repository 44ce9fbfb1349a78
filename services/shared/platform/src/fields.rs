//! Reads the fields of a request into values that cannot be wrong, and collects every violation before giving up.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use jiff::{Timestamp, civil::Date};
use tonic_types::FieldViolation;
use uuid::Uuid;

use crate::failure::Failure;

/// Seconds since 1970 of the instants a request may name: 1900-01-01 to 2200-12-31 in universal time.
const SENSIBLE_SECONDS: RangeInclusive<i64> = -2_208_988_800..=7_289_654_399;

/// Collects violations while a request is read. A reader returns a placeholder after a violation, which `finish` never lets out.
#[derive(Debug, Default)]
pub struct Fields {
    violations: Vec<FieldViolation>,
}

impl Fields {
    /// Starts with nothing found.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a violation of `field`.
    pub fn violation(&mut self, field: impl Into<String>, description: impl Into<String>) {
        self.violations.push(FieldViolation::new(field, description));
    }

    /// Text of so many characters, without control characters other than line breaks; surrounding white space is dropped.
    pub fn text(&mut self, field: &str, value: &str, characters: RangeInclusive<usize>) -> String {
        let trimmed = value.trim();
        let length = trimmed.chars().count();
        if !characters.contains(&length) {
            let (least, most) = (characters.start(), characters.end());
            self.violation(field, format!("must have {least} to {most} characters, has {length}"));
        } else if trimmed.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.violation(field, "must not contain control characters");
        }
        trimmed.to_owned()
    }

    /// One line of text.
    pub fn line(&mut self, field: &str, value: &str, characters: RangeInclusive<usize>) -> String {
        if value.trim().contains('\n') {
            self.violation(field, "must be one line");
            return value.trim().to_owned();
        }
        self.text(field, value, characters)
    }

    /// An e-mail address, as far as its form tells: one line with an `@`.
    pub fn email(&mut self, field: &str, value: &str) -> String {
        let before = self.violations.len();
        let email = self.line(field, value, 3..=254);
        if self.violations.len() == before && !email.contains('@') {
            self.violation(field, "must be an e-mail address");
        }
        email
    }

    /// Several lines of an address.
    pub fn lines(
        &mut self,
        field: &str,
        values: &[String],
        lines: RangeInclusive<usize>,
        characters: RangeInclusive<usize>,
    ) -> Vec<String> {
        if !lines.contains(&values.len()) {
            self.violation(
                field,
                format!("must have {} to {} lines, has {}", lines.start(), lines.end(), values.len()),
            );
            return Vec::new();
        }
        values
            .iter()
            .enumerate()
            .map(|(i, value)| self.line(&format!("{field}[{i}]"), value, characters.clone()))
            .collect()
    }

    /// A slug: `[a-z][a-z0-9-]*` of at most so many characters.
    pub fn slug(&mut self, field: &str, value: &str, most: usize) -> String {
        let fits = !value.is_empty()
            && value.len() <= most
            && value.starts_with(|c: char| c.is_ascii_lowercase())
            && value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !fits {
            self.violation(field, format!("must be 1 to {most} characters a-z, 0-9 or -, beginning with a letter"));
        }
        value.to_owned()
    }

    /// A list of at most so many entries.
    pub fn at_most(&mut self, field: &str, entries: usize, most: usize) {
        if entries > most {
            self.violation(field, format!("must have at most {most} entries, has {entries}"));
        }
    }

    /// A whole number within bounds.
    pub fn number(&mut self, field: &str, value: i32, bounds: RangeInclusive<i32>) -> i32 {
        if !bounds.contains(&value) {
            self.violation(field, format!("must be {} to {}", bounds.start(), bounds.end()));
        }
        value
    }

    /// A required civil date: a real day of the calendar between 1900 and 2200.
    pub fn date(&mut self, field: &str, value: Option<&lotse_proto::Date>) -> Date {
        if let Some(value) = value {
            return self.real_day(field, value).unwrap_or(Date::ZERO);
        }
        self.violation(field, "is required");
        Date::ZERO
    }

    /// A civil date that may be missing.
    pub fn optional_date(&mut self, field: &str, value: Option<&lotse_proto::Date>) -> Option<Date> {
        value.and_then(|value| self.real_day(field, value))
    }

    fn real_day(&mut self, field: &str, value: &lotse_proto::Date) -> Option<Date> {
        let day = civil(value).filter(|day| (1900..=2200).contains(&day.year()));
        if day.is_none() {
            self.violation(field, "must be a real day between 1900 and 2200");
        }
        day
    }

    /// A required instant between the years 1900 and 2200, so that no date computed from it leaves the calendar.
    pub fn instant(&mut self, field: &str, value: Option<&prost_types::Timestamp>) -> Timestamp {
        let Some(value) = value else {
            self.violation(field, "is required");
            return Timestamp::UNIX_EPOCH;
        };
        let found = (0..1_000_000_000).contains(&value.nanos).then(|| Timestamp::new(value.seconds, value.nanos).ok());
        let found = found.flatten().filter(|at| SENSIBLE_SECONDS.contains(&at.as_second()));
        found.unwrap_or_else(|| {
            self.violation(field, "must be an instant between 1900 and 2200");
            Timestamp::UNIX_EPOCH
        })
    }

    /// A value of a protobuf enum other than its zero. `value` is the generated type's `try_from` result.
    pub fn choice<E: TryFrom<i32> + Default + PartialEq>(&mut self, field: &str, value: i32) -> E {
        match E::try_from(value) {
            Ok(known) if known != E::default() => known,
            _ => {
                self.violation(field, "must be one of the known values");
                E::default()
            }
        }
    }

    /// The client's UUID that makes a write repeatable (AIP-155).
    pub fn request_id(&mut self, value: &str) -> Uuid {
        Uuid::from_str(value).unwrap_or_else(|_| {
            self.violation("request_id", "must be a UUID chosen by the client");
            Uuid::nil()
        })
    }

    /// The etag last read, as the version it stands for.
    pub fn etag(&mut self, value: &str) -> i64 {
        crate::etag::parse(value).unwrap_or_else(|| {
            self.violation("etag", "must be the etag last read");
            0
        })
    }

    /// A resource name of the given type.
    pub fn name<N: FromStr>(&mut self, field: &str, value: &str) -> Option<N>
    where
        N::Err: Display,
    {
        match N::from_str(value) {
            Ok(name) => Some(name),
            Err(error) => {
                self.violation(field, error.to_string());
                None
            }
        }
    }

    /// A required message field.
    pub fn required<'a, T>(&mut self, field: &str, value: Option<&'a T>) -> Option<&'a T> {
        if value.is_none() {
            self.violation(field, "is required");
        }
        value
    }

    /// Lets the values out when nothing was wrong.
    ///
    /// # Errors
    /// [`Failure::Fields`] with every violation.
    pub fn finish<T>(self, values: T) -> Result<T, Failure> {
        if self.violations.is_empty() { Ok(values) } else { Err(Failure::Fields(self.violations)) }
    }
}

/// Reads one resource name, on which everything else of an operation depends.
///
/// # Errors
/// [`Failure::Fields`] when it is not a name of that type.
pub fn parse_name<N: FromStr>(field: &str, value: &str) -> Result<N, Failure>
where
    N::Err: Display,
{
    N::from_str(value).map_err(|error| Failure::Fields(vec![FieldViolation::new(field, error.to_string())]))
}

/// Reads the business time a workflow brings along, which is needed to begin at all.
///
/// # Errors
/// [`Failure::Fields`] when it is missing or not between 1900 and 2200.
pub fn business_time(value: Option<&prost_types::Timestamp>) -> Result<Timestamp, Failure> {
    let mut fields = Fields::new();
    let at = fields.instant("business_time", value);
    fields.finish(at)
}

/// The civil date of a contract date; `None` when there is no such day.
#[must_use]
pub fn civil(value: &lotse_proto::Date) -> Option<Date> {
    Date::new(i16::try_from(value.year).ok()?, i8::try_from(value.month).ok()?, i8::try_from(value.day).ok()?).ok()
}

/// The contract's form of a civil date.
#[must_use]
pub fn contract_date(day: Date) -> lotse_proto::Date {
    lotse_proto::Date { year: i32::from(day.year()), month: i32::from(day.month()), day: i32::from(day.day()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_violation_is_listed() {
        let mut fields = Fields::new();
        fields.text("a", "", 1..=10);
        fields.line("b", "x\ny", 1..=10);
        fields.date("c", Some(&lotse_proto::Date { year: 2026, month: 6, day: 31 }));
        fields.date("d", None);
        fields.slug("e", "Ü", 10);
        fields.request_id("x");
        fields.etag("7");
        fields.instant("f", None);
        fields.instant("g", Some(&prost_types::Timestamp { seconds: 0, nanos: -1 }));
        fields.instant("h", Some(&prost_types::Timestamp { seconds: 7_289_654_400, nanos: 0 }));
        let Err(Failure::Fields(found)) = fields.finish(()) else { panic!("there are violations") };
        assert_eq!(
            found.iter().map(|v| v.field.as_str()).collect::<Vec<_>>(),
            ["a", "b", "c", "d", "e", "request_id", "etag", "f", "g", "h"]
        );
    }
}
