//! `ReferralService.GetReferral`: one referral.

use lotse_kernel::names::ReferralName;
use lotse_platform::{case_access::Entered, failure::Failure, fields::parse_name, principal::Caller};
use lotse_proto::providers as contract;

use crate::{
    access::{Office, acts},
    convert,
    store::referrals,
};

/// Reads the referral.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::GetReferralRequest,
) -> Result<contract::Referral, Failure> {
    let name: ReferralName = parse_name("name", &request.name)?;
    let entered = office.enter::<acts::GetReferral>(caller, name.case(), name.to_string()).await?;
    let rules = entered.rules()?;
    let Entered { mut unit, proof, .. } = entered;
    let stored = referrals::load(&mut unit, proof, &name).await?;
    Ok(convert::referral(&stored, rules.on(unit.today()))?)
}
