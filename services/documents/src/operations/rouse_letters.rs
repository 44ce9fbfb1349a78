//! `LetterProcessService.RouseLetters`: a policy version has begun, and who sleeps until a date of the version before looks again.

use lotse_kernel::names::{JobcenterName, LetterName};
use lotse_platform::authorization::Act;
use lotse_platform::failure::Failure;
use lotse_platform::fields::{Fields, business_time, parse_name};
use lotse_platform::principal::Caller;
use lotse_platform::unit::Claim;
use lotse_proto::documents::{RouseLettersRequest, RouseLettersResponse};

use crate::store::waiting;
use crate::{Documents, events};

/// The ground on which a rule of the jobcenter moves a day, for the audit.
const BY_A_RULE: &str = "§ 44b SGB II; R8";

/// The act.
#[derive(Debug, Clone, Copy)]
pub struct RouseLetters;

impl Act for RouseLetters {
    const NAME: &'static str = "RouseLetters";
}

/// Wakes the workflows of one page.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    documents: &Documents,
    caller: &Caller,
    request: RouseLettersRequest,
) -> Result<RouseLettersResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let now = business_time(request.business_time.as_ref())?;
    let (mut unit, proof) = documents.enter_jobcenter_process::<RouseLetters>(caller, &parent, now).await?;
    let mut fields = Fields::new();
    let after: Option<LetterName> = if request.after.is_empty() { None } else { fields.name("after", &request.after) };
    if after.as_ref().is_some_and(|after| after.jobcenter() != parent.jobcenter()) {
        fields.violation("after", "is a letter of another jobcenter");
    }
    let request_id = fields.request_id(&request.request_id);
    let (after, request_id) = fields.finish((after, request_id))?;

    let page = waiting::page(&mut unit, proof, &parent, after.as_ref().map(LetterName::id)).await?;
    let page: Vec<LetterName> = page.into_iter().map(|unposted| unposted.letter).collect();
    let last = page.last().filter(|_| page.len() == waiting::PAGE).map(ToString::to_string).unwrap_or_default();
    // A page that is asked for again has the same id at a later time of its workflow, and ends where it ended: who waits by then may be others.
    let timeless = RouseLettersRequest { business_time: None, ..request };
    if let Claim::Seen { resource: last } = unit.claim(request_id, &timeless, &last).await? {
        return Ok(RouseLettersResponse { last });
    }
    // Nothing is written, not even the key, where nobody waits.
    if !page.is_empty() {
        for (letter, seq) in waiting::number_events(&mut unit, proof, &parent, &page).await? {
            events::rouse(&mut unit, &letter, seq);
        }
        unit.commit(&parent.to_string(), BY_A_RULE).await?;
    }
    Ok(RouseLettersResponse { last })
}
