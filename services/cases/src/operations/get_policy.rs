//! `PolicyService.GetPolicy`.

use lotse_kernel::names::PolicyName;
use lotse_platform::{failure::Failure, fields::parse_name, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    store::policies,
};

/// Reads a version.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetPolicyRequest,
) -> Result<contract::Policy, Failure> {
    let name: PolicyName = parse_name("name", &request.name)?;
    let unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (mut unit, _, _) = access::enter::<acts::GetPolicy>(unit, name.jobcenter_name(), &request.name).await?;
    policies::show(&mut unit, &name).await
}
