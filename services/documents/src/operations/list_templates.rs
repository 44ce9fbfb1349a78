//! `TemplateService.ListTemplates`: the versions of all templates.

use lotse_platform::authorization::{Act, Authorized, Person, Resource};
use lotse_platform::failure::Failure;
use lotse_platform::paging::Page;
use lotse_platform::principal::Caller;
use lotse_platform::unit::Unit;
use lotse_proto::documents::{ListTemplatesRequest, ListTemplatesResponse};

use crate::store::templates;
use crate::{Documents, convert};

/// The act.
#[derive(Debug, Clone, Copy)]
pub struct ListTemplates;

impl Act for ListTemplates {
    const NAME: &'static str = "ListTemplates";
}

/// Lists the templates.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    documents: &Documents,
    caller: &Caller,
    request: ListTemplatesRequest,
) -> Result<ListTemplatesResponse, Failure> {
    let (mut unit, proof) = enter::<ListTemplates>(documents, caller, "templates").await?;
    let page = Page::parse("templates", request.page_size, &request.page_token)?;
    let mut rows = templates::list(&mut unit, proof, &page).await?;
    let next_page_token = page.cut(&mut rows, templates::list_key);
    let templates = rows.into_iter().map(|row| convert::template(row, false)).collect();
    Ok(ListTemplatesResponse { templates, next_page_token })
}

/// Lets a member of staff in to what belongs to the whole cell.
pub(super) async fn enter<A: Act>(
    documents: &Documents,
    caller: &Caller,
    name: &str,
) -> Result<(Unit, Authorized<A>), Failure> {
    let home = caller.principal.jobcenter.clone().unwrap_or_default();
    let unit = documents.desk.begin(caller, &home).await?;
    let resource = Resource { kind: "Cell", name: name.to_owned(), facts: vec![("jobcenter", home)] };
    unit.authorize::<A>(&Person::default(), &resource).await
}
