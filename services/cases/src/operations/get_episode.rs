//! `EpisodeService.GetEpisode`.

use lotse_kernel::names::EpisodeName;
use lotse_platform::{
    failure::Failure,
    fields::parse_name,
    principal::Caller,
    unit::{Desk, Unit},
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    acting::Ground,
    convert_episode,
    domain::{episode::Episode, records::Occupancy, vocabulary::EpisodePhase},
    store::episodes,
};

/// Reads an episode; it holds advice content, so reading it is audited.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetEpisodeRequest,
) -> Result<contract::Episode, Failure> {
    let name: EpisodeName = parse_name("name", &request.name)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, name.case(), &request.name).await?;
    let (mut unit, _) = unit.authorize::<acts::GetEpisode>(&person, &resource).await?;
    let stored = episodes::load(&mut unit, &name).await?;
    let filled = filled(&mut unit, &stored.episode).await?;
    unit.commit_read(&request.name, "§ 67b SGB X").await?;
    let (caseload, people_ahead) = filled.unzip();
    Ok(contract::Episode {
        caseload: caseload.as_ref().map(convert_episode::caseload),
        people_ahead: people_ahead.unwrap_or_default(),
        ..convert_episode::episode(&stored)
    })
}

/// How many places are filled today and how many people wait for one, while somebody has to decide whether the person gets one (R168).
async fn filled(unit: &mut Unit, episode: &Episode) -> Result<Option<(Occupancy, i32)>, Failure> {
    if !matches!(episode.phase(), EpisodePhase::InDiscussion | EpisodePhase::Waitlisted) {
        return Ok(None);
    }
    let ground = Ground::read(unit, episode.name().case().jobcenter_name()).await?;
    let places = episodes::places_for(unit, episode).await?;
    let occupancy = places.occupancy(&ground.rules(unit.today()));
    let occupancy = occupancy.map_err(|missing| Failure::Defect(missing.to_string()))?;
    Ok(Some((occupancy, places.ahead)))
}
