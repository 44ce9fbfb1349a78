//! `PolicyService.ListPolicies`.

use lotse_kernel::names::JobcenterName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    paging::Page,
    principal::Caller,
    unit::Desk,
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert_policy,
    store::policies,
};

/// Lists versions by key, scope, first day and number, those that this release can read.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ListPoliciesRequest,
) -> Result<contract::ListPoliciesResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, _, _) = access::enter::<acts::ListPolicies>(unit, &parent, &parent.to_string()).await?;
    let mut fields = Fields::new();
    let key = convert_policy::parse_optional_key(&mut fields, "key", request.key);
    let state = convert_policy::parse_optional_state(&mut fields, "state", request.state);
    let (key, state) = fields.finish((key, state))?;
    let page = Page::parse(&format!("policies {parent} {key:?} {state:?}"), request.page_size, &request.page_token)?;
    let mut rows = policies::list(&mut unit, &parent, key, state, &page).await?;
    let next_page_token = page.cut(&mut rows, |(place, _)| place.clone());
    let book = policies::book(&mut unit, &parent).await?;
    let policies =
        rows.iter().filter_map(|(_, stored)| Some(convert_policy::policy(stored.as_ref()?, &book))).collect();
    Ok(contract::ListPoliciesResponse { policies, next_page_token })
}
