//! `ReferralService.StartReferral`: the service begins, and reports are awaited from now on (T8).

use lotse_platform::principal::Caller;
use lotse_proto::providers as contract;

use super::{
    KEEPING,
    change::{Begun, News, Target, VerbError, begin, past_day, refused},
};
use crate::access::{Office, acts};

/// Records the beginning of the service.
///
/// # Errors
/// [`VerbError`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::StartReferralRequest,
) -> Result<contract::Referral, VerbError> {
    let target = Target { name: &request.name, etag: &request.etag, request_id: &request.request_id };
    let begun = begin::<acts::StartReferral, _, _>(office, caller, &request, target, |fields, today| {
        past_day(fields, "start_date", request.start_date.as_ref(), today)
    });
    let (change, started_on) = match begun.await? {
        Begun::Seen(referral) => return Ok(referral),
        Begun::New(change, parsed) => (change, parsed),
    };
    let referral = change.referral.clone().started(started_on).map_err(refused("start_date"))?;
    Ok(change.finish(referral, News::Wake("REFERRAL_STARTED"), KEEPING).await?)
}
