//! `InboxService.MarkNoticeRead`.

use lotse_kernel::names::NoticeName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::Caller,
    unit::Claim,
};
use lotse_proto::notifications as contract;

use crate::{
    access::{self, acts},
    convert,
    role::Office,
    store::notices,
};

/// Marks a notice of the own inbox as read.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::MarkNoticeReadRequest,
) -> Result<contract::Notice, Failure> {
    let name: NoticeName = parse_name("name", &request.name)?;
    let person = office.person(caller).await?;
    let unit = office.desk.begin(caller, name.jobcenter().as_str()).await?;
    let inbox = access::inbox(name.staff(), &request.name);
    let (mut unit, proof) = unit.authorize::<acts::MarkNoticeRead>(&person, &inbox).await?;
    let notice = notices::load(&mut unit, &name).await?;

    let mut fields = Fields::new();
    let (request_id, version) = (fields.request_id(&request.request_id), fields.etag(&request.etag));
    fields.finish(())?;

    if unit.claim(request_id, &request, &name.to_string()).await? != Claim::New {
        return Ok(convert::notice(notice));
    }
    if notice.version != version {
        return Err(Failure::StaleEtag);
    }
    let now = unit.now();
    let notice = match notice.clone().mark_read(now) {
        Some(read) => notices::update_read(&mut unit, &proof, read).await?,
        None => notice,
    };
    unit.commit(&name.to_string(), "§ 44b SGB II").await?;
    Ok(convert::notice(notice))
}
