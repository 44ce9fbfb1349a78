//! `StaffService.UpdateStaffMember`: other team, other functions, other address.

use lotse_kernel::names::StaffName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::Caller,
    unit::{Claim, Desk},
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert,
    store::staff,
};

/// Changes the facts of a staff member; the subject stays.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::UpdateStaffMemberRequest,
) -> Result<contract::StaffMember, Failure> {
    let name: StaffName = parse_name("name", &request.name)?;
    let unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (mut unit, proof, _) =
        access::enter::<acts::UpdateStaffMember>(unit, name.jobcenter_name(), &request.name).await?;
    let missing = || Failure::NotFound { name: name.to_string() };
    let stored = staff::load(&mut unit, &name).await?.ok_or_else(missing)?;

    let mut fields = Fields::new();
    let mut wanted = fields.required("staff_member", request.staff_member.as_ref()).cloned().unwrap_or_default();
    if wanted.subject.is_empty() {
        fields.violation("staff_member.subject", "is required");
    } else if wanted.subject != stored.subject {
        fields.violation("staff_member.subject", "cannot change");
    }
    wanted.subject.clone_from(&stored.subject);
    let member = convert::parse_staff_member(&mut fields, name.clone(), &wanted);
    let (request_id, version) = (fields.request_id(&request.request_id), fields.etag(&request.etag));
    let member = fields.finish(member)?;

    if unit.claim(request_id, &request, &name.to_string()).await? == Claim::New {
        staff::update(&mut unit, &proof, &member, version).await?;
        let changed = staff::load(&mut unit, &name).await?.ok_or_else(missing)?;
        unit.commit(&name.to_string(), "§ 44g SGB II").await?;
        return Ok(convert::staff_member(changed));
    }
    // What was read before the claim waited for the first call may be what that call changed.
    Ok(convert::staff_member(staff::load(&mut unit, &name).await?.ok_or_else(missing)?))
}
