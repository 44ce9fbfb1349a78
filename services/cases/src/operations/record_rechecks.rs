//! `WatchService.RecordRechecks`: several people outside case management were checked, and all of it is recorded or nothing (R23).

use std::collections::BTreeSet;

use jiff::civil::Date;
use lotse_kernel::names::{CaseName, JobcenterName, StaffName};
use lotse_platform::{
    failure::{Failure, Fault, OperationError},
    fields::{Fields, parse_name},
    principal::Caller,
    unit::{Claim, Desk, Unit},
};
use lotse_proto::cases as contract;
use thiserror::Error;

use crate::{
    access::{self, acts},
    acting, convert,
    domain::{vocabulary::RecheckResult, watch::Check},
    operations::{get_watch::show, record_recheck::record},
};

/// How many people are checked in one call.
pub(super) const MOST: usize = 100;

/// Why the checks were not recorded.
#[derive(Debug, Error)]
pub enum Error {
    /// One of them does not fit.
    #[error("the recheck {index} of {case} does not fit")]
    Item {
        /// Its place in the request, from 0.
        index: usize,
        /// Whose it is.
        case: CaseName,
        /// Why.
        source: acting::Error,
    },
    /// What any operation may meet.
    #[error(transparent)]
    Shared(#[from] Failure),
}

impl OperationError for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::Shared(failure) => failure.fault(),
            Self::Item { index, case, source } => {
                let mut fault = source.fault();
                for violation in &mut fault.violations {
                    violation.field = format!("rechecks[{index}].{}", violation.field);
                }
                fault.with("index", index.to_string()).with("case", case.to_string())
            }
        }
    }
}

/// The check of one person, as it was read.
struct Item {
    index: usize,
    case: CaseName,
    version: i64,
    check: Check,
}

/// Records the checks, or answers with the watches when the request was seen before. Whether the caller may is asked for every case before
/// anything is written, as a refusal leaves its audit row and nothing else.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::RecordRechecksRequest,
) -> Result<contract::RecordRechecksResponse, Error> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, _, officer) = access::enter::<acts::RecordRechecks>(unit, &parent, &request.parent).await?;
    // What is no case of the jobcenter is told with the other fields.
    let cases = request.rechecks.iter().take(MOST).filter_map(|item| item.case.parse::<CaseName>().ok());
    for case in cases.filter(|case| case.jobcenter_name() == &parent) {
        let (person, resource) = access::case(&mut unit, &case, &case.to_string()).await?;
        (unit, _) = unit.authorize::<acts::RecordRecheck>(&person, &resource).await?;
    }

    let mut fields = Fields::new();
    let checked_by: StaffName = parse_name("staff", &officer.staff_member)?;
    let mut items = parse(&mut fields, &request, (&parent, &checked_by), unit.today());
    let request_id = fields.request_id(&request.request_id);
    fields.finish(())?;

    let names: Vec<CaseName> = items.iter().map(|item| item.case.clone()).collect();
    if unit.claim(request_id, &request, &parent.to_string()).await? != Claim::New {
        return shown(&mut unit, &names).await;
    }
    // In the order of their cases, as everybody locks them.
    items.sort_by(|a, b| a.case.cmp(&b.case));
    for Item { index, case, version, check } in items {
        let recorded = record(&mut unit, desk, &case, version, check).await;
        recorded.map_err(|source| Error::Item { index, case, source })?;
    }
    let answer = shown(&mut unit, &names).await?;
    unit.commit(&parent.to_string(), "R23").await?;
    Ok(answer)
}

async fn shown(unit: &mut Unit, names: &[CaseName]) -> Result<contract::RecordRechecksResponse, Error> {
    let mut watches = Vec::with_capacity(names.len());
    for name in names {
        watches.push(show(unit, name).await?);
    }
    Ok(contract::RecordRechecksResponse { watches })
}

/// Reads the items; those with a violation are left out, as nothing is done then.
fn parse(
    fields: &mut Fields,
    request: &contract::RecordRechecksRequest,
    (parent, checked_by): (&JobcenterName, &StaffName),
    today: Date,
) -> Vec<Item> {
    if request.rechecks.is_empty() {
        fields.violation("rechecks", "must not be empty");
    }
    fields.at_most("rechecks", request.rechecks.len(), MOST);
    let (mut items, mut seen) = (Vec::new(), BTreeSet::new());
    for (index, item) in request.rechecks.iter().take(MOST).enumerate() {
        let at = |field: &str| format!("rechecks[{index}].{field}");
        let case: Option<CaseName> = fields.name(&at("case"), &item.case);
        if case.as_ref().is_some_and(|case| case.jobcenter_name() != parent) {
            fields.violation(at("case"), "must belong to the jobcenter");
        }
        if case.as_ref().is_some_and(|case| !seen.insert(case.clone())) {
            fields.violation(at("case"), "must be named once");
        }
        let result = match item.result() {
            contract::RecheckResult::Unspecified if item.result == 0 => Some(RecheckResult::Unchanged),
            _ => {
                let code = contract::RecheckResult::as_str_name;
                convert::parse_code(fields, &at("result"), item.result, "RECHECK_RESULT_", code)
            }
        };
        let reason = fields.text(&at("reason"), &item.reason, 1..=2000);
        let talk = fields.text(&at("talk"), &item.talk, 0..=500);
        let checked_on = fields.optional_date(&at("check_date"), item.check_date.as_ref()).unwrap_or(today);
        let version = lotse_platform::etag::parse(&item.etag);
        if version.is_none() {
            fields.violation(at("etag"), "must be the etag last read");
        }
        if let (Some(case), Some(result), Some(version)) = (case, result, version) {
            let check = Check { result, reason, checked_on, checked_by: checked_by.clone(), talk };
            items.push(Item { index, case, version, check });
        }
    }
    items
}
