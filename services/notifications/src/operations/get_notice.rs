//! `InboxService.GetNotice`.

use lotse_kernel::names::NoticeName;
use lotse_platform::{failure::Failure, fields::parse_name, principal::Caller};
use lotse_proto::notifications as contract;

use crate::{
    access::{self, acts},
    convert,
    role::Office,
    store::notices,
};

/// Reads a notice of the own inbox.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::GetNoticeRequest,
) -> Result<contract::Notice, Failure> {
    let name: NoticeName = parse_name("name", &request.name)?;
    let person = office.person(caller).await?;
    let unit = office.desk.begin(caller, name.jobcenter().as_str()).await?;
    let inbox = access::inbox(name.staff(), &request.name);
    let (mut unit, _) = unit.authorize::<acts::GetNotice>(&person, &inbox).await?;
    Ok(convert::notice(notices::load(&mut unit, &name).await?))
}
