//! `ReferralService.BreakOffReferral`: the service ended before its end.

use lotse_platform::principal::Caller;
use lotse_proto::providers as contract;

use super::{
    KEEPING,
    change::{Begun, News, Target, VerbError, begin, past_day, refused},
};
use crate::access::{Office, acts};
use crate::{convert::Twin, domain::vocabulary::BreakOffReason};

/// Records the break-off.
///
/// # Errors
/// [`VerbError`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::BreakOffReferralRequest,
) -> Result<contract::Referral, VerbError> {
    let target = Target { name: &request.name, etag: &request.etag, request_id: &request.request_id };
    let begun = begin::<acts::BreakOffReferral, _, _>(office, caller, &request, target, |fields, today| {
        let ended_on = past_day(fields, "end_date", request.end_date.as_ref(), today);
        (ended_on, BreakOffReason::read(fields, "reason", request.reason))
    });
    let (change, (ended_on, reason)) = match begun.await? {
        Begun::Seen(referral) => return Ok(referral),
        Begun::New(change, parsed) => (change, parsed),
    };
    let referral = change.referral.clone().broken_off(ended_on, reason).map_err(refused("end_date"))?;
    Ok(change.finish(referral, News::Wake("REFERRAL_BROKEN_OFF"), KEEPING).await?)
}
