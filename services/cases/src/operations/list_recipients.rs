//! `StaffDirectoryService.ListRecipients` (process API): who a notice goes to.

use lotse_kernel::names::{JobcenterName, StaffName};
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::Caller,
    unit::Desk,
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert,
    store::staff,
};

/// Resolves an audience; a staff member that left resolves to nobody.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ListRecipientsRequest,
) -> Result<contract::ListRecipientsResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, _, _) = access::enter::<acts::ListRecipients>(unit, &parent, &parent.to_string()).await?;

    let mut fields = Fields::new();
    let audience = fields.required("audience", request.audience.as_ref()).cloned().unwrap_or_default();
    let members = if audience.staff_member.is_empty() {
        let function: contract::StaffFunction = fields.choice("audience.function", audience.function);
        let team = fields.slug("audience.team", &audience.team, 40);
        fields.finish(())?;
        staff::with_function(&mut unit, &parent, &convert::function_code(function), &team).await?
    } else {
        let name: Option<StaffName> =
            convert::parse_staff_name(&mut fields, "audience.staff_member", &audience.staff_member, &parent);
        fields.finish(())?;
        match name {
            Some(name) => staff::load(&mut unit, &name).await?.into_iter().collect(),
            None => Vec::new(),
        }
    };
    Ok(contract::ListRecipientsResponse { staff_members: members.into_iter().map(convert::staff_member).collect() })
}
