//! `WatchService.ListRechecksDue`: what a placement officer has to check, prefilled for `RecordRechecks` (R23, R109).

use lotse_kernel::names::{JobcenterName, StaffName};
use lotse_platform::{
    failure::Failure,
    fields::parse_name,
    paging::{Day, Page},
    principal::Caller,
    unit::Desk,
};
use lotse_proto::cases as contract;
use uuid::Uuid;

use super::record_rechecks::MOST;
use crate::{
    access::{self, acts},
    convert_watch,
    store::rechecks,
};

/// Lists the caller's own, by the day to aim for.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ListRechecksDueRequest,
) -> Result<contract::ListRechecksDueResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, _, person) = access::enter::<acts::ListRechecksDue>(unit, &parent, &parent.to_string()).await?;
    let officer: StaffName = parse_name("staff", &person.staff_member)?;
    // A page is as long as what is recorded in one call.
    let page_size = request.page_size.min(i32::try_from(MOST).unwrap_or(i32::MAX));
    let page = Page::<(Day, Uuid)>::parse(&format!("rechecks {parent} {officer}"), page_size, &request.page_token)?;
    let mut rows = rechecks::due(&mut unit, &parent, officer.id(), &page).await?;
    let next_page_token = page.cut(&mut rows, rechecks::Due::place);
    let today = unit.today();
    let rechecks = rows.iter().map(|due| convert_watch::recheck_due(due, today)).collect();
    Ok(contract::ListRechecksDueResponse { rechecks, next_page_token })
}
