//! `LetterService.ListLetters`: the letters of a case, newest first.

use lotse_kernel::names::CaseName;
use lotse_platform::authorization::Act;
use lotse_platform::failure::Failure;
use lotse_platform::fields::parse_name;
use lotse_platform::paging::Page;
use lotse_platform::principal::Caller;
use lotse_proto::documents::{ListLettersRequest, ListLettersResponse};

use crate::store::letters;
use crate::{Documents, convert};

/// The act.
#[derive(Debug, Clone, Copy)]
pub struct ListLetters;

impl Act for ListLetters {
    const NAME: &'static str = "ListLetters";
}

/// Lists the letters of a case.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    documents: &Documents,
    caller: &Caller,
    request: ListLettersRequest,
) -> Result<ListLettersResponse, Failure> {
    let case: CaseName = parse_name("parent", &request.parent)?;
    let (mut unit, proof, _) = documents.enter::<ListLetters>(caller, &case, case.to_string()).await?;
    let page = Page::parse(&format!("letters/{case}"), request.page_size, &request.page_token)?;
    let mut rows = letters::list(&mut unit, proof, &case, &page).await?;
    let next_page_token = page.cut(&mut rows, letters::list_key);
    Ok(ListLettersResponse { letters: rows.into_iter().map(convert::letter).collect(), next_page_token })
}
