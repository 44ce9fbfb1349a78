//! `PolicyService.GetActivationReport`: what a version did to the duties that were open when it began (R8).

use lotse_kernel::names::PolicyName;
use lotse_platform::{
    convert::timestamp, fields::contract_date, fields::parse_name, paging::Page, principal::Caller, unit::Desk,
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert_replan,
    policy_making::Error,
    store::{activations, policies, policy_changes},
};

/// Reads a page of it.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetActivationReportRequest,
) -> Result<contract::ActivationReport, Error> {
    let name: PolicyName = parse_name("name", &request.name)?;
    let unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (mut unit, _, _) =
        access::enter::<acts::GetActivationReport>(unit, name.jobcenter_name(), &request.name).await?;
    let page = Page::parse(&format!("activation {name}"), request.page_size, &request.page_token)?;
    let stored = policies::load(&mut unit, &name).await?;
    let (activation, times) = activations::find(&mut unit, &name).await?.unzip();
    let state = stored.policy.activation(activation.as_ref())?;
    let counts = policy_changes::counts(&mut unit, &name).await?;
    let mut rows = policy_changes::changes(&mut unit, &name, &page).await?;
    let next_page_token = page.cut(&mut rows, |change| change.id);
    let changes = rows.into_iter().map(|change| contract::ActivationChange {
        date: Some(contract_date(change.happened_on)),
        change: Some(change.change),
    });
    Ok(contract::ActivationReport {
        policy: name.to_string(),
        state: convert_replan::activation_state(state).into(),
        first_date: Some(contract_date(stored.policy.version.valid_from)),
        begin_time: times.map(|times| timestamp(times.began_at)),
        done_time: times.and_then(|times| times.done_at).map(timestamp),
        counts: Some(convert_replan::counts(&counts)),
        changes: changes.collect(),
        next_page_token,
    })
}
