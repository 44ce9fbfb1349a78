//! The clock's answers as clients see them.

use jiff::civil::{Date, Weekday};
use lotse_kernel::{
    deadlines::named::TimerAnswer,
    explanation::Explanation,
    legal::{Calendar, computation::Computed, day::DayAnswer, holidays::Holiday},
    policy::{Book, PolicyVersion},
};
use lotse_platform::{convert, fields::contract_date};
use lotse_proto::cases as contract;

/// The place whose holidays counted; nothing for the whole country.
#[must_use]
pub fn place(calendar: Calendar) -> Option<contract::Place> {
    let Calendar::Of(place) = calendar else { return None };
    Some(contract::Place {
        land: place.land().to_string(),
        municipality: place.municipality().map(|key| key.to_string()).unwrap_or_default(),
        district: place.district().map(|part| part.to_string()).unwrap_or_default(),
    })
}

/// A date with its reasons.
#[must_use]
pub fn explained(explanation: &Explanation, calendar: Calendar) -> contract::ComputedDeadline {
    contract::ComputedDeadline {
        explanation: Some(convert::explanation(explanation)),
        place: place(calendar),
        line_de: explanation.line_de(),
        line_en: explanation.line_en(),
        ..Default::default()
    }
}

/// The end of a period, for which no rule says when something may be done.
#[must_use]
pub fn period(computed: &Computed, calendar: Calendar) -> contract::ComputedDeadline {
    explained(&computed.explanation, calendar)
}

/// A timer's dates, under the versions of a book.
#[must_use]
pub fn timer(answer: &TimerAnswer<'_>, book: &Book, calendar: Calendar) -> contract::ComputedDeadline {
    contract::ComputedDeadline {
        opens_date: answer.opens_on.map(contract_date),
        reminds_date: answer.reminds_on.map(contract_date),
        policy: answer.policy.map(|version| policy(version, book)),
        ..explained(&answer.explanation, calendar)
    }
}

/// The last day for an objection, and why the act counts as known on its day.
#[must_use]
pub fn objection(last: &Explanation, known: Option<&Explanation>, calendar: Calendar) -> contract::ComputedDeadline {
    contract::ComputedDeadline { notice: known.map(convert::explanation), ..explained(last, calendar) }
}

fn policy(version: &PolicyVersion, book: &Book) -> contract::GoverningPolicy {
    contract::GoverningPolicy {
        citation: version.citation(),
        valid_from_date: Some(contract_date(version.valid_from)),
        valid_to_date: book.reach(version).and_then(|reach| reach.to).map(contract_date),
        unverified: version.unverified,
        note_de: version.note.clone(),
    }
}

/// A holiday, or a day that may be one.
#[must_use]
pub fn holiday(date: Date, holiday: Holiday, calendar: Calendar, not_known: bool) -> contract::HolidayEntry {
    contract::HolidayEntry {
        date: Some(contract_date(date)),
        code: holiday.to_string(),
        name_de: holiday.german().to_owned(),
        name_en: holiday.english().to_owned(),
        legal_basis: calendar.legal_basis(holiday, date.year()).to_owned(),
        not_known,
    }
}

/// What a day is.
#[must_use]
pub fn day(answer: &DayAnswer) -> contract::DateExplanation {
    let certain = answer.holiday().map(|found| (found, false));
    let found = certain.or_else(|| answer.doubt.map(|found| (found, true)));
    contract::DateExplanation {
        date: Some(contract_date(answer.date)),
        place: place(answer.calendar),
        weekday: weekday(answer.weekday()).into(),
        working_day: answer.is_working_day(),
        holiday: found.map(|(found, not_known)| holiday(answer.date, found, answer.calendar, not_known)),
        previous_working_date: Some(contract_date(answer.previous_working_day)),
        next_working_date: Some(contract_date(answer.next_working_day)),
        legal_basis: answer.legal_basis().to_owned(),
        text_de: answer.text_de(),
        text_en: answer.text_en(),
    }
}

const fn weekday(weekday: Weekday) -> contract::Weekday {
    match weekday {
        Weekday::Monday => contract::Weekday::Monday,
        Weekday::Tuesday => contract::Weekday::Tuesday,
        Weekday::Wednesday => contract::Weekday::Wednesday,
        Weekday::Thursday => contract::Weekday::Thursday,
        Weekday::Friday => contract::Weekday::Friday,
        Weekday::Saturday => contract::Weekday::Saturday,
        Weekday::Sunday => contract::Weekday::Sunday,
    }
}
