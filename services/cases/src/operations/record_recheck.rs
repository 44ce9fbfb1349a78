//! `WatchService.RecordRecheck`: a person outside case management was checked (R23).

use lotse_kernel::names::CaseName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::Caller,
    unit::{Claim, Desk, Unit},
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    acting::Error,
    convert, convert_watch,
    domain::{
        events::{Event, Happened},
        watch::{Change, Check, Watch},
    },
    operations::get_watch::show,
    store::watches::Stored,
    watching,
};

/// Records the check, or answers with the watch when the request was seen before.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::RecordRecheckRequest,
) -> Result<contract::Watch, Error> {
    let name: CaseName = parse_name("name", &request.name)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, &name, &request.name).await?;
    let (mut unit, _) = unit.authorize::<acts::RecordRecheck>(&person, &resource).await?;

    let mut fields = Fields::new();
    let result = contract::RecheckResult::as_str_name;
    let result = convert::parse_code(&mut fields, "result", request.result, "RECHECK_RESULT_", result);
    let reason = fields.text("reason", &request.reason, 1..=2000);
    let talk = fields.text("talk", &request.talk, 0..=500);
    let checked_on = fields.optional_date("check_date", request.check_date.as_ref()).unwrap_or_else(|| unit.today());
    let (request_id, version) = (fields.request_id(&request.request_id), fields.etag(&request.etag));
    let result = fields.finish(result)?.ok_or_else(|| Failure::Defect("a result that was not read".to_owned()))?;

    if unit.claim(request_id, &request, &name.to_string()).await? != Claim::New {
        return Ok(show(&mut unit, &name).await?);
    }
    let checked_by = parse_name("staff", &person.staff_member)?;
    let check = Check { result, reason, checked_on, checked_by, talk };
    let after = record(&mut unit, desk, &name, version, check).await?;
    let answer = convert_watch::watch(&after, None, unit.today());
    unit.commit(&name.to_string(), "R23").await?;
    Ok(answer)
}

/// Records the check of somebody whose watch was seen as `version`.
///
/// # Errors
/// See [`enum@Error`].
pub(super) async fn record(
    unit: &mut Unit,
    desk: &Desk,
    name: &CaseName,
    version: i64,
    check: Check,
) -> Result<Stored, Error> {
    let (case, stored) = watching::as_seen(unit, name, version, Watch::checkable).await?;
    // Who was proposed is checked by those who decide on the proposal.
    if let Some((episode, phase)) = watching::undecided(unit, &case).await? {
        return Err(Error::EpisodeRunning { episode, phase });
    }
    let (result, actor) = (check.result, check.checked_by.to_string());
    let subject = stored.watch.duty().map(|duty| duty.name().to_string()).unwrap_or_default();
    let tells = |watch: &Watch| {
        let days_late = watch.facts().checks.last().map(|check| check.days_late).unwrap_or_default();
        Happened { event: Event::EligibilityRechecked { result, days_late }, subject }
    };
    watching::act(unit, desk, (&case, &stored), (Change::Checked(check), &actor), tells).await
}
