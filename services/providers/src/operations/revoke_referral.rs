//! `ReferralService.RevokeReferral`: the jobcenter takes a referral back before the service begins.

use lotse_platform::principal::Caller;
use lotse_proto::providers as contract;

use super::{
    KEEPING,
    change::{Begun, News, Target, VerbError, begin, refused},
};
use crate::access::{Office, acts};
use crate::{
    convert::Twin,
    domain::{referral::ReferralState, vocabulary::RevokeReason},
};

/// Takes the referral back.
///
/// # Errors
/// [`VerbError`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::RevokeReferralRequest,
) -> Result<contract::Referral, VerbError> {
    let target = Target { name: &request.name, etag: &request.etag, request_id: &request.request_id };
    let begun = begin::<acts::RevokeReferral, _, _>(office, caller, &request, target, |fields, _| {
        RevokeReason::read(fields, "reason", request.reason)
    });
    let (change, reason) = match begun.await? {
        Begun::Seen(referral) => return Ok(referral),
        Begun::New(change, parsed) => (change, parsed),
    };
    let today = change.unit.today();
    // A draft has no procedure that could be woken.
    let news = match change.referral.state {
        ReferralState::Draft => News::None,
        _ => News::Wake("REFERRAL_REVOKED"),
    };
    let referral = change.referral.clone().revoked(today, reason).map_err(refused("reason"))?;
    Ok(change.finish(referral, news, KEEPING).await?)
}
