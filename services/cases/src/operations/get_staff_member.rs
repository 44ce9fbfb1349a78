//! `StaffService.GetStaffMember`.

use lotse_kernel::names::StaffName;
use lotse_platform::{failure::Failure, fields::parse_name, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert,
    store::staff,
};

/// Reads a staff member.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetStaffMemberRequest,
) -> Result<contract::StaffMember, Failure> {
    let name: StaffName = parse_name("name", &request.name)?;
    let unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (mut unit, _, _) = access::enter::<acts::GetStaffMember>(unit, name.jobcenter_name(), &request.name).await?;
    let stored = staff::load(&mut unit, &name).await?;
    stored.map(convert::staff_member).ok_or_else(|| Failure::NotFound { name: name.to_string() })
}
