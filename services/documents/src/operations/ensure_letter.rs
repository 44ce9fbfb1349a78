//! `LetterProcessService.EnsureLetter`: sees to it that the letter a procedure wants exists, one per cause, kind and issue.

use lotse_kernel::names::{CaseName, LetterName};
use lotse_letters::LetterKind;
use lotse_platform::authorization::Act;
use lotse_platform::failure::Failure;
use lotse_platform::fields::{Fields, business_time, parse_name};
use lotse_platform::principal::Caller;
use lotse_platform::unit::Claim;
use lotse_proto::documents::{EnsureLetterRequest, Letter};
use uuid::Uuid;

use super::legal_ground;
use super::request_letter::{cause, new_letter, seen};
use crate::domain::cause::Cause;
use crate::domain::content::Words;
use crate::store::letters;
use crate::{Documents, convert, events};

/// The act.
#[derive(Debug, Clone, Copy)]
pub struct EnsureLetter;

impl Act for EnsureLetter {
    const NAME: &'static str = "EnsureLetter";
}

/// Sees to it that the letter exists.
///
/// # Errors
/// [`Failure`].
pub async fn handle(documents: &Documents, caller: &Caller, request: EnsureLetterRequest) -> Result<Letter, Failure> {
    let case: CaseName = parse_name("parent", &request.parent)?;
    let now = business_time(request.business_time.as_ref())?;
    let (mut unit, proof) = documents.enter_process::<EnsureLetter>(caller, &case, case.to_string(), now).await?;
    let (kind, about, issue, request_id) = parse(&request, &case)?;

    let there = letters::wanted(&mut unit, proof, &case, &about, (kind, issue)).await?;
    let name = there.clone().unwrap_or_else(|| LetterName::new(case.clone(), unit.new_id()));
    // A step that is taken again has the same id at a later time of its workflow.
    let timeless = EnsureLetterRequest { business_time: None, ..request.clone() };
    if let Claim::Seen { resource } = unit.claim(request_id, &timeless, &name.to_string()).await? {
        return seen(&mut unit, proof, &resource).await;
    }
    if there.is_some() {
        let letter = seen(&mut unit, proof, &name.to_string()).await?;
        unit.commit(&letter.name, legal_ground(kind)).await?;
        return Ok(letter);
    }
    let letter = new_letter(documents, name, kind, about, &Words::default())?;
    if !letters::insert(&mut unit, proof, &letter, Some(issue)).await? {
        // Another request wrote it a moment ago; the next attempt finds it.
        return Err(Failure::Unavailable { dependency: "database" });
    }
    events::requested(&mut unit, &letter, !documents.desk.clock.is_simulated())?;
    let stored = letters::Stored { created_at: unit.now(), letter };
    unit.commit(&stored.letter.name.to_string(), legal_ground(kind)).await?;
    Ok(convert::letter(stored))
}

fn parse(request: &EnsureLetterRequest, case: &CaseName) -> Result<(LetterKind, Cause, i32, Uuid), Failure> {
    let mut fields = Fields::new();
    let kind = convert::letter_kind(fields.choice("kind", request.kind)).unwrap_or(LetterKind::ReviewInvitation);
    let about = cause(&mut fields, &request.cause, case);
    if request.cause.is_empty() {
        fields.violation("cause", "is required");
    }
    if request.issue < 0 {
        fields.violation("issue", "must not be negative");
    }
    let request_id = fields.request_id(&request.request_id);
    let (about, request_id) = fields.finish((about, request_id))?;
    let about = about.ok_or_else(|| Failure::Defect("a cause without violation is read".to_owned()))?;
    Ok((kind, about, request.issue.max(1), request_id))
}
