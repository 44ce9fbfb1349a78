//! `ProviderService.RegisterOffer`: an offer of a provider enters the register.

use lotse_kernel::names::{OfferName, ProviderName};
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::Caller,
    unit::Claim,
};
use lotse_proto::providers as contract;

use super::REGISTER;
use crate::{
    access::{Office, acts},
    convert::{self, Twin},
    domain::vocabulary::ServiceType,
    store::{
        offers::{self, Offer},
        providers,
    },
};

/// Registers the offer, or answers with it when the request was seen before.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::RegisterOfferRequest,
) -> Result<contract::Offer, Failure> {
    let parent: ProviderName = parse_name("parent", &request.parent)?;
    let (mut unit, proof) =
        office.enter_register::<acts::RegisterOffer>(caller, parent.jobcenter_name(), parent.to_string()).await?;
    let mut fields = Fields::new();
    let wanted = fields.required("offer", request.offer.as_ref()).cloned().unwrap_or_default();
    let offer = Offer {
        name: OfferName::new(parent.clone(), unit.new_id()),
        version: 1,
        title: fields.line("offer.title", &wanted.title, 1..=200),
        service_type: ServiceType::read(&mut fields, "offer.service_type", wanted.service_type),
        legal_basis: fields.line("offer.legal_basis", &wanted.legal_basis, 1..=100),
        places: fields.number("offer.places", wanted.places, 0..=100_000),
        waiting_weeks: fields.number("offer.waiting_weeks", wanted.waiting_weeks, 0..=104),
        created_at: unit.now(),
    };
    let request_id = fields.request_id(&request.request_id);
    let (offer, request_id) = fields.finish((offer, request_id))?;

    let name = offer.name.to_string();
    if let Claim::Seen { resource } = unit.claim(request_id, &request, &name).await? {
        let seen: OfferName = parse_name("name", &resource)?;
        return Ok(convert::offer(offers::load(&mut unit, proof, &seen).await?));
    }
    providers::load(&mut unit, proof, &parent).await?;
    offers::insert(&mut unit, proof, &offer).await?;
    unit.commit(&name, REGISTER).await?;
    Ok(convert::offer(offer))
}
