//! `EpisodeService.GetEpisode`.

use lotse_kernel::names::EpisodeName;
use lotse_platform::{failure::Failure, fields::parse_name, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert_episode,
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
    unit.commit_read(&request.name, "§ 67b SGB X").await?;
    Ok(convert_episode::episode(&stored))
}
