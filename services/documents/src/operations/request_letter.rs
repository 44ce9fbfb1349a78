//! `LetterService.RequestLetter`: somebody asks for a letter; its delivery begins with the same commit.

use jiff::civil::{Date, Time};
use lotse_kernel::names::{CaseName, LetterName};
use lotse_letters::{FaultKind, LetterKind, line_fault, text_fault};
use lotse_platform::authorization::Act;
use lotse_platform::failure::{Failure, Fault, OperationError};
use lotse_platform::fields::{Fields, parse_name};
use lotse_platform::principal::Caller;
use lotse_platform::unit::Claim;
use lotse_proto::documents::{self as contract, ErrorReason, Letter, RequestLetterRequest};
use tonic::Code;
use tonic_types::FieldViolation;
use uuid::Uuid;

use super::{fault, legal_ground};
use crate::access::key_failure;
use crate::domain::cause::Cause;
use crate::domain::content::{Meeting, Words};
use crate::domain::letter::{self, Draft, LetterState};
use crate::store::letters;
use crate::vault::{Label, Purpose};
use crate::{Documents, convert, events};

/// The act.
#[derive(Debug, Clone, Copy)]
pub struct RequestLetter;

impl Act for RequestLetter {
    const NAME: &'static str = "RequestLetter";
}

/// Why a letter was not requested.
#[derive(Debug, thiserror::Error)]
pub enum RequestLetterError {
    /// What any operation may meet.
    #[error(transparent)]
    Common(#[from] Failure),
    /// Neither the request nor the case tells what the letter is about.
    #[error("the case has no episode that this letter could be about")]
    EpisodeMissing,
}

impl OperationError for RequestLetterError {
    fn fault(&self) -> Fault {
        match self {
            Self::Common(failure) => failure.fault(),
            Self::EpisodeMissing => fault(Code::FailedPrecondition, ErrorReason::EpisodeMissing),
        }
    }
}

/// A request that was read.
struct Wish {
    kind: LetterKind,
    about: Option<Cause>,
    words: Words,
    request_id: Uuid,
}

/// Requests a letter.
///
/// # Errors
/// [`RequestLetterError`].
pub async fn handle(
    documents: &Documents,
    caller: &Caller,
    request: RequestLetterRequest,
) -> Result<Letter, RequestLetterError> {
    let case: CaseName = parse_name("parent", &request.parent)?;
    let (mut unit, proof, facts) = documents.enter::<RequestLetter>(caller, &case, case.to_string()).await?;
    let wish = parse(&request, &case, unit.today())?;

    let name = LetterName::new(case, unit.new_id());
    if let Claim::Seen { resource } = unit.claim(wish.request_id, &request, &name.to_string()).await? {
        return Ok(seen(&mut unit, proof, &resource).await?);
    }
    let about = wish.about.or_else(|| facts.current_episode.parse().ok()).ok_or(RequestLetterError::EpisodeMissing)?;
    if wish.kind == LetterKind::ReviewInvitation && wish.words.appointment.is_none() && about.duty().is_none() {
        return Err(undated().into());
    }
    let letter = new_letter(documents, name, wish.kind, about, &wish.words)?;
    letters::insert(&mut unit, proof, &letter, None).await?;
    events::requested(&mut unit, &letter, !documents.desk.clock.is_simulated())?;
    let stored = letters::Stored { created_at: unit.now(), letter };
    unit.commit(&stored.letter.name.to_string(), legal_ground(wish.kind)).await?;
    Ok(convert::letter(stored))
}

/// The letter that the first request of this id made, as it is now.
pub(super) async fn seen<A: Act>(
    unit: &mut lotse_platform::unit::Unit,
    proof: lotse_platform::authorization::Authorized<A>,
    resource: &str,
) -> Result<Letter, Failure> {
    let name: LetterName = parse_name("name", resource)?;
    let stored =
        letters::find(unit, proof, &name).await?.ok_or_else(|| Failure::NotFound { name: name.to_string() })?;
    Ok(convert::letter(stored))
}

/// A new letter, its words sealed.
pub(super) fn new_letter(
    documents: &Documents,
    name: LetterName,
    kind: LetterKind,
    cause: Cause,
    words: &Words,
) -> Result<letter::Letter, Failure> {
    let label = Label { jobcenter: name.jobcenter().as_str(), document: name.id(), purpose: Purpose::Draft };
    let text = serde_json::to_vec(words).map_err(|error| Failure::Defect(format!("words of a letter: {error}")))?;
    let sealed = documents.files.vault().seal(label, &text).map_err(|error| key_failure(&error))?;
    let state = LetterState::Requested(Draft { ciphertext: sealed.ciphertext, key: sealed.key });
    Ok(letter::Letter { name, kind, cause, state, version: 1, event_seq: 1 })
}

/// An episode alone does not say until when a talk is to be held.
fn undated() -> Failure {
    Failure::Fields(vec![FieldViolation::new("appointment", "is required unless `cause` is a duty")])
}

fn parse(request: &RequestLetterRequest, case: &CaseName, today: Date) -> Result<Wish, Failure> {
    let mut fields = Fields::new();
    let kind = convert::letter_kind(fields.choice("kind", request.kind)).unwrap_or(LetterKind::ReviewInvitation);
    let about = cause(&mut fields, &request.cause, case);
    if let Some(fault) = text_fault(&request.message) {
        fields.violation("message", described(fault));
    }
    let appointment = request.appointment.as_ref().and_then(|appointment| meeting(&mut fields, appointment, today));
    if request.appointment.is_some() && request.kind == i32::from(contract::LetterKind::Closing) {
        fields.violation("appointment", "is for LETTER_KIND_REVIEW_INVITATION only");
    }
    let request_id = fields.request_id(&request.request_id);
    let words = Words { appointment, message: request.message.clone() };
    fields.finish(Wish { kind, about, words, request_id })
}

/// What the letter is about; empty means the running episode.
pub(super) fn cause(fields: &mut Fields, text: &str, case: &CaseName) -> Option<Cause> {
    if text.is_empty() {
        return None;
    }
    let about = fields.name::<Cause>("cause", text)?;
    if about.case() != case {
        fields.violation("cause", "must be an episode or a duty of this case");
    }
    Some(about)
}

fn meeting(fields: &mut Fields, appointment: &contract::Appointment, today: Date) -> Option<Meeting> {
    let on = fields.date("appointment.date", appointment.date.as_ref());
    if on != Date::ZERO && on < today {
        fields.violation("appointment.date", "must not lie in the past");
    }
    if let Some(fault) = line_fault(&appointment.place) {
        fields.violation("appointment.place", described(fault));
    }
    let Some(at) = local_time(&appointment.local_time) else {
        fields.violation("appointment.local_time", "must have the form HH:MM");
        return None;
    };
    Some(Meeting { on, at, place: appointment.place.clone() })
}

fn local_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let two = |part: &str| digits(part).then(|| part.parse::<i8>().ok()).flatten();
    Time::new(two(hour)?, two(minute)?, 0, 0).ok()
}

fn described(fault: FaultKind) -> String {
    match fault {
        FaultKind::Empty => "must not be empty".to_owned(),
        FaultKind::TooLong { limit } => format!("must have at most {limit} characters"),
        FaultKind::NotPrintable => "holds a character that cannot be printed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_two_digits_twice() {
        assert_eq!(local_time("09:05"), Time::new(9, 5, 0, 0).ok());
        for text in ["", "9:05", "24:00", "12:60", "+9:05", "09:05:00", "aa:bb"] {
            assert_eq!(local_time(text), None, "{text}");
        }
    }
}
