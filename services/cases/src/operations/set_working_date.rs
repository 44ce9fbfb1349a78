//! `DutyService.SetWorkingDate`: whoever is late says why, and when the work will be done (R141).

use lotse_kernel::names::DutyName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::{Caller, Role},
    unit::{Claim, Desk, Unit},
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    acting::{self, Error, Ground},
    convert_episode,
    domain::duties::LateAnswer,
    store::{cases, consequences::Told, duties, episodes, watches},
    watching,
};

/// Notes the working date, or answers with the duty when the request was seen before.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::SetWorkingDateRequest,
) -> Result<contract::Duty, Error> {
    let name: DutyName = parse_name("name", &request.name)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, name.case(), &request.name).await?;
    let (mut unit, _) = unit.authorize::<acts::SetWorkingDate>(&person, &resource).await?;

    let mut fields = Fields::new();
    let on = fields.date("working_date", request.working_date.as_ref());
    let reason = fields.text("reason", &request.reason, 1..=2000);
    let request_id = fields.request_id(&request.request_id);
    fields.finish(())?;

    if unit.claim(request_id, &request, &request.name).await? != Claim::New {
        return Ok(shown(&mut unit, &name).await?);
    }
    let case = cases::load(&mut unit, name.case()).await?;
    // Whether there is such a duty is told before whose it is.
    duties::load(&mut unit, &name).await?;
    let leads = caller.principal.has(Role::TeamLead) && !person.team.is_empty() && person.team == case.team;
    let answer = LateAnswer { on, reason, by: parse_name("staff", &person.staff_member)?, leads };
    match noted(&mut unit, desk, &case, &name, answer).await {
        Err(refused) if refused.is_of_the_person() => {
            unit.take_back(desk, &request.name).await?;
            return Err(refused);
        }
        other => other?,
    }
    let answer = shown(&mut unit, &name).await?;
    unit.commit(&request.name, "R141").await?;
    Ok(answer)
}

/// Notes it at the episode or, for the check of a person outside case management, at the watch.
async fn noted(
    unit: &mut Unit,
    desk: &Desk,
    case: &cases::Case,
    name: &DutyName,
    answer: LateAnswer,
) -> Result<(), Error> {
    let actor = answer.by.to_string();
    let Some(episode) = name.episode() else {
        let before = watches::load_for_act(unit, &case.name).await?;
        let ground = Ground::read(unit, case.name.jobcenter_name()).await?;
        let (watch, happened) = before.watch.clone().set_working_date(name, answer, &ground.rules(unit.today()))?;
        let told = Told { happened: &[happened], actor: &actor };
        watching::save(unit, desk, &before, watch, &ground, (case, told)).await?;
        return Ok(());
    };
    let before = episodes::load_for_act(unit, episode).await?;
    let ground = Ground::read(unit, case.name.jobcenter_name()).await?;
    let decided = before.episode.clone().set_working_date(name, answer, &ground.rules(unit.today()))?;
    acting::write(unit, desk, &before, decided, (case, Some(&ground)), &actor).await?;
    Ok(())
}

async fn shown(unit: &mut Unit, name: &DutyName) -> Result<contract::Duty, Failure> {
    let today = unit.today();
    Ok(convert_episode::listed_duty(&duties::load(unit, name).await?, today))
}
