//! `PolicyProcessService.ReplanEpisodes` (process API): a version that has begun takes the open duties of a page of episodes over (R8).

use lotse_kernel::names::PolicyName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, business_time, parse_name},
    principal::Caller,
    unit::{Claim, Desk, Unit},
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    acting::{self, Ground},
    convert_replan,
    domain::policies::{
        Policy,
        activation::{Activation, ActivationState, has_begun},
    },
    policy_making::{Error, GROUND},
    store::{
        activations::{self, Found},
        consequences::Told,
        episodes, policies,
    },
};

/// Takes the page. A repetition, another page than the next one and a day before the first change nothing; the last two leave not even
/// their key.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ReplanEpisodesRequest,
) -> Result<contract::PolicyActivation, Error> {
    let name: PolicyName = parse_name("name", &request.name)?;
    let now = business_time(request.business_time.as_ref())?;
    let unit = desk.begin_at(caller, name.jobcenter().as_str(), now).await?;
    let (mut unit, proof, _) =
        access::enter::<acts::ReplanEpisodes>(unit, name.jobcenter_name(), &request.name).await?;

    let mut fields = Fields::new();
    let page = fields.number("page", request.page, 1..=i32::MAX);
    let request_id = fields.request_id(&request.request_id);
    let page = fields.finish(page)?;

    let policy = policies::load(&mut unit, &name).await?.policy;
    // A page that is asked for again has the same id at a later time of its workflow.
    let timeless = contract::ReplanEpisodesRequest { business_time: None, ..request.clone() };
    let claim = unit.claim(request_id, &timeless, &request.name).await?;
    let begun = activations::find(&mut unit, &name).await?.map(|(activation, _)| activation);
    let state = policy.activation(begun.as_ref())?;
    let is_over = matches!(state, ActivationState::Keeps | ActivationState::Done);
    if claim != Claim::New || is_over || !has_begun(&policy.version, unit.today()) {
        return Ok(convert_replan::progress(&policy, begun.as_ref())?);
    }
    let begun = activations::begin(&mut unit, &proof, &name).await?;
    if begun.done || begun.page != page {
        return Ok(convert_replan::progress(&policy, Some(&begun))?);
    }
    let after = take_page(&mut unit, desk, &policy, begun).await?;
    let answer = convert_replan::progress(&policy, Some(&after))?;
    unit.commit(&request.name, GROUND).await?;
    Ok(answer)
}

/// Takes the page that comes next, in one transaction with the note that it was taken.
async fn take_page(
    unit: &mut Unit,
    desk: &Desk,
    policy: &Policy,
    activation: Activation,
) -> Result<Activation, Failure> {
    let name = &policy.name;
    let ground = Ground::read(unit, name.jobcenter_name()).await?;
    let episodes = activations::open_episodes(unit, name.jobcenter_name(), activation.after).await?;
    let is_last = i64::try_from(episodes.len()).is_ok_and(|taken| taken < activations::PAGE);
    let reached = episodes.last().map(|found| found.stored.episode.name().id()).filter(|_| !is_last);
    let mut changes = 0;
    for found in episodes {
        changes += replan(unit, desk, policy, &ground, found).await?;
    }
    let turned = activation.turned(reached, changes);
    activations::save(unit, name, &turned).await?;
    Ok(turned)
}

/// Has one episode computed again, saves what moved, wakes its workflow where its dates or its escalations changed, and notes it for the
/// report. A version moves dates or escalations and never both, so that a workflow is woken once.
async fn replan(
    unit: &mut Unit,
    desk: &Desk,
    policy: &Policy,
    ground: &Ground,
    Found { stored: before, team }: Found,
) -> Result<i32, Failure> {
    let today = unit.today();
    let replanned = before.episode.clone().replan(&policy.version, &ground.rules(today));
    let replanned = replanned.map_err(|missing| Failure::Defect(missing.to_string()))?;
    let episode = before.episode.name().clone();
    let escalates_anew = replanned.escalates_anew();
    if replanned.episode != before.episode {
        let after = before.followed_by(replanned.episode);
        let actor = unit.caller().principal.subject.clone();
        let told = Told { happened: &replanned.events, actor: &actor };
        episodes::save(unit, &before, &after, &team, told).await?;
        if after.wakes_since(&before) {
            acting::wake(unit, desk, &after, "POLICY_ACTIVATED")?;
        }
    }
    let noted = activations::note(unit, &policy.name, &episode, &replanned.changes).await?;
    // The episode knows nothing of how it escalates. Its workflow sleeps until the day of the version before: it is woken with the note
    // in the report, which is made once.
    if escalates_anew && noted > 0 {
        let woken = episodes::number_event(unit, &before).await?;
        acting::wake(unit, desk, &woken, "POLICY_ACTIVATED")?;
    }
    Ok(noted)
}
