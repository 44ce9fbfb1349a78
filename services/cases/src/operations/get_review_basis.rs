//! `EpisodeService.GetReviewBasis`: what lies beside a review (T2, R106).

use lotse_kernel::names::EpisodeName;
use lotse_platform::{fields::parse_name, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    acting::Error,
    convert_review,
    store::{cases, episodes, profiles},
};

/// Lays it out; it holds advice content, so reading it is audited.
///
/// # Errors
/// `WrongPhase` where nothing is reviewed; see [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetReviewBasisRequest,
) -> Result<contract::ReviewBasis, Error> {
    let name: EpisodeName = parse_name("name", &request.name)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, name.case(), &request.name).await?;
    let (mut unit, _) = unit.authorize::<acts::GetReviewBasis>(&person, &resource).await?;
    let stored = episodes::load(&mut unit, &name).await?;
    let today = unit.today();
    let basis = stored.episode.review_basis(today)?;
    let profiles = profiles::since(&mut unit, name.case(), basis.assigned_on()).await?;
    let team = cases::load(&mut unit, name.case()).await?.team;
    unit.commit_read(&request.name, "§ 67b SGB X").await?;
    Ok(convert_review::basis(&stored, &basis, &profiles, (&team, today)))
}
