//! `CaseService.RecordProfile`: a new dated profile beside the older ones (R54).

use lotse_kernel::names::CaseName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::Caller,
    unit::{Claim, Desk},
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert, convert_profile,
    domain::events::Event,
    store::{cases, events},
    watching,
};

/// Records the profile.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::RecordProfileRequest,
) -> Result<contract::Case, Failure> {
    let name: CaseName = parse_name("name", &request.name)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, &name, &request.name).await?;
    let (mut unit, proof) = unit.authorize::<acts::RecordProfile>(&person, &resource).await?;
    let stored = cases::load(&mut unit, &name).await?;

    let mut fields = Fields::new();
    let profile = convert_profile::parse_profile(&mut fields, "profile", request.profile.as_ref(), unit.today());
    let (request_id, version) = (fields.request_id(&request.request_id), fields.etag(&request.etag));
    let profile = fields.finish(profile)?.ok_or_else(|| Failure::Defect("a profile that was not read".to_owned()))?;
    if unit.claim(request_id, &request, &name.to_string()).await? != Claim::New {
        // What was read before the claim waited for the first call may be what that call changed.
        return Ok(convert::case(cases::load(&mut unit, &name).await?));
    }
    if profile.established_on < stored.profile.established_on {
        let mut fields = Fields::new();
        fields.violation("profile.established_date", "must not lie before the latest profile");
        fields.finish(())?;
    }
    cases::touch(&mut unit, &proof, &name, version).await?;
    cases::insert_profile(&mut unit, &name, &profile).await?;
    let event = Event::ProfileRecorded { profile_type: profile.profile_type };
    events::append(&mut unit, &name, &event, &person.staff_member, &name.to_string()).await?;
    let changed = cases::load(&mut unit, &name).await?;
    watching::profiled(&mut unit, desk, &changed, &person.staff_member).await?;
    unit.commit(&name.to_string(), "R54").await?;
    Ok(convert::case(changed))
}
