//! `WatchService.EndWatch`: a person outside case management is not to be checked any more, because they are gone (R23).

use lotse_kernel::names::CaseName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::Caller,
    unit::{Claim, Desk},
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    acting::Error,
    convert, convert_watch,
    domain::{
        events::{Event, Happened},
        vocabulary::{TechnicalEnd, UnwatchedReason},
        watch::{Change, Watch},
    },
    operations::get_watch::show,
    watching,
};

/// Ends the watch, or answers with it when the request was seen before.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::EndWatchRequest,
) -> Result<contract::Watch, Error> {
    let name: CaseName = parse_name("name", &request.name)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, &name, &request.name).await?;
    let (mut unit, _) = unit.authorize::<acts::EndWatch>(&person, &resource).await?;

    let mut fields = Fields::new();
    let reason = reason(&mut fields, request.kind);
    let (request_id, version) = (fields.request_id(&request.request_id), fields.etag(&request.etag));
    let reason = fields.finish(reason)?.ok_or_else(|| Failure::Defect("a reason that was not read".to_owned()))?;

    if unit.claim(request_id, &request, &name.to_string()).await? != Claim::New {
        return Ok(show(&mut unit, &name).await?);
    }
    let (case, stored) = watching::as_seen(&mut unit, &name, version, Watch::endable).await?;
    let tells = |_: &Watch| Happened::to_case(&name, Event::WatchEnded { reason });
    let act = (Change::Left(reason), person.staff_member.as_str());
    let after = watching::act(&mut unit, desk, (&case, &stored), act, tells).await?;
    let proposal = watching::undecided(&mut unit, &case).await?;
    let answer = convert_watch::watch(&after, proposal.as_ref().map(|(episode, _)| episode), unit.today());
    unit.commit(&name.to_string(), "R23").await?;
    Ok(answer)
}

/// Reads why the person is gone.
fn reason(fields: &mut Fields, kind: i32) -> Option<UnwatchedReason> {
    let name = contract::TechnicalEnd::as_str_name;
    let kind = convert::parse_code::<_, TechnicalEnd>(fields, "kind", kind, "TECHNICAL_END_", name)?;
    let reason = UnwatchedReason::of(kind);
    if reason.is_none() {
        fields.violation("kind", "must tell why the person is not looked after any more");
    }
    reason
}
