//! `CaseService.ListCaseEvents`: the case's timeline.

use lotse_kernel::names::CaseName;
use lotse_platform::{failure::Failure, fields::parse_name, paging::Page, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert,
    store::events,
};

/// Lists the timeline, oldest first. Reading it is audited: it tells how a person's case went.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ListCaseEventsRequest,
) -> Result<contract::ListCaseEventsResponse, Failure> {
    let parent: CaseName = parse_name("parent", &request.parent)?;
    let mut unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, &parent, &request.parent).await?;
    let (mut unit, _) = unit.authorize::<acts::ListCaseEvents>(&person, &resource).await?;
    let page = Page::parse(&format!("events {parent}"), request.page_size, &request.page_token)?;
    let mut rows = events::list(&mut unit, &parent, &page).await?;
    let next_page_token = page.cut(&mut rows, |row| row.name.id());
    unit.commit_read(&parent.to_string(), "§ 67b SGB X").await?;
    Ok(contract::ListCaseEventsResponse {
        events: rows.into_iter().map(convert::case_event).collect(),
        next_page_token,
    })
}
