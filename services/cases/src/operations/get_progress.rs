//! `EpisodeService.GetProgress`: how the person stands against an earlier day (R54, R59, R156).

use jiff::civil::Date;
use lotse_kernel::names::EpisodeName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::Caller,
    unit::Desk,
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert_progress,
    store::{episodes, profiles},
};

/// Compares; profiles and assessments are advice content, so reading them is audited.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetProgressRequest,
) -> Result<contract::Progress, Failure> {
    let name: EpisodeName = parse_name("name", &request.name)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, name.case(), &request.name).await?;
    let (mut unit, _) = unit.authorize::<acts::GetProgress>(&person, &resource).await?;
    let since = parse(&request, unit.today())?;
    let episode = episodes::load(&mut unit, &name).await?.episode;
    let span = episode.span(since, unit.today());
    let profiles = profiles::since(&mut unit, name.case(), span.since).await?;
    unit.commit_read(&request.name, "§ 67b SGB X").await?;
    Ok(convert_progress::progress(&episode, span, &profiles))
}

fn parse(request: &contract::GetProgressRequest, today: Date) -> Result<Option<Date>, Failure> {
    let mut fields = Fields::new();
    let since = fields.optional_date("since_date", request.since_date.as_ref());
    if since.is_some_and(|since| since > today) {
        fields.violation("since_date", "must not be in the future");
    }
    fields.finish(since)
}
