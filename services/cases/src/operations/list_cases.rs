//! `CaseService.ListCases`: the cases the caller may see. The filter repeats the rule of `policy/cases.cedar` in SQL.

use lotse_kernel::names::{JobcenterName, StaffName};
use lotse_platform::{
    authorization::Person,
    failure::Failure,
    fields::{Fields, parse_name},
    paging::Page,
    principal::{Caller, Role},
    unit::Desk,
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert,
    store::cases,
};

/// Lists cases, newest first.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ListCasesRequest,
) -> Result<contract::ListCasesResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, _, person) = access::enter::<acts::ListCases>(unit, &parent, &parent.to_string()).await?;
    let mut fields = Fields::new();
    let team = (!request.team.is_empty()).then(|| fields.slug("team", &request.team, 40));
    let team = fields.finish(team)?;
    let page = Page::parse(&format!("cases {parent} {}", request.team), request.page_size, &request.page_token)?;
    let mut rows = cases::list(&mut unit, &parent, &viewer(caller, &person), team.as_deref(), &page).await?;
    let next_page_token = page.cut(&mut rows, |row| row.name.id());
    Ok(contract::ListCasesResponse { cases: rows.into_iter().map(convert::case).collect(), next_page_token })
}

/// The caller as the list's filter sees them: the cases of which they are an officer in that officer's role, and those of the team for
/// case managers and team leads.
#[must_use]
pub fn viewer(caller: &Caller, person: &Person) -> cases::Viewer {
    let staff_member = person.staff_member.parse::<StaffName>().ok().map(|name| name.id());
    let as_officer = |role| staff_member.filter(|_| caller.principal.has(role));
    let by_team = caller.principal.has(Role::CaseManager) || caller.principal.has(Role::TeamLead);
    cases::Viewer {
        placement_officer: as_officer(Role::PlacementOfficer),
        case_manager: as_officer(Role::CaseManager),
        team: (by_team && !person.team.is_empty()).then(|| person.team.clone()),
    }
}
