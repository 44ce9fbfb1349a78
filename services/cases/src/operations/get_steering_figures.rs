//! `SteeringService.GetSteeringFigures`: what happened in a range of days, and who is reached today (R38, R110, R154).

use jiff::{ToSpan, civil::Date};
use lotse_kernel::names::JobcenterName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::Caller,
    unit::Desk,
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert_steering,
    domain::figures,
    store::figures::{self as store, Days, Range, Whose},
};

/// The most years of a range.
const MOST_YEARS: i32 = 10;

/// Counts; figures of one person are none of them (R192).
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetSteeringFiguresRequest,
) -> Result<contract::SteeringFigures, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, proof, _) = access::enter::<acts::GetSteeringFigures>(unit, &parent, &parent.to_string()).await?;

    let mut fields = Fields::new();
    let days = days(&mut fields, (request.from_date.as_ref(), request.to_date.as_ref()), unit.today());
    let team = (!request.team.is_empty()).then(|| fields.slug("team", &request.team, 40));
    let range = fields.finish((days, team))?;
    let range = Range { days: range.0, team: range.1 };

    let team = range.team.as_deref();
    let happened = store::happened(&mut unit, &proof, &parent, (range.days, Whose::Team(team))).await?;
    let durations = store::durations(&mut unit, &proof, &parent, &range).await?;
    let reach = store::reach(&mut unit, &proof, &parent, team).await?;
    let caseloads = store::caseloads(&mut unit, &proof, &parent, team).await?;
    let movements = store::movements(&mut unit, &proof, &parent, (range.days, Whose::Team(team))).await?;
    let employment = store::employment(&mut unit, &proof, &parent, (range.days, Whose::Team(team))).await?;
    let counted = happened.into_iter().chain(figures::movements(&movements)).chain(employment);
    let groups = figures::by_kind(counted.collect());
    Ok(convert_steering::figures(&range, &groups, durations, reach, caseloads))
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
