//! `DeliveryService.ListDeliveries`. The filter repeats the rule of `policy/notifications.cedar` in SQL.

use lotse_kernel::names::JobcenterName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    paging::Page,
    principal::{Caller, Role},
};
use lotse_proto::notifications as contract;

use crate::{
    access::{self, acts},
    convert,
    role::Office,
    store::deliveries,
};

/// Entries of the filter: more than there are states.
const MOST_STATES: usize = 10;

/// Lists deliveries: all of the jobcenter for administrators, those to the own team for team leads.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::ListDeliveriesRequest,
) -> Result<contract::ListDeliveriesResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let person = office.person(caller).await?;
    let unit = office.desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, proof) = unit.authorize::<acts::ListDeliveries>(&person, &access::jobcenter(&parent)).await?;

    let mut fields = Fields::new();
    let mut states = Vec::new();
    fields.at_most("states", request.states.len(), MOST_STATES);
    for (index, state) in request.states.iter().enumerate() {
        let state: contract::DeliveryState = fields.choice(&format!("states[{index}]"), *state);
        states.extend(convert::state_word(state).map(ToOwned::to_owned));
    }
    fields.finish(())?;
    states.sort();
    states.dedup();
    let page = Page::parse(&format!("deliveries {parent} {states:?}"), request.page_size, &request.page_token)?;

    let team = (!caller.principal.has(Role::Administrator)).then_some(person.team.as_str());
    let mut rows = deliveries::list(&mut unit, &proof, &parent, team, &states, &page).await?;
    let next_page_token = page.cut(&mut rows, |delivery| delivery.name.id());
    let deliveries = rows.iter().map(|delivery| convert::delivery(delivery, office.sender.as_ref())).collect();
    Ok(contract::ListDeliveriesResponse { deliveries, next_page_token })
}
