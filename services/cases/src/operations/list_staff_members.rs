//! `StaffService.ListStaffMembers`.

use lotse_kernel::names::JobcenterName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    paging::Page,
    principal::Caller,
    unit::Desk,
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert,
    store::staff,
};

/// Lists staff by display name.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ListStaffMembersRequest,
) -> Result<contract::ListStaffMembersResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, _, _) = access::enter::<acts::ListStaffMembers>(unit, &parent, &parent.to_string()).await?;
    let mut fields = Fields::new();
    let team = (!request.team.is_empty()).then(|| fields.slug("team", &request.team, 40));
    let team = fields.finish(team)?;
    let page = Page::parse(&format!("staff {parent} {}", request.team), request.page_size, &request.page_token)?;
    let mut rows = staff::list(&mut unit, &parent, team.as_deref(), &page).await?;
    let next_page_token = page.cut(&mut rows, |row| (row.display_name.clone(), row.name.id()));
    Ok(contract::ListStaffMembersResponse {
        staff_members: rows.into_iter().map(convert::staff_member).collect(),
        next_page_token,
    })
}
