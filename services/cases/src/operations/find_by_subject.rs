//! `StaffDirectoryService.FindBySubject` (process API): the staff member behind a principal.

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
    convert::{self, SUBJECT_CHARACTERS},
    store::staff,
};

/// Looks the staff member up.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::FindBySubjectRequest,
) -> Result<contract::StaffMember, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, _, _) = access::enter::<acts::FindBySubject>(unit, &parent, &parent.to_string()).await?;
    let mut fields = Fields::new();
    let subject = fields.line("subject", &request.subject, 1..=SUBJECT_CHARACTERS);
    let subject = fields.finish(subject)?;
    let stored = staff::load_by_subject(&mut unit, &parent, &subject).await?;
    stored.map(convert::staff_member).ok_or_else(|| Failure::NotFound { name: parent.to_string() })
}
