//! `JobcenterService.SetYouthTeams`: which teams look after people under 25, and which team follows each (R125).

use std::collections::BTreeSet;

use lotse_kernel::names::JobcenterName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::Caller,
    unit::{Claim, Desk},
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert,
    domain::records::YouthTeam,
    store::jobcenters,
};

/// Most teams that one jobcenter names.
const MOST: usize = 100;

/// Most characters of the code of a team.
const CHARACTERS: usize = 40;

/// Sets them, or answers with the jobcenter when the request was seen before.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::SetYouthTeamsRequest,
) -> Result<contract::Jobcenter, Failure> {
    let name: JobcenterName = parse_name("name", &request.name)?;
    let unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (mut unit, proof, _) = access::enter::<acts::SetYouthTeams>(unit, &name, &request.name).await?;
    let missing = || Failure::NotFound { name: name.to_string() };
    jobcenters::load(&mut unit, &name).await?.ok_or_else(missing)?;

    let mut fields = Fields::new();
    let teams = teams(&mut fields, &request.youth_teams);
    let (request_id, version) = (fields.request_id(&request.request_id), fields.etag(&request.etag));
    let teams = fields.finish(teams)?;

    if unit.claim(request_id, &request, &name.to_string()).await? == Claim::New {
        jobcenters::set_youth_teams(&mut unit, &proof, &name, &teams, version).await?;
        let changed = jobcenters::load(&mut unit, &name).await?.ok_or_else(missing)?;
        unit.commit(&name.to_string(), "R125").await?;
        return Ok(convert::jobcenter(changed));
    }
    Ok(convert::jobcenter(jobcenters::load(&mut unit, &name).await?.ok_or_else(missing)?))
}

/// Reads the teams: each is named once, and none that follows is a team for people under 25.
fn teams(fields: &mut Fields, wanted: &[contract::YouthTeam]) -> Vec<YouthTeam> {
    fields.at_most("youth_teams", wanted.len(), MOST);
    let young: BTreeSet<&str> = wanted.iter().map(|entry| entry.team.as_str()).collect();
    let mut named = BTreeSet::new();
    let entries = wanted.iter().take(MOST).enumerate().map(|(i, entry)| {
        let path = |field: &str| format!("youth_teams[{i}].{field}");
        if !named.insert(entry.team.as_str()) {
            fields.violation(path("team"), "must be named once");
        }
        if young.contains(entry.following_team.as_str()) {
            fields.violation(path("following_team"), "must not be a team for people under 25 itself");
        }
        YouthTeam {
            team: fields.slug(&path("team"), &entry.team, CHARACTERS),
            following_team: fields.slug(&path("following_team"), &entry.following_team, CHARACTERS),
        }
    });
    entries.collect()
}
