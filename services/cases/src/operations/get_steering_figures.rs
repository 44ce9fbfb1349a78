//! `SteeringService.GetSteeringFigures`: what happened in a range of days, and who is reached today (R38, R110, R154).

use jiff::ToSpan;
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
    store::figures::{self as store, Range},
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
    let from = fields.date("from_date", request.from_date.as_ref());
    let to = fields.date("to_date", request.to_date.as_ref());
    let team = (!request.team.is_empty()).then(|| fields.slug("team", &request.team, 40));
    let range = fields.finish(Range { from, to, team })?;
    let wrong = if to < from {
        Some("must not be before from_date")
    } else if to > unit.today() {
        Some("must not be in the future")
    } else if to >= from.saturating_add(MOST_YEARS.years()) {
        Some("must be within ten years of from_date")
    } else {
        None
    };
    let mut fields = Fields::new();
    if let Some(wrong) = wrong {
        fields.violation("to_date", wrong);
    }
    fields.finish(())?;

    let team = range.team.as_deref();
    let happened = store::happened(&mut unit, &proof, &parent, &range).await?;
    let durations = store::durations(&mut unit, &proof, &parent, &range).await?;
    let reach = store::reach(&mut unit, &proof, &parent, team).await?;
    let caseloads = store::caseloads(&mut unit, &proof, &parent, team).await?;
    let groups = figures::by_kind(happened);
    Ok(convert_steering::figures(&range, &groups, durations, reach, caseloads))
}
