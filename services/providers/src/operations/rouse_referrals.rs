//! `ReferralProcessService.RouseReferrals`: a policy version has begun, and who sleeps until a date of the version before looks again.

use lotse_kernel::names::{JobcenterName, ReferralName};
use lotse_platform::{
    failure::Failure,
    fields::{Fields, business_time, parse_name},
    principal::Caller,
    unit::Claim,
};
use lotse_proto::providers as contract;

use super::KEEPING;
use crate::{
    access::{Office, acts},
    events,
    store::waiting,
};

/// Wakes the workflows of one page.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::RouseReferralsRequest,
) -> Result<contract::RouseReferralsResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let now = business_time(request.business_time.as_ref())?;
    let (mut unit, proof) = office.enter_jobcenter_process::<acts::RouseReferrals>(caller, &parent, now).await?;
    let mut fields = Fields::new();
    let after: Option<ReferralName> =
        if request.after.is_empty() { None } else { fields.name("after", &request.after) };
    if after.as_ref().is_some_and(|after| after.jobcenter() != parent.jobcenter()) {
        fields.violation("after", "is a referral of another jobcenter");
    }
    let request_id = fields.request_id(&request.request_id);
    let (after, request_id) = fields.finish((after, request_id))?;

    let page = waiting::page(&mut unit, proof, &parent, after.as_ref().map(ReferralName::id)).await?;
    let page: Vec<ReferralName> = page.into_iter().map(|stored| stored.referral.name).collect();
    let last = page.last().filter(|_| page.len() == waiting::PAGE).map(ToString::to_string).unwrap_or_default();
    // A page that is asked for again has the same id at a later time of its workflow, and ends where it ended: who waits by then may be others.
    let timeless = contract::RouseReferralsRequest { business_time: None, ..request };
    if let Claim::Seen { resource: last } = unit.claim(request_id, &timeless, &last).await? {
        return Ok(contract::RouseReferralsResponse { last });
    }
    // Nothing is written, not even the key, where nobody waits.
    if !page.is_empty() {
        for (referral, seq) in waiting::number_events(&mut unit, proof, &parent, &page).await? {
            events::rouse(&mut unit, &referral, seq);
        }
        unit.commit(&parent.to_string(), KEEPING).await?;
    }
    Ok(contract::RouseReferralsResponse { last })
}
