//! `CaseAccessService.GetFacts` (process API): what decides access to records about a case.

use lotse_kernel::names::CaseName;
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::Caller,
    unit::Desk,
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert::SUBJECT_CHARACTERS,
    convert_policy,
    domain::episode::Episode,
    store::{access::older_episodes, cases, episodes, policies, staff},
};

/// Reads the facts; those about a subject are added when one is asked for.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetFactsRequest,
) -> Result<contract::CaseFacts, Failure> {
    let name: CaseName = parse_name("case", &request.case)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, &name, &request.case).await?;
    let (mut unit, _) = unit.authorize::<acts::GetFacts>(&person, &resource).await?;
    let mut fields = Fields::new();
    let subject = fields.line("subject", &request.subject, 0..=SUBJECT_CHARACTERS);
    let subject = fields.finish(subject)?;
    let case = cases::load(&mut unit, &name).await?;
    let running = match &case.current_episode {
        Some(episode) => Some(episodes::load(&mut unit, episode).await?.episode),
        None => None,
    };
    let asked = if subject.is_empty() {
        None
    } else {
        staff::load_by_subject(&mut unit, name.jobcenter_name(), &subject).await?
    };
    let older = older_episodes(&mut unit, &name, case.current_episode.as_ref()).await?;
    let (place, book) = policies::ground(&mut unit, name.jobcenter_name()).await?;
    Ok(contract::CaseFacts {
        case: name.to_string(),
        team: case.team,
        placement_officer: case.placement_officer.to_string(),
        case_manager: case.case_manager.map_or_else(String::new, |name| name.to_string()),
        current_episode: case.current_episode.map_or_else(String::new, |name| name.to_string()),
        episode_active: running.as_ref().is_some_and(|episode| episode.phase().is_active()),
        open_steps: running.as_ref().map(open_steps).unwrap_or_default(),
        caller_staff_member: asked.as_ref().map(|member| member.name.to_string()).unwrap_or_default(),
        caller_team: asked.map(|member| member.team).unwrap_or_default(),
        rules: Some(convert_policy::rules(place, &book)),
        older_episodes: older
            .into_iter()
            .map(|(episode, case_manager)| contract::OlderEpisode {
                episode: episode.to_string(),
                case_manager: case_manager.to_string(),
            })
            .collect(),
    })
}

/// What is still to be done by the plan.
fn open_steps(episode: &Episode) -> Vec<contract::OpenStep> {
    let plan = episode.plan().filter(|_| episode.phase().is_active());
    let goals = plan.into_iter().flat_map(|plan| &plan.goals).filter(|goal| !goal.is_settled());
    let steps = goals.flat_map(|goal| goal.steps.iter().map(move |step| (goal, step)));
    let open = steps.filter(|(_, step)| !step.is_settled());
    open.map(|(goal, step)| contract::OpenStep { goal_key: goal.key.clone(), step_key: step.key.clone() }).collect()
}
