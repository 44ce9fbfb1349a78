//! `LetterProcessService.PreviewLetters`: what a policy version does to the letters in the post room, changing nothing (R8).

use lotse_kernel::names::{JobcenterName, LetterName};
use lotse_platform::authorization::Act;
use lotse_platform::failure::Failure;
use lotse_platform::fields::parse_name;
use lotse_platform::principal::Caller;
use lotse_platform::replanning::{Asked, Seen, change};
use lotse_proto::cases::PolicyChange;
use lotse_proto::documents::{PreviewLettersRequest, PreviewLettersResponse};

use crate::Documents;
use crate::domain::letter::Offer;
use crate::domain::posting;
use crate::store::waiting;

/// The act.
#[derive(Debug, Clone, Copy)]
pub struct PreviewLetters;

impl Act for PreviewLetters {
    const NAME: &'static str = "PreviewLetters";
}

/// Looks through one page.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    documents: &Documents,
    caller: &Caller,
    request: PreviewLettersRequest,
) -> Result<PreviewLettersResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let (mut unit, proof) = documents.enter_jobcenter::<PreviewLetters>(caller, &parent).await?;
    let given = (request.after.as_str(), request.rules.as_ref(), request.citation.as_str());
    let asked = Asked::parse(&parent, given, request.as_of_date.as_ref())?;

    let page = waiting::letters(&mut unit, proof, &parent, asked.after).await?;
    let total_count = waiting::count(&mut unit, proof, &parent).await?;
    let last = page.last().filter(|_| page.len() == waiting::PAGE).map(|(letter, _)| letter.id().to_string());
    let changes = page.iter().map(|waiting| becomes(waiting, &asked)).collect::<Result<Vec<_>, _>>()?;
    Ok(PreviewLettersResponse {
        read_count: i32::try_from(page.len()).unwrap_or(i32::MAX),
        total_count,
        changes: changes.into_iter().flatten().collect(),
        last: last.unwrap_or_default(),
    })
}

fn becomes((letter, offer): &(LetterName, Offer), asked: &Asked) -> Result<Option<PolicyChange>, Failure> {
    let (with, without) = (asked.with.on(asked.as_of), asked.without.on(asked.as_of));
    let seen = |around| {
        let (deadline, escalates_on) = posting::owed(*offer, around)?;
        Ok::<_, Failure>(Seen { deadline, escalates_on })
    };
    let anew = posting::due_anew(*offer, with)?;
    Ok(change(letter.to_string(), (&seen(without)?, &seen(with)?), &anew, asked.as_of))
}
