//! `LetterService.ConfirmPosting`: somebody gave the letter to the post; the day of notice follows from it.

use jiff::civil::Date;
use lotse_kernel::legal::Unanswered;
use lotse_kernel::names::LetterName;
use lotse_platform::authorization::Act;
use lotse_platform::failure::{Failure, Fault, OperationError};
use lotse_platform::fields::{Fields, parse_name};
use lotse_platform::principal::Caller;
use lotse_platform::unit::Claim;
use lotse_proto::documents::{ConfirmPostingRequest, Letter};
use tonic_types::FieldViolation;
use uuid::Uuid;

use super::request_letter::seen;
use super::wrong_state;
use crate::domain::letter::{Posting, WrongState};
use crate::store::letters;
use crate::{Documents, convert, events};

/// The act.
#[derive(Debug, Clone, Copy)]
pub struct ConfirmPosting;

impl Act for ConfirmPosting {
    const NAME: &'static str = "ConfirmPosting";
}

/// Why a posting was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmPostingError {
    /// What any operation may meet.
    #[error(transparent)]
    Common(#[from] Failure),
    /// The letter is not ready to post.
    #[error(transparent)]
    WrongState(#[from] WrongState),
}

impl OperationError for ConfirmPostingError {
    fn fault(&self) -> Fault {
        match self {
            Self::Common(failure) => failure.fault(),
            Self::WrongState(wrong) => wrong_state(wrong),
        }
    }
}

/// Records the posting.
///
/// # Errors
/// [`ConfirmPostingError`].
pub async fn handle(
    documents: &Documents,
    caller: &Caller,
    request: ConfirmPostingRequest,
) -> Result<Letter, ConfirmPostingError> {
    let name: LetterName = parse_name("name", &request.name)?;
    let (mut unit, proof, _) = documents.enter::<ConfirmPosting>(caller, name.case(), name.to_string()).await?;
    let (posted_on, version, request_id) = parse(&request, unit.today())?;
    if let Claim::Seen { resource } = unit.claim(request_id, &request, &name.to_string()).await? {
        return Ok(seen(&mut unit, proof, &resource).await?);
    }
    let letters::Stored { letter, created_at } = letters::lock(&mut unit, proof, &name).await?;
    if letter.version != version {
        return Err(Failure::StaleEtag.into());
    }
    if letter.state.rendering().is_some_and(|rendering| posted_on < rendering.written_on) {
        return Err(too_early().into());
    }
    let posting = Posting::on(posted_on).map_err(|unanswered| match unanswered {
        // A letter that is not written yet has no date to compare with; no law governs a day before all letters.
        Unanswered::Faults(_) => too_early(),
        Unanswered::Unreadable(unreadable) => Failure::Defect(unreadable.to_string()),
        Unanswered::Broken(broken) => broken.into(),
    })?;
    let mut letter = letter.posted(posting)?;
    letter.event_seq += 1;
    let letter = letters::update(&mut unit, proof, letter).await?;
    events::posted(&mut unit, &letter);
    unit.commit(&name.to_string(), "§ 37 Abs. 2 SGB X").await?;
    Ok(convert::letter(letters::Stored { letter, created_at }))
}

fn parse(request: &ConfirmPostingRequest, today: Date) -> Result<(Date, i64, Uuid), Failure> {
    let mut fields = Fields::new();
    let posted_on = fields.date("posted_date", request.posted_date.as_ref());
    if posted_on > today {
        fields.violation("posted_date", "must not lie in the future");
    }
    let version = fields.etag(&request.etag);
    let request_id = fields.request_id(&request.request_id);
    fields.finish((posted_on, version, request_id))
}

fn too_early() -> Failure {
    Failure::Fields(vec![FieldViolation::new("posted_date", "must not lie before the date of the letter")])
}
