//! `WatchProcessService.ListWatchNotices` (process API): what is to be told of the steps that sweeps took.

use lotse_kernel::names::JobcenterName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, business_time, parse_name},
    principal::Caller,
    unit::Desk,
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert_watch,
    store::{sweeps, watch_notices},
    watching,
};

/// Lists a page, the same as long as it is the next one; nothing of another page.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ListWatchNoticesRequest,
) -> Result<contract::ListWatchNoticesResponse, Failure> {
    let name: JobcenterName = parse_name("name", &request.name)?;
    let now = business_time(request.business_time.as_ref())?;
    let unit = desk.begin_at(caller, name.jobcenter().as_str(), now).await?;
    let (mut unit, _, _) = access::enter::<acts::ListWatchNotices>(unit, &name, &request.name).await?;

    let mut fields = Fields::new();
    let page = fields.number("page", request.page, 1..=i32::MAX);
    let page = fields.finish(page)?;

    let (_, agenda) = sweeps::agenda(&mut unit, &name).await?;
    let untold = if agenda.page == page { watch_notices::untold(&mut unit, &name).await? } else { Vec::new() };
    Ok(contract::ListWatchNoticesResponse {
        notices: untold.iter().map(convert_watch::notice).collect(),
        timetable: Some(watching::timetable(&mut unit, &name).await?),
    })
}
