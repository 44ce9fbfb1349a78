//! `WatchProcessService.GetWatchTimetable` (process API): what the watch of a jobcenter waits for.

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

/// Tells which check time has something to do with first, for the caller's business time.
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
    let (timetable, moved) = watching::timetable(&mut unit, &name).await?;
    if moved {
        unit.commit(&request.name, "R23, R141").await?;
    }
    Ok(timetable)
}
