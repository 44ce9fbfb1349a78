//! `ReferralProcessService.PreviewReferrals`: what a policy version does to the referrals that wait for a date, changing nothing (R8).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{
    failure::Failure,
    fields::parse_name,
    principal::Caller,
    replanning::{Asked, Seen, change},
};
use lotse_proto::{cases::PolicyChange, providers as contract};

use crate::{
    access::{Office, acts},
    domain::{referral::Referral, timetable},
    store::waiting,
};

/// Looks through one page.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::PreviewReferralsRequest,
) -> Result<contract::PreviewReferralsResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let (mut unit, proof) =
        office.enter_register::<acts::PreviewReferrals>(caller, &parent, parent.to_string()).await?;
    let given = (request.after.as_str(), request.rules.as_ref(), request.citation.as_str());
    let asked = Asked::parse(&parent, given, request.as_of_date.as_ref())?;

    let page = waiting::referrals(&mut unit, proof, &parent, asked.after).await?;
    let total_count = waiting::count(&mut unit, proof, &parent).await?;
    let last = page.last().filter(|_| page.len() == waiting::PAGE).map(|stored| stored.referral.name.id().to_string());
    let changes = page.iter().map(|stored| becomes(&stored.referral, &asked)).collect::<Result<Vec<_>, _>>()?;
    Ok(contract::PreviewReferralsResponse {
        read_count: i32::try_from(page.len()).unwrap_or(i32::MAX),
        total_count,
        changes: changes.into_iter().flatten().collect(),
        last: last.unwrap_or_default(),
    })
}

fn becomes(referral: &Referral, asked: &Asked) -> Result<Option<PolicyChange>, Failure> {
    let (with, without) = (asked.with.on(asked.as_of), asked.without.on(asked.as_of));
    let seen = |around| {
        let owed = timetable::owed(referral, around)?;
        Ok::<_, Failure>(owed.map(|(deadline, escalates_on)| Seen { deadline, escalates_on }))
    };
    let Some(((before, after), anew)) = seen(without)?.zip(seen(with)?).zip(timetable::deadline_anew(referral, with)?)
    else {
        return Ok(None);
    };
    Ok(change(referral.name.to_string(), (&before, &after), &anew, asked.as_of))
}
