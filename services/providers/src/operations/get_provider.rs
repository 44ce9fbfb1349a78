//! `ProviderService.GetProvider`: one provider.

use lotse_kernel::names::ProviderName;
use lotse_platform::{failure::Failure, fields::parse_name, principal::Caller};
use lotse_proto::providers as contract;

use crate::{
    access::{Office, acts},
    convert,
    store::providers,
};

/// Reads the provider.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::GetProviderRequest,
) -> Result<contract::Provider, Failure> {
    let name: ProviderName = parse_name("name", &request.name)?;
    let (mut unit, proof) =
        office.enter_register::<acts::GetProvider>(caller, name.jobcenter_name(), name.to_string()).await?;
    Ok(convert::provider(providers::load(&mut unit, proof, &name).await?))
}
