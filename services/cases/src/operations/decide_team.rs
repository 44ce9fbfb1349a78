//! `CaseService.DecideTeam`: which team looks after a person from today on; their officers stay (R125).

use lotse_kernel::names::{CaseName, StaffName};
use lotse_platform::{
    failure::{Failure, Fault, OperationError, bare},
    fields::{Fields, parse_name},
    principal::Caller,
    unit::{Claim, Desk},
};
use lotse_proto::cases as contract;
use thiserror::Error;
use tonic::Code;

use crate::{
    access::{self, acts},
    convert,
    domain::records::TeamDecision,
    store::{cases, staff, teams},
    watching,
};

/// Why it is not decided.
#[derive(Debug, Error)]
pub enum Error {
    /// The person is of that team already, and no change of it is due.
    #[error("the person is of that team already, and no change of it is due")]
    NotDue,
    /// What any operation may meet.
    #[error(transparent)]
    Shared(#[from] Failure),
}

impl OperationError for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::NotDue => {
                Fault::new(Code::FailedPrecondition, bare(contract::ErrorReason::TeamDecisionNotDue.as_str_name()))
            }
            Self::Shared(failure) => failure.fault(),
        }
    }
}

/// Decides, or answers with the case when the request was seen before.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::DecideTeamRequest,
) -> Result<contract::Case, Error> {
    let name: CaseName = parse_name("name", &request.name)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, &name, &request.name).await?;
    let (mut unit, proof) = unit.authorize::<acts::DecideTeam>(&person, &resource).await?;

    let mut fields = Fields::new();
    let team = fields.slug("team", &request.team, 40);
    let reason = fields.text("reason", &request.reason, 1..=2_000);
    let (request_id, version) = (fields.request_id(&request.request_id), fields.etag(&request.etag));
    let (team, reason) = fields.finish((team, reason))?;

    if unit.claim(request_id, &request, &name.to_string()).await? != Claim::New {
        return Ok(convert::case(cases::load(&mut unit, &name).await?));
    }
    let (case, watched) = teams::hold(&mut unit, &name).await?;
    let stays = team == case.team;
    if stays && !watched.watch.team_duty().is_some_and(|duty| duty.is_doable_on(unit.today())) {
        return Err(Error::NotDue);
    }
    if !stays && !staff::is_team(&mut unit, name.jobcenter_name(), &team).await? {
        let mut fields = Fields::new();
        fields.violation("team", "must be a team to which somebody of the staff belongs");
        fields.finish(())?;
    }
    if case.version != version {
        return Err(Failure::StaleEtag.into());
    }
    let decider: StaffName = person.staff_member.parse().map_err(|_| Failure::NotPermitted)?;
    let decision =
        TeamDecision { former_team: case.team.clone(), team, reason, decided_on: unit.today(), decided_by: decider };
    teams::decide(&mut unit, &proof, &name, &decision).await?;
    let changed = cases::load(&mut unit, &name).await?;
    watching::team_decided(&mut unit, desk, (&changed, &watched), &decision).await?;
    unit.commit(&name.to_string(), "R125").await?;
    Ok(convert::case(changed))
}
