//! `ProviderService.GetOffer`: one offer.

use lotse_kernel::names::OfferName;
use lotse_platform::{failure::Failure, fields::parse_name, principal::Caller};
use lotse_proto::providers as contract;

use crate::{
    access::{Office, acts},
    convert,
    store::offers,
};

/// Reads the offer.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::GetOfferRequest,
) -> Result<contract::Offer, Failure> {
    let name: OfferName = parse_name("name", &request.name)?;
    let (mut unit, proof) =
        office.enter_register::<acts::GetOffer>(caller, name.provider().jobcenter_name(), name.to_string()).await?;
    Ok(convert::offer(offers::load(&mut unit, proof, &name).await?))
}
