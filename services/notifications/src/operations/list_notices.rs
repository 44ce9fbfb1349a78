//! `InboxService.ListNotices`: the own inbox, newest first.

use lotse_kernel::names::StaffName;
use lotse_platform::{failure::Failure, fields::parse_name, paging::Page, principal::Caller};
use lotse_proto::notifications as contract;

use crate::{
    access::{self, acts},
    convert,
    role::Office,
    store::notices,
};

/// Lists the own inbox.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::ListNoticesRequest,
) -> Result<contract::ListNoticesResponse, Failure> {
    let owner: StaffName = parse_name("parent", &request.parent)?;
    let person = office.person(caller).await?;
    let unit = office.desk.begin(caller, owner.jobcenter().as_str()).await?;
    let inbox = access::inbox(&owner, &request.parent);
    let (mut unit, proof) = unit.authorize::<acts::ListNotices>(&person, &inbox).await?;
    let list = format!("notices {owner} {}", request.unread_only);
    let page = Page::parse(&list, request.page_size, &request.page_token)?;
    let mut rows = notices::list(&mut unit, &proof, &owner, request.unread_only, &page).await?;
    let next_page_token = page.cut(&mut rows, |notice| notice.name.id());
    Ok(contract::ListNoticesResponse { notices: rows.into_iter().map(convert::notice).collect(), next_page_token })
}
