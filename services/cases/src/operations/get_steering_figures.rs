//! `SteeringService.GetSteeringFigures`: what happened in a range of days, and who is reached today (R38, R110, R154).

use jiff::{ToSpan, civil::Date};
use lotse_kernel::names::JobcenterName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::{Caller, Role},
    unit::Desk,
};
use lotse_proto::cases as contract;

use super::get_staff_figures::{Error, agreed};
use crate::{
    access::{self, acts},
    convert_steering,
    domain::figures::{self, LEAST_STAFF},
    store::figures::{self as store, Days, Range, Whose},
};

/// The most years of a range.
const MOST_YEARS: i32 = 10;

/// Counts; figures of one person are none of them (R192). Controlling steers the jobcenter, a team lead the own team. What a team of few case
/// managers did is what its people did, so that its lead reads it where the figures of one person may be read, and nobody else does.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetSteeringFiguresRequest,
) -> Result<contract::SteeringFigures, Error> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let asked = parent.to_string();
    let (mut unit, proof, person) = access::enter::<acts::GetSteeringFigures>(unit, &parent, &asked).await?;
    let is_own_team = !person.team.is_empty() && person.team == request.team;
    let leads = caller.principal.has(Role::TeamLead) && is_own_team;
    if !leads && !caller.principal.has(Role::Controlling) {
        return Err(unit.refuse(asked, Failure::NotPermitted).await.into());
    }

    let mut fields = Fields::new();
    let days = days(&mut fields, (request.from_date.as_ref(), request.to_date.as_ref()), unit.today());
    let team = (!request.team.is_empty()).then(|| fields.slug("team", &request.team, 40));
    let range = fields.finish((days, team))?;
    let range = Range { days: range.0, team: range.1 };

    let team = range.team.as_deref();
    let mut allowed = None;
    if let Some(team) = team
        && store::case_managers(&mut unit, &proof, &parent, team).await? < LEAST_STAFF
    {
        if !leads {
            return Err(unit.refuse(asked, Failure::NotPermitted).await.into());
        }
        let (read, ground) = agreed(unit, &parent, &asked).await?;
        (unit, allowed) = (read, Some(ground));
    }
    let happened = store::happened(&mut unit, &proof, &parent, (range.days, Whose::Team(team))).await?;
    let durations = store::durations(&mut unit, &proof, &parent, &range).await?;
    let reach = store::reach(&mut unit, &proof, &parent, team).await?;
    let caseloads = store::caseloads(&mut unit, &proof, &parent, team).await?;
    let movements = store::movements(&mut unit, &proof, &parent, (range.days, Whose::Team(team))).await?;
    let employment = store::employment(&mut unit, &proof, &parent, (range.days, Whose::Team(team))).await?;
    let counted = happened.into_iter().chain(figures::movements(&movements)).chain(employment);
    let groups = figures::by_kind(counted.collect());
    let ground = allowed.as_ref().map(|(_, legal_basis): &(String, String)| legal_basis.clone());
    let answer = convert_steering::figures(&range, &groups, durations, reach, caseloads, allowed);
    // Whoever reads what is in truth about single people leaves a trace.
    if let Some(ground) = ground {
        unit.commit_read(&asked, &ground).await?;
    }
    Ok(answer)
}

/// Reads a range of days that figures may be about; without one there is a violation.
pub(super) fn days(
    fields: &mut Fields,
    (from, to): (Option<&lotse_proto::Date>, Option<&lotse_proto::Date>),
    today: Date,
) -> Days {
    let mut read = Fields::new();
    let days = Days { from: read.date("from_date", from), to: read.date("to_date", to) };
    if let Err(Failure::Fields(found)) = read.finish(()) {
        for fault in found {
            fields.violation(fault.field, fault.description);
        }
    } else if days.to < days.from {
        fields.violation("to_date", "must not be before from_date");
    } else if days.to > today {
        fields.violation("to_date", "must not be in the future");
    } else if days.to >= days.from.saturating_add(MOST_YEARS.years()) {
        fields.violation("to_date", "must be within ten years of from_date");
    }
    days
}
