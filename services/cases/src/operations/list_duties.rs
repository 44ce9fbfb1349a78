//! `DutyService.ListDuties`: the worklist.

use jiff::civil::Date;
use lotse_kernel::names::{CaseName, EpisodeName, JobcenterName};
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    paging::Page,
    principal::Caller,
    unit::Desk,
};
use lotse_proto::{cases as contract, common};
use uuid::Uuid;

use crate::{
    access::{self, acts},
    convert, convert_episode,
    operations::list_cases::viewer,
    store::duties::{self, Filter},
};

/// Entries of a filter: more than there are states, or kinds.
const MOST_OF_A_FILTER: usize = 50;

/// Lists duties by due date, then name.
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
    let (mut unit, _, person) = access::enter::<acts::ListDuties>(unit, &parent, &parent.to_string()).await?;

    let mut fields = Fields::new();
    let filter = parse(&mut fields, &parent, &request);
    let filter = fields.finish(filter)?;
    let page =
        Page::<(Date, Uuid)>::parse(&format!("duties {parent} {filter:?}"), request.page_size, &request.page_token)?;
    let mut rows = duties::list(&mut unit, &parent, &viewer(caller, &person), &filter, &page).await?;
    let next_page_token = page.cut(&mut rows, |row| (row.duty.deadline().due_on(), row.duty.name().id()));
    let today = unit.today();
    let duties = rows.iter().map(|row| convert_episode::listed_duty(row, today)).collect();
    Ok(contract::ListDutiesResponse { duties, next_page_token })
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
        } else {
            filter.case = fields.name::<CaseName>("subject", &request.subject).map(|case| case.id());
        }
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
