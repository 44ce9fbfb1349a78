//! `WatchService.RecordPlanUpdate`: the plan that a person brought from case management was updated (R111, T5).

use lotse_kernel::names::CaseName;
use lotse_platform::{
    fields::{Fields, parse_name},
    principal::Caller,
    unit::{Claim, Desk},
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    acting::Error,
    convert_watch,
    domain::{
        events::{Event, Happened},
        watch::{Change, PlanIssued, Watch},
    },
    operations::get_watch::show,
    watching,
};

/// Records the update, or answers with the watch when the request was seen before.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::RecordPlanUpdateRequest,
) -> Result<contract::Watch, Error> {
    let name: CaseName = parse_name("name", &request.name)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, &name, &request.name).await?;
    let (mut unit, _) = unit.authorize::<acts::RecordPlanUpdate>(&person, &resource).await?;

    let mut fields = Fields::new();
    let issued_on = fields.optional_date("issue_date", request.issue_date.as_ref()).unwrap_or_else(|| unit.today());
    let (request_id, version) = (fields.request_id(&request.request_id), fields.etag(&request.etag));
    fields.finish(Some(()))?;

    if unit.claim(request_id, &request, &name.to_string()).await? != Claim::New {
        return Ok(show(&mut unit, &name).await?);
    }
    let (case, stored) = watching::as_seen(&mut unit, &name, version, Watch::updatable).await?;
    let issued_by = parse_name("staff", &person.staff_member)?;
    let subject = stored.watch.plan_duty().map(|duty| duty.name().to_string()).unwrap_or_default();
    let tells = |watch: &Watch| {
        let days_late = watch.facts().plan_updates.last().map(|update| update.days_late).unwrap_or_default();
        Happened { event: Event::PlanUpdated { issued_on, days_late }, subject }
    };
    let change = Change::PlanUpdated(PlanIssued { issued_on, issued_by });
    let after = watching::act(&mut unit, desk, (&case, &stored), (change, &person.staff_member), tells).await?;
    let proposal = watching::undecided(&mut unit, &case).await?;
    let answer = convert_watch::watch(&after, proposal.as_ref().map(|(episode, _)| episode), unit.today());
    unit.commit(&name.to_string(), "R111").await?;
    Ok(answer)
}
