//! `ReferralService.SendReferral`: a draft goes to the provider, and its answer is awaited from now on (T7a).

use lotse_platform::principal::Caller;
use lotse_proto::providers as contract;

use super::{
    TRANSMITTING,
    change::{Begun, News, Target, VerbError, begin, refused},
};
use crate::access::{Office, acts};

/// Sends a draft.
///
/// # Errors
/// [`VerbError`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::SendReferralRequest,
) -> Result<contract::Referral, VerbError> {
    let target = Target { name: &request.name, etag: &request.etag, request_id: &request.request_id };
    let begun = begin::<acts::SendReferral, _, _>(office, caller, &request, target, |_, _| ());
    let change = match begun.await? {
        Begun::Seen(referral) => return Ok(referral),
        Begun::New(change, ()) => change,
    };
    if !change.facts.episode_active {
        return Err(VerbError::EpisodeNotActive);
    }
    // The place of consent: from here on data leave the house. As soon as consents are kept, the release for this provider and
    // purpose (R136) is asked for with the access facts and checked here, and again before a report is asked for.
    let today = change.unit.today();
    let referral = change.referral.clone().send(today).map_err(refused("name"))?;
    Ok(change.finish(referral, News::Start("REFERRAL_SENT"), TRANSMITTING).await?)
}
