//! What follows the end of care, as the contract shows it: planned contacts, and the months after an integration into work.

use jiff::civil::Date;
use lotse_platform::fields::Fields;
use lotse_proto::cases as contract;

use crate::{
    convert,
    convert_episode::{day, number},
    domain::{
        episode::{ContactRecord, EmploymentRecord},
        records::{ClosingRecord, Employment, EmploymentAnswer, EmploymentMonth, Integration, PlannedContact},
        vocabulary::EmploymentStatus,
    },
};

/// The most contacts that are planned at once.
const MOST_CONTACTS: usize = 24;

/// Reads the days on which contact is planned.
pub fn days(fields: &mut Fields, path: &str, told: &[lotse_proto::Date]) -> Vec<Date> {
    fields.at_most(path, told.len(), MOST_CONTACTS);
    told.iter().enumerate().map(|(at, day)| fields.date(&format!("{path}[{at}]"), Some(day))).collect()
}

/// Reads what became of a planned contact. `None` goes with at least one violation.
pub fn contact(fields: &mut Fields, request: &contract::RecordAftercareContactRequest) -> Option<ContactRecord> {
    let code = contract::ContactOutcome::as_str_name;
    let number = fields.number("number", request.number, 1..=i32::MAX);
    let outcome = convert::parse_code(fields, "outcome", request.outcome, "CONTACT_OUTCOME_", code);
    let contacted_on = fields.date("contact_date", request.contact_date.as_ref());
    let text = fields.text("text", &request.text, 1..=2000);
    Some(ContactRecord { number, outcome: outcome?, contacted_on, text })
}

/// Reads an answer for a month after an integration. `None` goes with at least one violation.
pub fn answer(fields: &mut Fields, request: &contract::RecordEmploymentStatusRequest) -> Option<EmploymentRecord> {
    let month = fields.number("month", request.month, 1..=24);
    let told = fields.required("answer", request.answer.as_ref())?;
    let code = contract::EmploymentStatus::as_str_name;
    let status = convert::parse_code(fields, "answer.status", told.status, "EMPLOYMENT_STATUS_", code);
    let least = usize::from(status == Some(EmploymentStatus::Unknown));
    let note = fields.text("answer.note", &told.note, least..=2000);
    let field = "answer.not_employed_since_date";
    let since = told.not_employed_since_date.as_ref();
    let status = status?;
    if status != EmploymentStatus::NotEmployed && since.is_some() {
        fields.violation(field, "is for NOT_EMPLOYED only");
    }
    let employment = match status {
        EmploymentStatus::SameJob => Employment::SameJob,
        EmploymentStatus::OtherJob => Employment::OtherJob,
        EmploymentStatus::NotEmployed => Employment::Without { since: fields.date(field, since) },
        EmploymentStatus::Unknown => Employment::Unknown,
    };
    Some(EmploymentRecord { month, employment, note })
}

/// The contacts that were planned, as clients see them.
#[must_use]
pub fn contacts(closing: &ClosingRecord) -> Vec<contract::AftercareContact> {
    let shown = |contact: &PlannedContact| {
        let made = contact.made.as_ref();
        contract::AftercareContact {
            number: contact.number,
            planned_date: day(contact.planned_on),
            agreement_date: day(contact.agreed_on),
            outcome: made.map_or(0, |made| number!(contract::ContactOutcome, "CONTACT_OUTCOME_", made.outcome)),
            contact_date: made.and_then(|made| day(made.contacted_on)),
            text: made.map(|made| made.text.clone()).unwrap_or_default(),
            recorder: made.map(|made| made.recorded_by.to_string()).unwrap_or_default(),
        }
    };
    closing.contacts.iter().map(shown).collect()
}

/// An integration into work and its months, as clients see them.
#[must_use]
pub fn employment(integration: &Integration) -> contract::EmploymentAfterIntegration {
    contract::EmploymentAfterIntegration {
        integration_date: day(integration.integrated_on),
        months: integration.months.iter().zip(1..).map(|(month, number)| self::month(month, number)).collect(),
        continuous: number!(contract::EmploymentContinuity, "EMPLOYMENT_CONTINUITY_", integration.continuity()),
    }
}

fn month(month: &EmploymentMonth, number: i32) -> contract::EmploymentMonth {
    let answer = |answer: &EmploymentAnswer| contract::EmploymentAnswer {
        status: number!(contract::EmploymentStatus, "EMPLOYMENT_STATUS_", answer.employment.status()),
        not_employed_since_date: match answer.employment {
            Employment::Without { since } => day(since),
            Employment::SameJob | Employment::OtherJob | Employment::Unknown => None,
        },
        note: answer.note.clone(),
        answer_date: day(answer.answered_on),
        recorder: answer.recorded_by.to_string(),
    };
    contract::EmploymentMonth {
        month: number,
        last_date: day(month.ends_on),
        answers: month.answers.iter().map(answer).collect(),
    }
}
