//! `DutyService.ListDuties`: the worklist.

use lotse_kernel::names::{CaseName, EpisodeName, JobcenterName, StaffName};
use lotse_platform::{
    authorization::Person,
    failure::Failure,
    fields::{Fields, parse_name},
    paging::Page,
    principal::{Caller, Role},
    unit::Desk,
};
use lotse_proto::{cases as contract, common};

use crate::{
    access::{self, acts},
    convert, convert_episode,
    operations::list_cases::viewer,
    store::worklist::{self, Filter, Place},
};

/// Entries of a filter: more than there are states, or kinds.
const MOST_OF_A_FILTER: usize = 50;

/// Lists duties: overdue first, then by the day to aim for and name.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ListDutiesRequest,
) -> Result<contract::ListDutiesResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (unit, _, person) = access::enter::<acts::ListDuties>(unit, &parent, &parent.to_string()).await?;

    let mut fields = Fields::new();
    let filter = parse(&mut fields, &parent, &request);
    let scope = (request.scope != 0).then(|| fields.choice::<contract::WorklistScope>("scope", request.scope));
    let filter = match scope {
        Some(contract::WorklistScope::Own) => own(&mut fields, filter, caller, &person),
        Some(contract::WorklistScope::Team) => of_the_team(&mut fields, filter, &person),
        Some(contract::WorklistScope::Jobcenter | contract::WorklistScope::Unspecified) | None => Some(filter),
    };
    let filter = fields.finish(filter)?;
    let page = Page::<Place>::parse(&format!("duties {parent} {filter:?}"), request.page_size, &request.page_token)?;
    // Who has no staff record owns nothing and is of no team.
    let Some(filter) = filter else { return Ok(contract::ListDutiesResponse::default()) };
    // A page is several statements: seen between two of them, a duty that has moved from one stretch to the other would be told twice, or not
    // at all.
    let mut unit = unit.frozen(desk).await?;
    let mut rows = worklist::list(&mut unit, &parent, &viewer(caller, &person), &filter, &page).await?;
    let today = unit.today();
    let day = page.after.map_or(today, |place| place.day.0);
    let next_page_token = page.cut(&mut rows, |row| filter.place(&row.duty, day));
    let duties = rows.iter().map(|row| convert_episode::listed_duty(row, today)).collect();
    Ok(contract::ListDutiesResponse { duties, next_page_token })
}

/// What the caller has to do. A proposal on which the votes differ has no owner and lies with the lead of the team, whoever that is.
fn own(fields: &mut Fields, filter: Filter, caller: &Caller, person: &Person) -> Option<Filter> {
    if filter.owner.is_some() {
        fields.violation("owner", "must be empty in the scope OWN");
    }
    let owner = person.staff_member.parse::<StaffName>().ok()?.id();
    Some(Filter { owner: Some(owner), with_lead: caller.principal.has(Role::TeamLead), ..filter })
}

fn of_the_team(fields: &mut Fields, filter: Filter, person: &Person) -> Option<Filter> {
    if filter.team.is_some() {
        fields.violation("team", "must be empty in the scope TEAM");
    }
    let team = Some(person.team.clone()).filter(|team| !team.is_empty())?;
    Some(Filter { team: Some(team), ..filter })
}

fn parse(fields: &mut Fields, parent: &JobcenterName, request: &contract::ListDutiesRequest) -> Filter {
    let mut filter = Filter {
        due_from: fields.optional_date("due_from_date", request.due_from_date.as_ref()),
        due_until: fields.optional_date("due_until_date", request.due_until_date.as_ref()),
        team: (!request.team.is_empty()).then(|| fields.slug("team", &request.team, 40)),
        ..Filter::default()
    };
    if !request.owner.is_empty() {
        filter.owner = convert::parse_staff_name(fields, "owner", &request.owner, parent).map(|name| name.id());
    }
    if !request.subject.is_empty() {
        if let Ok(episode) = request.subject.parse::<EpisodeName>() {
            filter.episode = Some(episode.id());
            filter.case = Some(episode.case().id());
        } else {
            filter.case = fields.name::<CaseName>("subject", &request.subject).map(|case| case.id());
        }
    }
    if request.population != 0 {
        let population: contract::Population = fields.choice("population", request.population);
        filter.outside = Some(population == contract::Population::Outside);
    }
    fields.at_most("states", request.states.len(), MOST_OF_A_FILTER);
    fields.at_most("kinds", request.kinds.len(), MOST_OF_A_FILTER);
    for (i, state) in request.states.iter().enumerate() {
        let state: common::DutyState = fields.choice(&format!("states[{i}]"), *state);
        filter.states.push(convert::code(state.as_str_name(), "DUTY_STATE_"));
    }
    if filter.states.is_empty() {
        filter.states = vec!["OPEN".to_owned(), "OVERDUE".to_owned()];
    }
    for (i, kind) in request.kinds.iter().enumerate() {
        let kind: common::DutyKind = fields.choice(&format!("kinds[{i}]"), *kind);
        filter.kinds.push(convert::code(kind.as_str_name(), "DUTY_KIND_"));
    }
    filter
}
