//! `JobcenterService.GetJobcenter`.

use lotse_kernel::names::JobcenterName;
use lotse_platform::{failure::Failure, fields::parse_name, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert,
    store::jobcenters,
};

/// Reads a jobcenter.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetJobcenterRequest,
) -> Result<contract::Jobcenter, Failure> {
    let name: JobcenterName = parse_name("name", &request.name)?;
    let unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (mut unit, _, _) = access::enter::<acts::GetJobcenter>(unit, &name, &name.to_string()).await?;
    let stored = jobcenters::load(&mut unit, &name).await?;
    stored.map(convert::jobcenter).ok_or_else(|| Failure::NotFound { name: name.to_string() })
}
