//! The team of a person who turns 25, as time asks for it, and as somebody decides on it (R125).

use lotse_kernel::names::{JobcenterName, StaffName};
use lotse_platform::{
    failure::Failure,
    unit::{Desk, Unit},
};

use super::{defect, save, scene};
use crate::{
    acting::Ground,
    domain::{
        duties::Duty,
        events::Event,
        records::TeamDecision,
        watch::{Change, Watch},
    },
    store::{
        cases::{self, Case},
        consequences::Told,
        episodes, events, jobcenters,
        sweeps::Found,
        watches::{self, Stored},
    },
};

/// Asks for the team of everybody on a page for whom the day has come: where the jobcenter has said which team follows, their contact has to
/// decide. They are few, because a person turns 25 once.
///
/// # Errors
/// When the database fails.
pub async fn ask(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    page: Vec<Found>,
    ground: &Ground,
    actor: &str,
) -> Result<Vec<Found>, Failure> {
    let rules = ground.rules(unit.today());
    let mut asked = Vec::with_capacity(page.len());
    let mut youth_teams = None;
    for found in page {
        let asks_on = found.stored.watch.asks_team_on(&rules).map_err(|missing| defect(&missing))?;
        if asks_on.is_none_or(|on| on > rules.today()) {
            asked.push(found);
            continue;
        }
        let youth_teams = match &mut youth_teams {
            Some(known) => known,
            unknown @ None => {
                let stored = jobcenters::load(unit, jobcenter).await?;
                unknown.insert(stored.map(|stored| stored.youth_teams).unwrap_or_default())
            }
        };
        let case = cases::load(unit, found.stored.watch.case()).await?;
        let follows = youth_teams.iter().any(|young| young.team == case.team);
        let decider = if follows { Some(contact_person(unit, &case).await?) } else { None };
        let watch = found.stored.watch.clone().asked_team(decider.as_ref(), &rules);
        let watch = watch.map_err(|missing| defect(&missing))?;
        let after = Stored { watch, version: found.stored.version + 1, next_step_on: found.stored.next_step_on };
        watches::save(unit, &found.stored, &after, &case.team, Told { happened: &[], actor }).await?;
        asked.push(Found { stored: after, team: case.team });
    }
    Ok(asked)
}

/// Who looks after a person: whoever leads their episode, or their placement officer.
async fn contact_person(unit: &mut Unit, case: &Case) -> Result<StaffName, Failure> {
    match &case.current_episode {
        Some(current) => Ok(episodes::load(unit, current).await?.episode.contact_person().clone()),
        None => Ok(case.placement_officer.clone()),
    }
}

/// Somebody has decided on the team of a case, which is that of `case` by now: what was to be decided is done, and the timeline tells it.
///
/// # Errors
/// When the database fails.
pub async fn team_decided(
    unit: &mut Unit,
    desk: &Desk,
    (case, watched): (&Case, &Stored),
    decision: &TeamDecision,
) -> Result<(), Failure> {
    let ground = Ground::read(unit, case.name.jobcenter_name()).await?;
    let rules = ground.rules(unit.today());
    let after = watched.watch.clone().after(Change::TeamDecided, &scene(case, &rules));
    let after = after.map_err(|refused| defect(&refused))?;
    let days_late = days_late(&watched.watch, &after);
    let TeamDecision { former_team: from, team: to, decided_by, .. } = decision;
    let (from, to) = (from.clone(), to.clone());
    let event =
        if from == to { Event::TeamKept { team: to, days_late } } else { Event::TeamChanged { from, to, days_late } };
    let actor = decided_by.to_string();
    events::append(unit, &case.name, &event, &actor, &case.name.to_string()).await?;
    save(unit, desk, watched, after, &ground, (case, Told { happened: &[], actor: &actor })).await?;
    Ok(())
}

/// How late the decision was; 0 where none was due.
fn days_late(before: &Watch, after: &Watch) -> i32 {
    let decided = before.team_duty().and_then(|duty| after.duties().get(duty.name()));
    decided.map_or(0, Duty::days_late)
}
