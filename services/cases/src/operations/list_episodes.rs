//! `EpisodeService.ListEpisodes`.

use lotse_kernel::names::{CaseName, EpisodeName};
use lotse_platform::{failure::Failure, fields::parse_name, paging::Page, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert_episode,
    store::episodes,
};

/// Lists the episodes of a case, newest first; they hold advice content, so reading them is audited.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ListEpisodesRequest,
) -> Result<contract::ListEpisodesResponse, Failure> {
    let parent: CaseName = parse_name("parent", &request.parent)?;
    let mut unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, &parent, &request.parent).await?;
    let (mut unit, _) = unit.authorize::<acts::ListEpisodes>(&person, &resource).await?;
    let page = Page::parse(&format!("episodes {parent}"), request.page_size, &request.page_token)?;
    let mut names = episodes::list(&mut unit, &parent, &page).await?;
    let next_page_token = page.cut(&mut names, EpisodeName::id);
    let mut found = Vec::with_capacity(names.len());
    for name in &names {
        found.push(convert_episode::episode(&episodes::load(&mut unit, name).await?));
    }
    unit.commit_read(&request.parent, "§ 67b SGB X").await?;
    Ok(contract::ListEpisodesResponse { episodes: found, next_page_token })
}
