//! Builders of the tests that follow the end of care.

use jiff::civil::Date;

use super::text;
use crate::domain::{
    episode::{ContactRecord, EmploymentRecord},
    records::{Aftercare, ClosingNote, Employment, PersonView},
    vocabulary::{ContactOutcome, EndReason},
};

/// What is written at an end that is no lasting integration.
pub(in crate::domain::tests) fn closing_note(aftercare: Option<Aftercare>) -> ClosingNote {
    let is_funded = matches!(aftercare, Some(Aftercare::FundedJob { .. }));
    ClosingNote {
        reason: EndReason::AccessConditionsCeased,
        retrospective: text(),
        prospective: text(),
        person_view: PersonView::Stated(text()),
        stabilised: true,
        aftercare,
        onward_perspective: if is_funded { text() } else { String::new() },
        integrated_on: None,
        contacts_on: Vec::new(),
    }
}

/// What is written at an end with a lasting integration and without aftercare.
pub(in crate::domain::tests) fn integrated(on: Date) -> ClosingNote {
    ended_for(EndReason::LastingIntegration, on)
}

/// What is written at an end for a reason and without aftercare: with the day of the integration where that is the reason.
pub(in crate::domain::tests) fn ended_for(reason: EndReason, on: Date) -> ClosingNote {
    ClosingNote { reason, integrated_on: (reason == EndReason::LastingIntegration).then_some(on), ..closing_note(None) }
}

/// An end with aftercare to a set day and contacts planned for it.
pub(in crate::domain::tests) fn with_contacts(until: Date, contacts_on: &[Date]) -> ClosingNote {
    ClosingNote { contacts_on: contacts_on.to_vec(), ..closing_note(Some(Aftercare::SetDate { until })) }
}

/// What is answered for a month after an integration.
pub(in crate::domain::tests) fn answer(month: i32, employment: Employment) -> EmploymentRecord {
    EmploymentRecord { month, employment, note: text() }
}

/// A planned contact that was held.
pub(in crate::domain::tests) fn contact(number: i32, contacted_on: Date) -> ContactRecord {
    ContactRecord { number, outcome: ContactOutcome::Held, contacted_on, text: text() }
}
