//! `EpisodeProcessService.TakeDutyStep` (process API): time opens, reminds, escalates and misses; it never decides.

use lotse_kernel::names::DutyName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, business_time, parse_name},
    principal::Caller,
    unit::{Claim, Desk},
};
use lotse_proto::{cases as contract, common};

use crate::{
    access::{self, acts},
    acting::{self, Ground},
    convert, convert_episode,
    domain::episode::Step,
    store::{cases, consequences::Told, episodes},
};

/// Takes the step. A repetition, or a step whose day has not come, changes nothing; the latter leaves not even its key, so that
/// a repetition is not taken for that of a step that was taken.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::TakeDutyStepRequest,
) -> Result<contract::TakeDutyStepResponse, Failure> {
    let name: DutyName = parse_name("name", &request.name)?;
    let episode = name.episode().ok_or_else(|| Failure::NotFound { name: request.name.clone() })?.clone();
    let now = business_time(request.business_time.as_ref())?;
    let mut unit = desk.begin_at(caller, name.jobcenter().as_str(), now).await?;
    let (person, resource) = access::case(&mut unit, name.case(), &request.name).await?;
    let (mut unit, _) = unit.authorize::<acts::TakeDutyStep>(&person, &resource).await?;

    let mut fields = Fields::new();
    let step = convert::asked_step(&mut fields, request.step, request.round);
    let request_id = fields.request_id(&request.request_id);
    let (step, round) = fields.finish(step)?.ok_or_else(|| Failure::Defect("a step that was not read".to_owned()))?;

    let before = episodes::load_for_act(&mut unit, &episode).await?;
    let case = cases::load(&mut unit, name.case()).await?;
    let today = unit.today();
    let ground = Ground::read(&mut unit, case.name.jobcenter_name()).await?;
    // A step that is taken again has the same id at a later time of its workflow.
    let timeless = contract::TakeDutyStepRequest { business_time: None, ..request.clone() };
    if let Claim::Seen { .. } = unit.claim(request_id, &timeless, &request.name).await? {
        // The first answer was lost on its way, so nobody was told yet. Like every repetition it shows what is so now: whoever is
        // responsible today hears of it, even if the duty went to somebody else in between. What follows is idempotent by its cause.
        let timetable = ground.timetable(&before, caller, today)?;
        return Ok(repeated(&before, &Step { duty: name, step, round }, &case, timetable));
    }
    if acting::is_of_the_past(&before, caller) {
        // The workflow of the episode's next generation takes the steps; this one hears that it is over.
        let timetable = Some(ground.timetable(&before, caller, today)?);
        return Ok(contract::TakeDutyStepResponse { timetable, ..contract::TakeDutyStepResponse::default() });
    }
    let step = Step { duty: name.clone(), step, round };
    let taken = before.episode.clone().take_step(&step, &ground.rules(today));
    let taken = taken.map_err(|missing| Failure::Defect(missing.to_string()))?;
    let mut after = episodes::Stored { episode: taken.episode, ..before.clone() };
    if taken.taken {
        after.version += 1;
        let told = Told { happened: &taken.events, actor: &caller.principal.subject };
        episodes::save(&mut unit, &before, &after, &case.team, told).await?;
    }
    let response = contract::TakeDutyStepResponse {
        taken: taken.taken,
        audiences: taken.audiences.iter().map(|audience| convert_episode::audience(audience, &case.team)).collect(),
        letter_wanted: taken.letter_wanted,
        timetable: Some(ground.timetable(&after, caller, today)?),
    };
    if taken.taken {
        unit.commit(&request.name, "R106 bis R108").await?;
    }
    Ok(response)
}

fn repeated(
    stored: &episodes::Stored,
    step: &Step,
    case: &cases::Case,
    timetable: common::Timetable,
) -> contract::TakeDutyStepResponse {
    let again = stored.episode.step_again(step);
    contract::TakeDutyStepResponse {
        taken: again.is_some(),
        audiences: again
            .iter()
            .flat_map(|(audiences, _)| audiences)
            .map(|audience| convert_episode::audience(audience, &case.team))
            .collect(),
        letter_wanted: again.as_ref().is_some_and(|(_, letter)| *letter),
        timetable: Some(timetable),
    }
}
