//! `WatchService.GetWatch`: the watch over a person (R23).

use lotse_kernel::names::CaseName;
use lotse_platform::{
    failure::Failure,
    fields::parse_name,
    principal::Caller,
    unit::{Desk, Unit},
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert_watch,
    store::{cases, watches},
    watching,
};

/// Reads it.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetWatchRequest,
) -> Result<contract::Watch, Failure> {
    let name: CaseName = parse_name("name", &request.name)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, &name, &request.name).await?;
    let (mut unit, _) = unit.authorize::<acts::GetWatch>(&person, &resource).await?;
    show(&mut unit, &name).await
}

/// The watch as clients see it today.
///
/// # Errors
/// When the database fails.
pub(super) async fn show(unit: &mut Unit, name: &CaseName) -> Result<contract::Watch, Failure> {
    let case = cases::load(unit, name).await?;
    let stored = watches::load(unit, name).await?;
    let proposal = watching::undecided(unit, &case).await?;
    Ok(convert_watch::watch(&stored, proposal.as_ref().map(|(episode, _)| episode), unit.today()))
}
