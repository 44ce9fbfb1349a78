//! `DutyService.GetDuty`.

use lotse_kernel::names::DutyName;
use lotse_platform::{failure::Failure, fields::parse_name, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert_episode,
    store::duties,
};

/// Reads one duty.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetDutyRequest,
) -> Result<contract::Duty, Failure> {
    let name: DutyName = parse_name("name", &request.name)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, name.case(), &request.name).await?;
    let (mut unit, _) = unit.authorize::<acts::GetDuty>(&person, &resource).await?;
    let today = unit.today();
    Ok(convert_episode::listed_duty(&duties::load(&mut unit, &name).await?, today))
}
