//! `PolicyProcessService.GetActivation` (process API): how far the activation of a version has come.

use lotse_kernel::names::PolicyName;
use lotse_platform::{
    fields::{business_time, parse_name},
    principal::Caller,
    unit::Desk,
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert_replan,
    policy_making::Error,
    store::{activations, policies},
};

/// Reads it.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetActivationRequest,
) -> Result<contract::PolicyActivation, Error> {
    let name: PolicyName = parse_name("name", &request.name)?;
    let now = business_time(request.business_time.as_ref())?;
    let unit = desk.begin_at(caller, name.jobcenter().as_str(), now).await?;
    let (mut unit, _, _) = access::enter::<acts::GetActivation>(unit, name.jobcenter_name(), &request.name).await?;
    let stored = policies::load(&mut unit, &name).await?;
    let begun = activations::find(&mut unit, &name).await?;
    Ok(convert_replan::progress(&stored.policy, begun.as_ref().map(|(activation, _)| activation))?)
}
