//! `EpisodeService.ListWaitingEpisodes`: the waiting list, in the order in which places are given.

use lotse_kernel::names::JobcenterName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, contract_date, parse_name},
    paging::{Day, Page},
    principal::Caller,
    unit::Desk,
};
use lotse_proto::cases as contract;
use uuid::Uuid;

use crate::{
    access::{self, acts},
    acting::Ground,
    convert,
    domain::rules::Rules,
    operations::list_cases::viewer,
    store::waiting::{self, Filter, Waiting},
};

/// Lists who waits, by day, then by the order of proposals.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ListWaitingEpisodesRequest,
) -> Result<contract::ListWaitingEpisodesResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, _, person) = access::enter::<acts::ListWaitingEpisodes>(unit, &parent, &parent.to_string()).await?;

    let mut fields = Fields::new();
    let mut filter = Filter {
        team: (!request.team.is_empty()).then(|| fields.slug("team", &request.team, 40)),
        ..Filter::default()
    };
    if !request.case_manager.is_empty() {
        let named = convert::parse_staff_name(&mut fields, "case_manager", &request.case_manager, &parent);
        filter.case_manager = named.map(|name| name.id());
    }
    let filter = fields.finish(filter)?;
    let page =
        Page::<(Day, Uuid)>::parse(&format!("waiting {parent} {filter:?}"), request.page_size, &request.page_token)?;
    let mut rows = waiting::list(&mut unit, &parent, &viewer(caller, &person), &filter, &page).await?;
    let next_page_token = page.cut(&mut rows, |row| (Day(row.since), row.episode.id()));
    let (ground, today) = (Ground::read(&mut unit, &parent).await?, unit.today());
    let rules = ground.rules(today);
    let episodes = rows.iter().map(|row| shown(row, &rules)).collect::<Result<_, _>>()?;
    Ok(contract::ListWaitingEpisodesResponse { episodes, next_page_token })
}

fn shown(row: &Waiting, rules: &Rules<'_>) -> Result<contract::WaitingEpisode, Failure> {
    let occupancy = row.places.occupancy(rules).map_err(|missing| Failure::Defect(missing.to_string()))?;
    Ok(contract::WaitingEpisode {
        name: row.episode.to_string(),
        case_manager: row.case_manager.to_string(),
        team: row.team.clone(),
        waiting_since_date: Some(contract_date(row.since)),
        position: row.places.ahead.saturating_add(1),
        caseload: row.places.caseload,
        capacity: i32::try_from(occupancy.capacity).unwrap_or(i32::MAX),
    })
}
