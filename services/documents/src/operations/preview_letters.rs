//! `LetterProcessService.PreviewLetters`: what a policy version does to the letters in the post room, changing nothing (R8).

use lotse_kernel::deadlines::Deadline;
use lotse_kernel::legal::{Open, Surroundings, Unanswered};
use lotse_kernel::names::JobcenterName;
use lotse_kernel::policy::PolicyKey;
use lotse_platform::authorization::Act;
use lotse_platform::failure::Failure;
use lotse_platform::fields::parse_name;
use lotse_platform::principal::Caller;
use lotse_platform::replanning::{Asked, Seen, Waiting, changes};
use lotse_proto::documents::{PreviewLettersRequest, PreviewLettersResponse};

use crate::Documents;
use crate::domain::posting::Unposted;
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

    let page = waiting::page(&mut unit, proof, &parent, asked.after).await?;
    // How many there are is asked once, and not with each page.
    let total_count = if asked.after.is_none() { waiting::count(&mut unit, proof, &parent).await? } else { 0 };
    unit.end().await?;
    let last = page.last().filter(|_| page.len() == waiting::PAGE).map(|unposted| unposted.letter.id().to_string());
    Ok(PreviewLettersResponse {
        read_count: i32::try_from(page.len()).unwrap_or(i32::MAX),
        total_count,
        changes: changes(page, asked).await?,
        last: last.unwrap_or_default(),
    })
}

impl Waiting for Unposted {
    fn name(&self) -> String {
        self.letter.to_string()
    }

    fn owed(&self, around: Surroundings<'_>) -> Result<Option<Seen>, Unanswered> {
        Ok(Some(Seen { deadline: self.due(around)?, escalates_on: self.reminded_on(around)? }))
    }

    fn owed_anew(&self, around: Surroundings<'_>) -> Result<Option<Deadline>, Unanswered> {
        self.due_anew(around).map(Some)
    }

    fn open(&self) -> Option<(Open, PolicyKey)> {
        Some((self.open(), PolicyKey::LetterPosting))
    }
}
