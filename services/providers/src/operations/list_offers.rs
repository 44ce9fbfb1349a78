//! `ProviderService.ListOffers`: the offers of a provider, newest first.

use lotse_kernel::names::ProviderName;
use lotse_platform::{failure::Failure, fields::parse_name, paging::Page, principal::Caller};
use lotse_proto::providers as contract;

use crate::{
    access::{Office, acts},
    convert,
    store::{offers, providers},
};

/// Lists the offers.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::ListOffersRequest,
) -> Result<contract::ListOffersResponse, Failure> {
    let parent: ProviderName = parse_name("parent", &request.parent)?;
    let (mut unit, proof) =
        office.enter_register::<acts::ListOffers>(caller, parent.jobcenter_name(), parent.to_string()).await?;
    let page = Page::parse(&format!("offers/{parent}"), request.page_size, &request.page_token)?;
    // A provider that is not there is told apart from one without offers.
    providers::load(&mut unit, proof, &parent).await?;
    let mut rows = offers::list(&mut unit, proof, &parent, &page).await?;
    let next_page_token = page.cut(&mut rows, |row| row.name.id());
    Ok(contract::ListOffersResponse { offers: rows.into_iter().map(convert::offer).collect(), next_page_token })
}
