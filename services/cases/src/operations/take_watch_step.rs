//! `WatchProcessService.TakeWatchStep` (process API): time opens and escalates the check of a person, and the update of a plan; it never decides.

use lotse_kernel::names::DutyName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, business_time, parse_name},
    principal::Caller,
    unit::{Claim, Desk, Unit},
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    acting::Ground,
    convert, convert_episode,
    domain::episode::{Audience, Step},
    store::{
        cases,
        consequences::Told,
        watches::{self, Stored},
    },
    watching,
};

/// Takes the step. A repetition, or a step whose day has not come, changes nothing; the latter leaves not even its key, so that
/// a repetition is not taken for that of a step that was taken.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::TakeWatchStepRequest,
) -> Result<contract::TakeDutyStepResponse, Failure> {
    let name: DutyName = parse_name("name", &request.name)?;
    let now = business_time(request.business_time.as_ref())?;
    let mut unit = desk.begin_at(caller, name.jobcenter().as_str(), now).await?;
    let (person, resource) = access::case(&mut unit, name.case(), &request.name).await?;
    let (mut unit, _) = unit.authorize::<acts::TakeWatchStep>(&person, &resource).await?;

    let mut fields = Fields::new();
    let step = convert::asked_step(&mut fields, request.step, request.round);
    let request_id = fields.request_id(&request.request_id);
    let (step, round) = fields.finish(step)?.ok_or_else(|| Failure::Defect("a step that was not read".to_owned()))?;

    let case = cases::load(&mut unit, name.case()).await?;
    let before = watches::load_for_act(&mut unit, name.case()).await?;
    let step = Step { duty: name, step, round };
    // A step that is taken again has the same id at a later time of its workflow.
    let timeless = contract::TakeWatchStepRequest { business_time: None, ..request.clone() };
    if let Claim::Seen { .. } = unit.claim(request_id, &timeless, &request.name).await? {
        // The first answer was lost on its way, so nobody was told yet: whoever has to check today hears of it.
        let again = before.watch.told_of(&step);
        let answer = answer(&mut unit, &case, !again.is_empty(), &again).await?;
        return Ok(answer);
    }
    let ground = Ground::read(&mut unit, case.name.jobcenter_name()).await?;
    let taken = before.watch.clone().take_step(&step, &ground.rules(unit.today()));
    let taken = taken.map_err(|missing| Failure::Defect(missing.to_string()))?;
    if taken.taken {
        let next_step_on = watching::next_step_on(&taken.watch, &ground, unit.today())?;
        let after = Stored { watch: taken.watch, version: before.version + 1, next_step_on };
        let told = Told { happened: &taken.events, actor: &caller.principal.subject };
        watches::save(&mut unit, &before, &after, &case.team, told).await?;
    }
    let answer = answer(&mut unit, &case, taken.taken, &taken.audiences).await?;
    if taken.taken {
        unit.commit(&request.name, "R23, R111").await?;
    }
    Ok(answer)
}

/// What came of the step, and what comes next in the jobcenter.
async fn answer(
    unit: &mut Unit,
    case: &cases::Case,
    taken: bool,
    audiences: &[Audience],
) -> Result<contract::TakeDutyStepResponse, Failure> {
    let (timetable, _) = watching::timetable(unit, case.name.jobcenter_name()).await?;
    Ok(contract::TakeDutyStepResponse {
        taken,
        audiences: audiences.iter().map(|audience| convert_episode::audience(audience, &case.team)).collect(),
        letter_wanted: false,
        timetable: Some(timetable),
    })
}
