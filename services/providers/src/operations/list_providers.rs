//! `ProviderService.ListProviders`: the providers of a jobcenter, newest first.

use lotse_kernel::names::JobcenterName;
use lotse_platform::{failure::Failure, fields::parse_name, paging::Page, principal::Caller};
use lotse_proto::providers as contract;

use crate::{
    access::{Office, acts},
    convert,
    store::providers,
};

/// Lists the providers.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::ListProvidersRequest,
) -> Result<contract::ListProvidersResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let (mut unit, proof) = office.enter_register::<acts::ListProviders>(caller, &parent, parent.to_string()).await?;
    let page = Page::parse(&format!("providers/{parent}"), request.page_size, &request.page_token)?;
    let mut rows = providers::list(&mut unit, proof, &parent, &page).await?;
    let next_page_token = page.cut(&mut rows, |row| row.name.id());
    Ok(contract::ListProvidersResponse {
        providers: rows.into_iter().map(convert::provider).collect(),
        next_page_token,
    })
}
