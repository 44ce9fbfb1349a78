//! Versions of policies, with what a jobcenter may change in them.

use std::fmt::Write as _;

use jiff::civil::Date;
use lotse_kernel::{
    explanation::german_day,
    policy::{
        Book, OpenDuties, PolicyKey, PolicyVersion, Unit, Value,
        schema::{self, Field, Kind, Latitude},
    },
};
use serde::Serialize;

use super::{Explain, Unexplained, complaints::Complaint, json};

/// The shipped version that governs a fact of the day.
pub(super) fn shipped(explain: &Explain, key: PolicyKey, on: Date, today: Date) -> Result<String, Unexplained> {
    let book = Book::federal().map_err(anyhow::Error::from)?;
    let Some(version) = book.governing(key, on, today) else {
        let versions = book.versions().iter().filter(|version| version.key == key);
        let spans: Vec<_> = versions.map(|version| span(version, explain.english)).collect();
        let spans = spans.join(", ");
        return Err(explain.wrong(Complaint::new(
            "--on",
            format!("für den {} gilt keine Fassung; es gibt {spans}", german_day(on)),
            format!("no version holds for {on}; there are {spans}"),
        )));
    };
    told(explain, version)
}

/// The shipped versions of all keys.
pub(super) fn all_shipped(explain: &Explain, on: Date, today: Date) -> Result<String, Unexplained> {
    let book = Book::federal().map_err(anyhow::Error::from)?;
    let found = |key: &PolicyKey| (*key, book.governing(*key, on, today).cloned());
    all_told(explain, &PolicyKey::ALL.iter().map(found).collect::<Vec<_>>())
}

/// A version as it is printed.
pub(super) fn told(explain: &Explain, version: &PolicyVersion) -> Result<String, Unexplained> {
    if explain.json {
        json(&Cited { citation: version.citation(), version })
    } else {
        Ok(words(version, explain.english))
    }
}

/// A version with how it is cited.
#[derive(Debug, Serialize)]
struct Cited<'v> {
    citation: String,
    #[serde(flatten)]
    version: &'v PolicyVersion,
}

/// Keys with the citations of their versions, as they are printed; what is second-hand is marked.
pub(super) fn all_told(explain: &Explain, found: &[(PolicyKey, Option<PolicyVersion>)]) -> Result<String, Unexplained> {
    if explain.json {
        let row = |(key, version): &(PolicyKey, Option<PolicyVersion>)| {
            let citation = version.as_ref().map(PolicyVersion::citation);
            let unverified = version.as_ref().is_some_and(|version| version.unverified);
            serde_json::json!({ "key": key.code(), "citation": citation, "unverified": unverified })
        };
        return json(&found.iter().map(row).collect::<Vec<_>>());
    }
    let (none, mark) = if explain.english { ("no version", "unverified") } else { ("keine Fassung", "ungeprüft") };
    let mut text = String::new();
    for (key, version) in found {
        let cited = version.as_ref().map_or_else(|| none.to_owned(), PolicyVersion::citation);
        let mark = if version.as_ref().is_some_and(|version| version.unverified) { mark } else { "" };
        let _ = writeln!(text, "{}", format!("{:<22} {cited:<32} {mark}", key.code()).trim_end());
    }
    Ok(text)
}

/// From when to when a version holds.
fn span(version: &PolicyVersion, is_english: bool) -> String {
    match (version.valid_to, is_english) {
        (Some(last), false) => format!("{} bis {}", german_day(version.valid_from), german_day(last)),
        (None, false) => format!("ab {}", german_day(version.valid_from)),
        (Some(last), true) => format!("{} to {last}", version.valid_from),
        (None, true) => format!("from {}", version.valid_from),
    }
}

fn words(version: &PolicyVersion, is_english: bool) -> String {
    let say = |german: &'static str, english: &'static str| if is_english { english } else { german };
    let schema = schema::of(version.key);
    let mut text = format!("{}, {}\n\n", version.citation(), span(version, is_english));
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(text, "{label:<17} {value}");
    };
    line(say("Rechtsgrundlage", "Legal basis"), &version.legal_basis);
    line(say("Anforderung", "Requirement"), schema.requirement);
    let open_duties = match version.transition.open_duties {
        OpenDuties::Keep => say("offene Pflichten behalten ihre Fassung", "open duties keep their version"),
        OpenDuties::Replan => say("offene Pflichten werden neu berechnet", "open duties are computed again"),
    };
    let chosen = say("gewählt nach", "chosen by");
    line(say("Übergang", "Transition"), &format!("{chosen} {}; {open_duties}", version.transition.fact));
    if version.unverified {
        let mark = say("aus zweiter Hand, am Gesetzestext zu prüfen", "second-hand, to be checked against the law");
        line(say("Ungeprüft", "Unverified"), mark);
    }
    if !version.note.is_empty() {
        line(say("Hinweis", "Note"), &version.note);
    }
    text.push('\n');
    for field in schema.fields {
        let value = version.parameters.get(field.name).map(|value| value_words(value, field, is_english));
        let _ = writeln!(text, "{:<28} {:<24} {}", field.name, value.unwrap_or_default(), local(field, is_english));
    }
    text
}

fn value_words(value: &Value, field: &Field, is_english: bool) -> String {
    let unit = match field.kind {
        Kind::Number(unit, ..) | Kind::Numbers(unit, ..) => unit_words(unit, is_english),
        Kind::Code(_) | Kind::Flag => "",
    };
    let text = match (value, is_english) {
        (Value::Flag(flag), true) => if *flag { "yes" } else { "no" }.to_owned(),
        (Value::Flag(flag), false) => if *flag { "ja" } else { "nein" }.to_owned(),
        (Value::Number(number), _) => number.to_string(),
        (Value::Numbers(numbers), _) => numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        (Value::Code(code), _) => code.clone(),
    };
    format!("{text} {unit}").trim_end().to_owned()
}

const fn unit_words(unit: Unit, is_english: bool) -> &'static str {
    match (unit, is_english) {
        (Unit::Months, false) => "Monate",
        (Unit::Months, true) => "months",
        (Unit::Weeks, false) => "Wochen",
        (Unit::Weeks, true) => "weeks",
        (Unit::Days, false) => "Tage",
        (Unit::Days, true) => "days",
        (Unit::WorkingDays, false) => "Arbeitstage",
        (Unit::WorkingDays, true) => "working days",
        (Unit::Count, _) => "",
        (Unit::Percent, _) => "%",
    }
}

/// How far a jobcenter may go.
fn local(field: &Field, is_english: bool) -> String {
    match (field.latitude, is_english) {
        (Latitude::Fixed, false) => "bundesweit fest".to_owned(),
        (Latitude::Fixed, true) => "set by federal policy".to_owned(),
        (Latitude::Within(least, most), false) => format!("örtlich {least} bis {most}"),
        (Latitude::Within(least, most), true) => format!("locally {least} to {most}"),
        (Latitude::Free, false) => "örtlich frei".to_owned(),
        (Latitude::Free, true) => "free locally".to_owned(),
    }
}
