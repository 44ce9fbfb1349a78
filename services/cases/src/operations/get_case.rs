//! `CaseService.GetCase`.

use lotse_kernel::names::CaseName;
use lotse_platform::{failure::Failure, fields::parse_name, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert,
    store::cases,
};

/// Reads a case.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetCaseRequest,
) -> Result<contract::Case, Failure> {
    let name: CaseName = parse_name("name", &request.name)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, &name, &request.name).await?;
    let (mut unit, _) = unit.authorize::<acts::GetCase>(&person, &resource).await?;
    Ok(convert::case(cases::load(&mut unit, &name).await?))
}
