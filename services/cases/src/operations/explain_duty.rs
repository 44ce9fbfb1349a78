//! `DutyService.ExplainDuty`: why a date is the date it is.

use lotse_kernel::names::DutyName;
use lotse_platform::{convert::explanation, failure::Failure, fields::parse_name, principal::Caller, unit::Desk};
use lotse_proto::{cases as contract, common};

use crate::{
    access::{self, acts},
    store::duties,
};

/// Explains the dates of a duty.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ExplainDutyRequest,
) -> Result<common::Explanation, Failure> {
    let name: DutyName = parse_name("name", &request.name)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, name.case(), &request.name).await?;
    let (mut unit, _) = unit.authorize::<acts::ExplainDuty>(&person, &resource).await?;
    let listed = duties::load(&mut unit, &name).await?;
    Ok(explanation(&listed.duty.deadline().explanation))
}
