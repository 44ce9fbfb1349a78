//! What is wrong with a question, by option and with the way out.

use std::fmt::{self, Write as _};

use jiff::civil::Date;
use lotse_kernel::legal::{
    Calendar, LegalFault, Reason,
    place::{Land, PlaceError},
    read,
};

/// What is wrong with one option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Complaint {
    option: String,
    german: String,
    english: String,
}

impl Complaint {
    /// A complaint in both languages; each says the way out.
    pub(super) fn new(option: &str, german: impl Into<String>, english: impl Into<String>) -> Self {
        Self { option: option.to_owned(), german: german.into(), english: english.into() }
    }

    fn of(option: &str, fault: &LegalFault) -> Self {
        let (german, english) = hint(&fault.reason);
        Self::new(option, format!("{}{german}", fault.text_de()), format!("{}{english}", fault.text_en()))
    }
}

/// The way out, where the words of the fault do not name it.
fn hint(reason: &Reason) -> (String, String) {
    match reason {
        Reason::NoPlace(PlaceError::KeyShape | PlaceError::KeyLand) => {
            ("; zum Beispiel BY/09761000 oder nur BY".to_owned(), "; for example BY/09761000 or BY alone".to_owned())
        }
        Reason::NotAsked => ("; die Angabe weglassen".to_owned(), "; leave it out".to_owned()),
        _ => (String::new(), String::new()),
    }
}

/// Everything that is wrong with a question.
#[derive(Debug, Default)]
pub struct Complaints {
    found: Vec<Complaint>,
    is_english: bool,
}

impl Complaints {
    pub(super) fn new(is_english: bool) -> Self {
        Self { found: Vec::new(), is_english }
    }

    /// Notes a complaint.
    pub(super) fn add(&mut self, complaint: Complaint) {
        self.found.push(complaint);
    }

    /// Notes faults of the kernel, each under the option that `option` gives for its field.
    pub(super) fn note<'o>(&mut self, faults: impl IntoIterator<Item = LegalFault>, option: impl Fn(&str) -> &'o str) {
        for fault in faults {
            let option = option(&fault.field);
            // What is wrong with a placeholder was told already, and it says nothing about the order of days.
            let is_order = matches!(fault.reason, Reason::Before { .. } | Reason::After { .. });
            let is_told = self.found.iter().any(|told| told.option == option);
            if !is_told && (self.found.is_empty() || !is_order) {
                self.add(Complaint::of(option, &fault));
            }
        }
    }

    /// Reads a day; after a fault a placeholder, which [`Complaints::finish`] never lets out.
    pub(super) fn day(&mut self, option: &str, text: &str) -> Date {
        read::day(option, text).unwrap_or_else(|fault| {
            self.add(Complaint::of(option, &fault));
            jiff::civil::date(2026, 1, 1)
        })
    }

    /// Reads a day that may be left out.
    pub(super) fn optional_day(&mut self, option: &str, text: Option<&String>) -> Option<Date> {
        text.map(|text| self.day(option, text))
    }

    /// Reads a whole number within bounds.
    pub(super) fn number(&mut self, option: &str, text: &str, least: i64, most: i64) -> i32 {
        let read = read::number(option, text, least, most);
        let number = read.unwrap_or_else(|fault| {
            self.add(Complaint::of(option, &fault));
            least
        });
        i32::try_from(number).unwrap_or(i32::MAX)
    }

    /// Reads a place, written `BY`, `09761000`, `BY/09761000` or `SN/14625020/WARTHA`; `|` and `:` part it too.
    pub(super) fn calendar(&mut self, text: &str) -> Calendar {
        let parts: Vec<&str> = text.split(['/', '|', ':']).map(str::trim).collect();
        let (land, key, district) = match parts[..] {
            [only] if only.starts_with(|first: char| first.is_ascii_digit()) => ("", only, ""),
            [land] => (land, "", ""),
            [key, district] if key.starts_with(|first: char| first.is_ascii_digit()) => ("", key, district),
            [land, key] => (land, key, ""),
            [land, key, district] => (land, key, district),
            _ => {
                self.add(Complaint::new(
                    "--place",
                    "hat zu viele Teile; zum Beispiel BY/09761000",
                    "has too many parts; for example BY/09761000",
                ));
                return Calendar::Nation;
            }
        };
        let (land, district) = (land.to_uppercase(), district.to_uppercase());
        match read::place("place", &land, key, &district) {
            Ok(place) => place.map_or(Calendar::Nation, Calendar::Of),
            Err(faults) => {
                for fault in faults {
                    self.add(place_complaint(&fault));
                }
                Calendar::Nation
            }
        }
    }

    /// Lets the question out when nothing was wrong.
    ///
    /// # Errors
    /// Everything that was.
    pub(super) fn finish<T>(self, question: T) -> Result<T, Self> {
        if self.found.is_empty() { Ok(question) } else { Err(self) }
    }

    /// These complaints and one more.
    pub(super) fn with(mut self, complaint: Complaint) -> Self {
        self.add(complaint);
        self
    }
}

fn place_complaint(fault: &LegalFault) -> Complaint {
    match (fault.field.as_str(), fault.reason) {
        ("place.land", Reason::UnknownCode) => {
            let codes: Vec<_> = Land::ALL.iter().map(|land| land.code()).collect();
            let codes = codes.join(", ");
            Complaint::new(
                "--place",
                format!("das Land gibt es nicht; es gibt {codes}"),
                format!("there is no such Land; there are {codes}"),
            )
        }
        ("place.district", Reason::UnknownCode) => Complaint::new(
            "--place",
            "der Ortsteil ist keiner, in dem etwas anderes gilt; ANDERER_ORTSTEIL steht für alle übrigen",
            "no other holiday holds in that part; ANDERER_ORTSTEIL stands for all the rest",
        ),
        _ => Complaint::of("--place", fault),
    }
}

impl fmt::Display for Complaints {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let begin = if self.is_english { "this cannot be answered" } else { "so lässt sich das nicht beantworten" };
        let mut text = format!("{begin}:");
        for complaint in &self.found {
            let words = if self.is_english { &complaint.english } else { &complaint.german };
            write!(text, "\n  {}: {words}", complaint.option)?;
        }
        formatter.write_str(&text)
    }
}
