//! `ReferralProcessService.PreviewReferrals`: what a policy version does to the referrals that wait for a date, changing nothing (R8).

use lotse_kernel::{
    deadlines::Deadline,
    legal::{Open, Surroundings, Unanswered},
    names::JobcenterName,
    policy::PolicyKey,
};
use lotse_platform::{
    failure::Failure,
    fields::parse_name,
    principal::Caller,
    replanning::{Asked, Seen, Waiting, changes},
};
use lotse_proto::providers as contract;

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

    let page = waiting::page(&mut unit, proof, &parent, asked.after).await?;
    // How many there are is asked once, and not with each page.
    let total_count = if asked.after.is_none() { waiting::count(&mut unit, proof, &parent).await? } else { 0 };
    let last = page.last().filter(|_| page.len() == waiting::PAGE).map(|stored| stored.referral.name.id().to_string());
    unit.end().await?;
    let read_count = i32::try_from(page.len()).unwrap_or(i32::MAX);
    let referrals = page.into_iter().map(|stored| stored.referral).collect();
    Ok(contract::PreviewReferralsResponse {
        read_count,
        total_count,
        changes: changes(referrals, asked).await?,
        last: last.unwrap_or_default(),
    })
}

impl Waiting for Referral {
    fn name(&self) -> String {
        self.name.to_string()
    }

    fn owed(&self, around: Surroundings<'_>) -> Result<Option<Seen>, Unanswered> {
        let owed = timetable::owed(self, around)?;
        Ok(owed.map(|(deadline, escalates_on)| Seen { deadline, escalates_on }))
    }

    fn owed_anew(&self, around: Surroundings<'_>) -> Result<Option<Deadline>, Unanswered> {
        timetable::deadline_anew(self, around)
    }

    fn open(&self) -> Option<(Open, PolicyKey)> {
        timetable::open(self)
    }
}
