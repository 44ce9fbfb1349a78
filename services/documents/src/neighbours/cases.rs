//! What cases knows: who may act for a case, and what stands in a letter.

use std::sync::Arc;

use futures::future::BoxFuture;
use jiff::civil::Date;
use lotse_letters::{Addressee, Contact, EndReason, Sender};
use lotse_platform::case_access::{CaseAccess, CasesError, RemoteCaseAccess};
use lotse_platform::channel::Peer;
use lotse_platform::fields::civil;
use lotse_proto::cases::{CaseFacts, GetLetterFactsRequest, LetterFacts as Answer};

use crate::domain::content::{EndFacts, LetterFacts};

/// Reads from cases, always before a transaction begins.
pub trait Cases: CaseAccess {
    /// What a letter to the person needs. Never remembered: it is social data.
    fn letter_facts<'a>(&'a self, case: &'a str, about: &'a str) -> BoxFuture<'a, Result<LetterFacts, CasesError>>;
}

/// Cases over its process API.
#[derive(Debug)]
pub struct RemoteCases {
    access: RemoteCaseAccess,
}

impl RemoteCases {
    /// Cases behind a channel.
    #[must_use]
    pub fn new(peer: Peer) -> Self {
        Self { access: RemoteCaseAccess::new(peer) }
    }
}

impl CaseAccess for RemoteCases {
    fn facts<'a>(&'a self, case: &'a str, subject: &'a str) -> BoxFuture<'a, Result<Arc<CaseFacts>, CasesError>> {
        self.access.facts(case, subject)
    }

    fn latest_facts<'a>(&'a self, case: &'a str) -> BoxFuture<'a, Result<Arc<CaseFacts>, CasesError>> {
        self.access.latest_facts(case)
    }
}

impl Cases for RemoteCases {
    fn letter_facts<'a>(&'a self, case: &'a str, about: &'a str) -> BoxFuture<'a, Result<LetterFacts, CasesError>> {
        Box::pin(async move {
            let request = GetLetterFactsRequest { case: case.to_owned(), cause: about.to_owned() };
            parse(self.access.client().get_letter_facts(request).await?.into_inner())
        })
    }
}

fn parse(answer: Answer) -> Result<LetterFacts, CasesError> {
    let ended_on = date("end_date", answer.end_date)?;
    let aftercare_until = date("aftercare_until_date", answer.aftercare_until_date)?;
    let end = ended_on.zip(EndReason::from_word(&answer.end_reason)).map(|(ended_on, reason)| EndFacts {
        ended_on,
        reason,
        aftercare_until,
    });
    Ok(LetterFacts {
        sender: Sender { name: answer.jobcenter_name, address_lines: answer.jobcenter_address_lines },
        addressee: Addressee { name: answer.person_name, address_lines: answer.person_address_lines },
        reference: answer.customer_number,
        officer: Contact { name: answer.officer_name, phone: answer.officer_phone, email: answer.officer_email },
        officer_name: answer.officer.parse().map_err(|_| CasesError::Malformed { field: "officer" })?,
        target_on: date("target_date", answer.target_date)?,
        due_on: date("due_date", answer.due_date)?,
        end,
        contact: Contact { name: answer.contact_name, phone: answer.contact_phone, email: String::new() },
    })
}

/// A real day; `None` when it is unset.
fn date(field: &'static str, day: Option<lotse_proto::Date>) -> Result<Option<Date>, CasesError> {
    day.map(|day| civil(&day).ok_or(CasesError::Malformed { field })).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn day(year: i32, month: i32, day: i32) -> lotse_proto::Date {
        lotse_proto::Date { year, month, day }
    }

    fn answer() -> Answer {
        Answer {
            officer: "jobcenters/musterstadt/staff/018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f".into(),
            target_date: Some(day(2026, 9, 9)),
            ..Answer::default()
        }
    }

    #[test]
    fn an_answer_is_read() {
        let facts = parse(answer()).unwrap();
        assert_eq!(facts.officer_name.to_string(), answer().officer);
        assert_eq!(facts.target_on, Some(jiff::civil::date(2026, 9, 9)));
        assert_eq!((facts.due_on, facts.end), (None, None));
        let ended = Answer { end_date: Some(day(2028, 3, 9)), end_reason: "NO_IMPROVEMENT".into(), ..answer() };
        assert_eq!(parse(ended).unwrap().end.map(|end| end.reason), Some(EndReason::NoImprovement));
        let technical = Answer { end_date: Some(day(2028, 3, 9)), ..answer() };
        assert_eq!(parse(technical).unwrap().end, None, "a technical end gets no letter");
    }

    #[test]
    fn what_breaks_the_contract_is_told_by_field() {
        let nobody = Answer { officer: "x".into(), ..answer() };
        assert!(matches!(parse(nobody), Err(CasesError::Malformed { field: "officer" })));
        let undated = Answer { due_date: Some(day(2026, 2, 30)), ..answer() };
        assert!(matches!(parse(undated), Err(CasesError::Malformed { field: "due_date" })));
    }
}
