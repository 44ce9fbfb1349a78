//! `LetterProcessService.RemindPosting`: nobody confirmed the posting in time, so the officer is reminded.

use lotse_kernel::names::LetterName;
use lotse_platform::authorization::Act;
use lotse_platform::failure::Failure;
use lotse_platform::fields::{Fields, business_time, parse_name};
use lotse_platform::principal::Caller;
use lotse_proto::documents::{LetterStepResponse, RemindPostingRequest};

use super::legal_ground;
use super::offer_for_posting::answer;
use crate::Documents;
use crate::domain::letter::LetterState;
use crate::domain::posting::is_reminder_due;
use crate::store::letters;

/// The act.
#[derive(Debug, Clone, Copy)]
pub struct RemindPosting;

impl Act for RemindPosting {
    const NAME: &'static str = "RemindPosting";
}

/// Records a reminder.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    documents: &Documents,
    caller: &Caller,
    request: RemindPostingRequest,
) -> Result<LetterStepResponse, Failure> {
    let name: LetterName = parse_name("name", &request.name)?;
    let now = business_time(request.business_time.as_ref())?;
    let rules = documents.rules(name.case()).await?;
    let (mut unit, proof) =
        documents.enter_process::<RemindPosting>(caller, name.case(), name.to_string(), now).await?;
    let mut fields = Fields::new();
    let round = fields.number("round", request.round, 1..=i32::MAX);
    let request_id = fields.request_id(&request.request_id);
    let (round, request_id) = fields.finish((round, request_id))?;
    // A step that is taken again has the same id at a later time of its workflow.
    let timeless = RemindPostingRequest { business_time: None, ..request.clone() };
    unit.claim(request_id, &timeless, &name.to_string()).await?;

    let around = rules.on(unit.today());
    let letter = letters::lock(&mut unit, proof, &name).await?.letter;
    let LetterState::ReadyToPost(_, offer) = &letter.state else { return answer(&letter, around, false) };
    if offer.reminders >= round {
        // Taken before: the same answer, so that a lost one does not lose the notice.
        return answer(&letter, around, true);
    }
    if !is_reminder_due(*offer, round, around)? {
        return answer(&letter, around, false);
    }
    let kind = letter.kind;
    let letter = letter.reminded().map_err(|wrong| Failure::Defect(wrong.to_string()))?;
    let letter = letters::update(&mut unit, proof, letter).await?;
    unit.commit(&name.to_string(), legal_ground(kind)).await?;
    answer(&letter, around, true)
}
