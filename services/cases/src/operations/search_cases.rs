//! `CaseService.SearchCases`: finds cases among those the caller may see.

use lotse_kernel::names::JobcenterName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, contract_date, parse_name},
    paging::Page,
    principal::Caller,
    unit::Desk,
};
use lotse_proto::cases as contract;
use uuid::Uuid;

use crate::{
    access::{self, acts},
    domain::search::{folded, with_umlauts},
    operations::list_cases::viewer,
    store::search::{self, Found, Match, Query},
};

/// Letters and digits without which a query would fit everybody.
const LEAST: usize = 2;

/// Finds cases, best match first. It shows no more than `ListCases` does, so that as little is audited.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::SearchCasesRequest,
) -> Result<contract::SearchCasesResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, _, person) = access::enter::<acts::SearchCases>(unit, &parent, &parent.to_string()).await?;

    let mut fields = Fields::new();
    let query = parse(&mut fields, &request.query);
    let query = fields.finish(query)?;
    let page = Page::<(i32, Uuid)>::parse(
        &format!("search {parent} {}", query.typed),
        request.page_size,
        &request.page_token,
    )?;
    let mut rows = search::cases(&mut unit, &parent, &viewer(caller, &person), &query, &page).await?;
    let next_page_token = page.cut(&mut rows, |row| (row.score.get(), row.name.id()));
    Ok(contract::SearchCasesResponse { cases: rows.into_iter().map(found).collect(), next_page_token })
}

fn parse(fields: &mut Fields, query: &str) -> Query {
    let typed = fields.line("query", query, 2..=100);
    let folded = folded(&typed);
    let signs = folded.chars().filter(|sign| sign.is_alphanumeric()).count();
    if signs < LEAST && typed.chars().count() >= LEAST {
        fields.violation("query", format!("must have at least {LEAST} letters or digits"));
    }
    Query { with_umlauts: with_umlauts(&typed), typed, folded }
}

fn found(row: Found) -> contract::FoundCase {
    let kind = match row.score.kind() {
        Match::Words => contract::CaseMatch::Words,
        Match::Name => contract::CaseMatch::Name,
        Match::BenefitUnitNumber => contract::CaseMatch::BenefitUnitNumber,
        Match::CustomerNumber => contract::CaseMatch::CustomerNumber,
    };
    contract::FoundCase {
        name: row.name.to_string(),
        given_name: row.given_name,
        family_name: row.family_name,
        birth_date: Some(contract_date(row.born_on)),
        customer_number: row.customer_number,
        benefit_unit_number: row.benefit_unit_number,
        team: row.team,
        r#match: kind.into(),
        snippet: row.snippet,
    }
}
