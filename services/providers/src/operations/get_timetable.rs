//! `ReferralProcessService.GetTimetable`: what the referral's workflow waits for.

use lotse_kernel::names::ReferralName;
use lotse_platform::{
    convert,
    failure::Failure,
    fields::{business_time, parse_name},
    principal::Caller,
};
use lotse_proto::{common, providers as contract};

use crate::{
    access::{Office, acts},
    domain::timetable::timetable,
    store::referrals,
};

/// Reads the timetable.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::GetTimetableRequest,
) -> Result<common::Timetable, Failure> {
    let name: ReferralName = parse_name("name", &request.name)?;
    let now = business_time(request.business_time.as_ref())?;
    let rules = office.rules(name.case()).await?;
    let (mut unit, proof) =
        office.enter_process::<acts::GetTimetable>(caller, name.case(), name.to_string(), now).await?;
    let stored = referrals::load(&mut unit, proof, &name).await?;
    Ok(convert::timetable(&timetable(&stored.referral, rules.on(unit.today()))?))
}
