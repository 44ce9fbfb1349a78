//! `EpisodeProcessService.GetTimetable` (process API): what the workflow waits for.

use lotse_kernel::names::EpisodeName;
use lotse_platform::{
    failure::Failure,
    fields::{business_time, parse_name},
    principal::Caller,
    unit::Desk,
};
use lotse_proto::{cases as contract, common};

use crate::{
    access::{self, acts},
    acting::Ground,
    store::episodes,
};

/// Derives the timetable for the caller's business time.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetTimetableRequest,
) -> Result<common::Timetable, Failure> {
    let name: EpisodeName = parse_name("name", &request.name)?;
    let now = business_time(request.business_time.as_ref())?;
    let mut unit = desk.begin_at(caller, name.jobcenter().as_str(), now).await?;
    let (person, resource) = access::case(&mut unit, name.case(), &request.name).await?;
    let (mut unit, _) = unit.authorize::<acts::GetTimetable>(&person, &resource).await?;
    let stored = episodes::load(&mut unit, &name).await?;
    Ground::read(&mut unit, name.case().jobcenter_name()).await?.timetable(&stored, caller, unit.today())
}
