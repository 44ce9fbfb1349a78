//! `WatchProcessService.SweepWatches` (process API): time opens and escalates the checks of many people and the updates of their plans, page by
//! page; it never decides.

use std::collections::BTreeSet;

use lotse_kernel::names::{JobcenterName, StaffName};
use lotse_platform::{
    authorization::Authorized,
    failure::Failure,
    fields::{Fields, business_time, parse_name},
    principal::Caller,
    unit::{Claim, Desk, Unit},
};
use lotse_proto::{cases as contract, common};
use uuid::Uuid;

use crate::{
    access::{self, acts},
    acting::Ground,
    domain::watch::{Agenda, NewsKind, Stage, digest},
    store::{sweeps, watch_notices},
    watching,
};

/// Takes the page. A repetition, another page than the next one and a day on which nothing has come change nothing; the last two leave not even
/// their key.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::SweepWatchesRequest,
) -> Result<common::Timetable, Failure> {
    let name: JobcenterName = parse_name("name", &request.name)?;
    let now = business_time(request.business_time.as_ref())?;
    let unit = desk.begin_at(caller, name.jobcenter().as_str(), now).await?;
    let (mut unit, proof, _) = access::enter::<acts::SweepWatches>(unit, &name, &request.name).await?;

    let mut fields = Fields::new();
    let page = fields.number("page", request.page, 1..=i32::MAX);
    let request_id = fields.request_id(&request.request_id);
    let page = fields.finish(page)?;

    // A page that is asked for again has the same id at a later time of its workflow.
    let timeless = contract::SweepWatchesRequest { business_time: None, ..request.clone() };
    if unit.claim(request_id, &timeless, &request.name).await? != Claim::New {
        return watching::timetable(&mut unit, &name).await;
    }
    sweeps::begin(&mut unit, &name).await?;
    let (_, agenda) = sweeps::agenda(&mut unit, &name).await?;
    if agenda.page != page || agenda.stage(unit.today()) != Stage::Sweeping {
        return watching::timetable(&mut unit, &name).await;
    }
    take_page(&mut unit, &proof, &name, &agenda).await?;
    let answer = watching::timetable(&mut unit, &name).await?;
    unit.commit(&request.name, "R23, R111, R125").await?;
    Ok(answer)
}

/// Takes the steps of the page that comes next, and notes what is to be told of them.
async fn take_page(
    unit: &mut Unit,
    proof: &Authorized<acts::SweepWatches>,
    jobcenter: &JobcenterName,
    agenda: &Agenda,
) -> Result<(), Failure> {
    let ground = Ground::read(unit, jobcenter).await?;
    let (today, actor) = (unit.today(), unit.caller().principal.subject.clone());
    let found = sweeps::page(unit, proof, jobcenter).await?;
    let found = watching::ask(unit, jobcenter, found, &ground, &actor).await?;
    let is_last = i64::try_from(found.len()).is_ok_and(|found| found < sweeps::PAGE);
    let rules = ground.rules(today);
    let swept = found.into_iter().map(|found| {
        let swept = found.stored.watch.clone().sweep(&rules);
        Ok((found, swept.map_err(|missing| Failure::Defect(missing.to_string()))?))
    });
    let swept = swept.collect::<Result<Vec<_>, Failure>>()?;
    let opened = swept.iter().flat_map(|(_, swept)| &swept.news).filter(|news| news.kind == NewsKind::Opened);
    let officers: BTreeSet<Uuid> = opened.filter_map(|news| news.owner.as_ref().map(StaffName::id)).collect();
    let mut loads = sweeps::loads(unit, jobcenter, &Vec::from_iter(officers)).await?;
    let swept: Vec<_> = swept.into_iter().map(|(found, swept)| (found, loads.spread(swept, &rules))).collect();
    let news = swept.iter().flat_map(|(found, swept)| swept.news.iter().map(|news| (news, found.team.as_str())));
    let notices = digest(news, today, agenda.closed_on);
    if !swept.is_empty() {
        sweeps::save(unit, jobcenter, &swept, &actor).await?;
        watch_notices::note(unit, jobcenter, &notices).await?;
    }
    sweeps::turn(unit, jobcenter, is_last.then_some(today)).await
}
