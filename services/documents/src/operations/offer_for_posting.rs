//! `LetterProcessService.OfferForPosting`: a rendered letter waits for somebody to post it.

use lotse_kernel::legal::Surroundings;
use lotse_kernel::names::LetterName;
use lotse_platform::authorization::Act;
use lotse_platform::convert::timetable;
use lotse_platform::failure::Failure;
use lotse_platform::fields::{Fields, business_time, parse_name};
use lotse_platform::principal::Caller;
use lotse_proto::documents::{LetterStepResponse, OfferForPostingRequest};

use super::legal_ground;
use crate::Documents;
use crate::domain::letter::{Letter, LetterState};
use crate::domain::posting;
use crate::store::letters;

/// The act.
#[derive(Debug, Clone, Copy)]
pub struct OfferForPosting;

impl Act for OfferForPosting {
    const NAME: &'static str = "OfferForPosting";
}

/// Offers a letter for posting.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    documents: &Documents,
    caller: &Caller,
    request: OfferForPostingRequest,
) -> Result<LetterStepResponse, Failure> {
    let name: LetterName = parse_name("name", &request.name)?;
    let now = business_time(request.business_time.as_ref())?;
    let rules = documents.rules(name.case()).await?;
    let (mut unit, proof) =
        documents.enter_process::<OfferForPosting>(caller, name.case(), name.to_string(), now).await?;
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let request_id = fields.finish(request_id)?;
    // A repetition answers from the state, like the first time: the notice it leads to has one cause.
    // A step that is taken again has the same id at a later time of its workflow.
    let timeless = OfferForPostingRequest { business_time: None, ..request.clone() };
    unit.claim(request_id, &timeless, &name.to_string()).await?;

    let today = unit.today();
    let letter = letters::lock(&mut unit, proof, &name).await?.letter;
    let letter = match letter.state {
        LetterState::Rendered(_) => {
            let kind = letter.kind;
            let letter = letter.offered(today).map_err(|wrong| Failure::Defect(wrong.to_string()))?;
            let letter = letters::update(&mut unit, proof, letter).await?;
            unit.commit(&name.to_string(), legal_ground(kind)).await?;
            letter
        }
        _ => letter,
    };
    answer(&letter, rules.on(today), matches!(letter.state, LetterState::ReadyToPost(..)))
}

/// The answer to a step of a letter that waits for posting: who is to be told, if anybody.
pub(super) fn answer(letter: &Letter, around: Surroundings<'_>, taken: bool) -> Result<LetterStepResponse, Failure> {
    let officer = letter.state.rendering().filter(|_| taken).map(|rendering| rendering.officer.to_string());
    Ok(LetterStepResponse {
        taken,
        recipients: officer.into_iter().collect(),
        timetable: Some(timetable(&posting::timetable(letter, around)?)),
    })
}
