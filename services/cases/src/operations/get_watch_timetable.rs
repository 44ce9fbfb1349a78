//! `WatchProcessService.GetWatchTimetable` (process API): what there is to do for everybody on the watch of a jobcenter.

use lotse_kernel::names::JobcenterName;
use lotse_platform::{
    failure::Failure,
    fields::{business_time, parse_name},
    principal::Caller,
    unit::Desk,
};
use lotse_proto::{cases as contract, common};

use crate::{
    access::{self, acts},
    watching,
};

/// Tells what there is to do by the caller's business time, and when again.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetWatchTimetableRequest,
) -> Result<common::Timetable, Failure> {
    let name: JobcenterName = parse_name("name", &request.name)?;
    let now = business_time(request.business_time.as_ref())?;
    let unit = desk.begin_at(caller, name.jobcenter().as_str(), now).await?;
    let (mut unit, _, _) = access::enter::<acts::GetWatchTimetable>(unit, &name, &request.name).await?;
    watching::timetable(&mut unit, &name).await
}
