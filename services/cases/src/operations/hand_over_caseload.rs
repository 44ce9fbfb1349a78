//! `EpisodeService.HandOverCaseload`: a case manager leaves, and many episodes go over (row 5b, R125, R126).

use std::collections::BTreeSet;

use lotse_kernel::names::{EpisodeName, JobcenterName, StaffName};
use lotse_platform::{
    etag,
    failure::{Failure, OperationError as _},
    fields::{Fields, parse_name},
    principal::Caller,
    unit::{Claim, Desk},
};
use lotse_proto::cases::{self as contract, CaseManagerChangeReason};
use tonic::Code;
use uuid::Uuid;

use crate::{
    access::{self, acts},
    acting::Error,
    convert,
    operations::change_case_manager,
    store::episodes,
};

/// How many episodes go over in one call.
const MOST: usize = 100;

/// Said where another person is the case manager of an episode.
const CASE_MANAGER_DIFFERS: &str = "CASE_MANAGER_DIFFERS";

/// Who hands over what, read from the request.
struct Caseload<'r> {
    former: StaffName,
    reason: CaseManagerChangeReason,
    items: Vec<(EpisodeName, StaffName, &'r contract::CaseloadItem)>,
}

/// Hands over one episode after the other, each in a transaction of its own. The call itself leaves its audit row and nothing else, so that a
/// repetition finds what is done by the episodes themselves.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::HandOverCaseloadRequest,
) -> Result<contract::HandOverCaseloadResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, _, _) = access::enter::<acts::HandOverCaseload>(unit, &parent, &parent.to_string()).await?;

    let mut fields = Fields::new();
    let caseload = parse(&mut fields, &parent, &request);
    let request_id = fields.request_id(&request.request_id);
    let caseload =
        fields.finish(caseload)?.ok_or_else(|| Failure::Defect("a caseload that was not read".to_owned()))?;
    if unit.claim(request_id, &request, &parent.to_string()).await? == Claim::New {
        unit.commit(&parent.to_string(), "R125, R126").await?;
    } else {
        drop(unit);
    }
    let mut outcomes = Vec::with_capacity(caseload.items.len());
    for (episode, to, item) in &caseload.items {
        let refused = match hand_over(desk, caller, &caseload, (episode, to, item), request_id).await {
            Ok(refused) => refused,
            // A step of time came between reading and acting: what it changed is read, and nothing was done before.
            Err(error) if error.fault().code == Code::Aborted => {
                told(hand_over(desk, caller, &caseload, (episode, to, item), request_id).await)?
            }
            Err(error) => told(Err(error))?,
        };
        let (refusal_reason, wrong_fields) = refused.unwrap_or_default();
        outcomes.push(contract::CaseloadOutcome {
            episode: episode.to_string(),
            handed_over: refusal_reason.is_empty(),
            refusal_reason,
            wrong_fields,
        });
    }
    Ok(contract::HandOverCaseloadResponse { outcomes })
}

/// A reason, and the fields that were wrong.
type Refusal = (String, Vec<String>);

/// Hands one episode over; says why not, where the episode itself tells.
async fn hand_over(
    desk: &Desk,
    caller: &Caller,
    caseload: &Caseload<'_>,
    (episode, to, item): (&EpisodeName, &StaffName, &contract::CaseloadItem),
    request_id: Uuid,
) -> Result<Option<Refusal>, Error> {
    let name = episode.to_string();
    let seen = seen(desk, caller, episode).await?;
    let changes = seen.episode.care().map(|care| care.case_manager_changes.as_slice()).unwrap_or_default();
    if changes.last().is_some_and(|last| last.from == caseload.former && last.to == *to) {
        return Ok(None);
    }
    if seen.episode.case_manager() != Some(&caseload.former) {
        return Ok(Some((CASE_MANAGER_DIFFERS.to_owned(), Vec::new())));
    }
    let etag = etag::of(seen.version);
    let request = contract::ChangeCaseManagerRequest {
        // The same for the same state of the episode, whichever call came so far.
        request_id: Uuid::new_v5(&request_id, format!("{name}/{etag}").as_bytes()).to_string(),
        name,
        etag,
        case_manager: to.to_string(),
        reason: caseload.reason.into(),
        package: item.package.clone(),
        informed_date: item.informed_date,
    };
    change_case_manager::handle(desk, caller, request).await.map(|_| None)
}

/// The episode as it stands, for whoever may have another case manager take it over. Nothing of it is shown, so that reading leaves no trace.
async fn seen(desk: &Desk, caller: &Caller, episode: &EpisodeName) -> Result<episodes::Stored, Failure> {
    let mut unit = desk.begin(caller, episode.jobcenter().as_str()).await?;
    let (person, resource) = access::episode(&mut unit, episode).await?;
    let (mut unit, _) = unit.authorize::<acts::ChangeCaseManager>(&person, &resource).await?;
    episodes::load(&mut unit, episode).await
}

/// A refusal is an outcome of its episode; what fails otherwise ends the call, which may be repeated.
fn told(answer: Result<Option<Refusal>, Error>) -> Result<Option<Refusal>, Failure> {
    let error = match answer {
        Ok(refused) => return Ok(refused),
        Err(error) => error,
    };
    let fault = error.fault();
    if matches!(fault.code, Code::Internal | Code::Unavailable | Code::DeadlineExceeded)
        && let Error::Shared(failure) = error
    {
        return Err(failure);
    }
    let fields = fault.violations.into_iter().map(|violation| violation.field).collect();
    Ok(Some((fault.reason.to_owned(), fields)))
}

fn parse<'r>(
    fields: &mut Fields,
    parent: &JobcenterName,
    request: &'r contract::HandOverCaseloadRequest,
) -> Option<Caseload<'r>> {
    let former = convert::parse_staff_name(fields, "former_case_manager", &request.former_case_manager, parent);
    let reason: CaseManagerChangeReason = fields.choice("reason", request.reason);
    if reason == CaseManagerChangeReason::Specialised {
        fields.violation("reason", "must not be SPECIALISED, which is an outcome of a first talk");
    }
    if request.items.is_empty() {
        fields.violation("items", "must not be empty");
    }
    fields.at_most("items", request.items.len(), MOST);
    let mut items = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, item) in request.items.iter().take(MOST).enumerate() {
        let episode: Option<EpisodeName> = fields.name(&format!("items[{index}].episode"), &item.episode);
        let to = convert::parse_staff_name(fields, &format!("items[{index}].case_manager"), &item.case_manager, parent);
        change_case_manager::package(fields, &format!("items[{index}].package"), item.package.as_ref());
        fields.date(&format!("items[{index}].informed_date"), item.informed_date.as_ref());
        let Some((episode, to)) = episode.zip(to) else { continue };
        if episode.case().jobcenter_name() != parent {
            fields.violation(format!("items[{index}].episode"), "must belong to the jobcenter");
        }
        if !seen.insert(episode.to_string()) {
            fields.violation(format!("items[{index}].episode"), "must be named once");
        }
        if Some(&to) == former.as_ref() {
            fields.violation(
                format!("items[{index}].case_manager"),
                "must be another person than the one who hands over",
            );
        }
        items.push((episode, to, item));
    }
    Some(Caseload { former: former?, reason, items })
}
