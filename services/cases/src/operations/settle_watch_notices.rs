//! `WatchProcessService.SettleWatchNotices` (process API): everybody was told of a page of steps.

use lotse_kernel::names::JobcenterName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, business_time, parse_name},
    principal::Caller,
    unit::{Claim, Desk},
};
use lotse_proto::{cases as contract, common};

use crate::{
    access::{self, acts},
    domain::watch::Stage,
    store::{sweeps, watch_notices},
    watching,
};

/// Settles the page. A repetition, another page than the next one and a day on which nothing is to be told change nothing; the last two leave
/// not even their key.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::SettleWatchNoticesRequest,
) -> Result<common::Timetable, Failure> {
    let name: JobcenterName = parse_name("name", &request.name)?;
    let now = business_time(request.business_time.as_ref())?;
    let unit = desk.begin_at(caller, name.jobcenter().as_str(), now).await?;
    let (mut unit, proof, _) = access::enter::<acts::SettleWatchNotices>(unit, &name, &request.name).await?;

    let mut fields = Fields::new();
    let page = fields.number("page", request.page, 1..=i32::MAX);
    let request_id = fields.request_id(&request.request_id);
    let page = fields.finish(page)?;

    // A page that is asked for again has the same id at a later time of its workflow.
    let timeless = contract::SettleWatchNoticesRequest { business_time: None, ..request.clone() };
    if unit.claim(request_id, &timeless, &request.name).await? != Claim::New {
        return watching::timetable(&mut unit, &name).await;
    }
    sweeps::begin(&mut unit, &name).await?;
    let (_, agenda) = sweeps::agenda(&mut unit, &name).await?;
    if agenda.page != page || agenda.stage(unit.today()) != Stage::Telling {
        return watching::timetable(&mut unit, &name).await;
    }
    watch_notices::settle(&mut unit, &proof, &name).await?;
    sweeps::turn(&mut unit, &name, None).await?;
    let answer = watching::timetable(&mut unit, &name).await?;
    unit.commit(&request.name, "R141").await?;
    Ok(answer)
}
