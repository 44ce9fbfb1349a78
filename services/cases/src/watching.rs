//! The one way in which the watch over a person moves (R23, R111): whatever bears on it is judged by the domain, saved with its duty, and told to the
//! workflow of the jobcenter's watch where that would otherwise come too late.

mod teams;

use jiff::civil::Date;
use lotse_kernel::{
    dates::add_days,
    names::{CaseName, EpisodeName, JobcenterName},
    workflow::{Sender, WATCH_REST_DAYS, WatchInput, WorkflowInput as _},
};
use lotse_platform::{
    convert,
    failure::Failure,
    outbox,
    unit::{Desk, Unit},
};
use lotse_proto::common;

pub use teams::{ask, team_decided};

use crate::{
    acting::{Error, Ground},
    domain::{
        episode::Episode,
        events::Happened,
        refused::Refused,
        rules::Rules,
        vocabulary::EpisodePhase,
        watch::{Change, Scene, Watch, effects},
    },
    store::{
        cases,
        consequences::Told,
        jobcenters, sweeps,
        watches::{self, Stored},
    },
};

/// The watch over a person who becomes a case on this day; nothing where the profile is not complex and the person is 25.
///
/// # Errors
/// As [`Watch::after`].
pub fn registered(case: &cases::Case, ground: &Ground, today: Date) -> Result<Option<Stored>, Failure> {
    let rules = ground.rules(today);
    let new = Watch::new(case.name.clone()).of_born_on(case.person.born_on, &rules);
    let profiled = Change::Profiled(case.profile.established_on);
    let watch = new.clone().after(profiled, &scene(case, &rules)).map_err(|refused| defect(&refused))?;
    if watch == new && !watch.is_young() {
        return Ok(None);
    }
    let next_step_on = next_step_on(&watch, ground, today)?;
    Ok(Some(Stored { watch, version: 1, next_step_on }))
}

/// The rules, whether the profile is complex, and who checks, as an act on the watch is judged by them.
#[must_use]
pub fn scene<'a>(case: &'a cases::Case, rules: &'a Rules<'a>) -> Scene<'a> {
    Scene { is_complex: case.profile.profile_type.is_complex(), owner: &case.placement_officer, rules }
}

/// The proposal on which nobody has decided yet; until then the check stays open (R23). Whoever waits for a place may wait for long, and is
/// checked meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn undecided(unit: &mut Unit, case: &cases::Case) -> Result<Option<(EpisodeName, EpisodePhase)>, Failure> {
    let Some(current) = &case.current_episode else { return Ok(None) };
    let phase = watches::phase(unit, current).await?;
    let is_undecided = matches!(phase, EpisodePhase::Proposed | EpisodePhase::InDiscussion);
    Ok(is_undecided.then(|| (current.clone(), phase)))
}

/// What the workflow of a jobcenter's watch has to do, and when again.
///
/// # Errors
/// [`Failure::NotFound`] when the jobcenter is not registered.
pub async fn timetable(unit: &mut Unit, jobcenter: &JobcenterName) -> Result<common::Timetable, Failure> {
    let (as_of_seq, agenda) = sweeps::agenda(unit, jobcenter).await?;
    Ok(convert::timetable(&agenda.timetable(as_of_seq, unit.today())))
}

/// Carries over what an act on an episode means for the watch over its person; `ground` where the act has read the rules, `speaks` where
/// the episode says anything of its person.
///
/// # Errors
/// When the database fails.
pub async fn follow(
    unit: &mut Unit,
    desk: &Desk,
    (before, after, speaks): (&Episode, &Episode, bool),
    (case, ground): (&cases::Case, Option<&Ground>),
    actor: &str,
) -> Result<(), Failure> {
    for change in effects(before, after, speaks) {
        carry_over(unit, desk, change, (case, ground), actor).await?;
    }
    Ok(())
}

/// The act itself tells what happened.
async fn carry_over(
    unit: &mut Unit,
    desk: &Desk,
    change: Change,
    (case, ground): (&cases::Case, Option<&Ground>),
    actor: &str,
) -> Result<(), Failure> {
    let stored = watches::load_for_act(unit, &case.name).await?;
    let ground = match ground {
        Some(ground) => ground.clone(),
        None => Ground::read(unit, case.name.jobcenter_name()).await?,
    };
    let rules = ground.rules(unit.today());
    let watch = stored.watch.clone().after(change, &scene(case, &rules)).map_err(|refused| defect(&refused))?;
    save(unit, desk, &stored, watch, &ground, (case, Told { happened: &[], actor })).await?;
    Ok(())
}

/// Carries over what a new profile means for the watch over its person.
///
/// # Errors
/// When the database fails.
pub async fn profiled(unit: &mut Unit, desk: &Desk, case: &cases::Case, actor: &str) -> Result<(), Failure> {
    carry_over(unit, desk, Change::Profiled(case.profile.established_on), (case, None), actor).await
}

/// Case and watch for an act of somebody who has seen the watch as `version`.
///
/// # Errors
/// What `fits` refuses, [`Failure::StaleEtag`] when the watch has changed since, and when the database fails.
pub async fn as_seen(
    unit: &mut Unit,
    name: &CaseName,
    version: i64,
    fits: impl FnOnce(&Watch) -> Result<(), Refused>,
) -> Result<(cases::Case, Stored), Error> {
    let case = cases::load(unit, name).await?;
    let stored = watches::load_for_act(unit, name).await?;
    fits(&stored.watch)?;
    if stored.version != version {
        return Err(Failure::StaleEtag.into());
    }
    Ok((case, stored))
}

/// Carries out what somebody did; `tells` says what the timeline shows of it.
///
/// # Errors
/// What the domain refuses, and when the database fails.
pub async fn act(
    unit: &mut Unit,
    desk: &Desk,
    (case, before): (&cases::Case, &Stored),
    (change, actor): (Change, &str),
    tells: impl FnOnce(&Watch) -> Happened,
) -> Result<Stored, Error> {
    let ground = Ground::read(unit, case.name.jobcenter_name()).await?;
    let watch = before.watch.clone().after(change, &scene(case, &ground.rules(unit.today())))?;
    let happened = [tells(&watch)];
    Ok(save(unit, desk, before, watch, &ground, (case, Told { happened: &happened, actor })).await?)
}

/// Saves what became of a watch, and wakes its workflow where it would come too late by itself; gives what is stored now.
///
/// # Errors
/// As [`watches::save`].
pub async fn save(
    unit: &mut Unit,
    desk: &Desk,
    before: &Stored,
    watch: Watch,
    ground: &Ground,
    (case, told): (&cases::Case, Told<'_>),
) -> Result<Stored, Failure> {
    let after = keep(unit, before, watch, ground, (case, told)).await?;
    if after.next_step_on != before.next_step_on {
        wake(unit, desk, case.name.jobcenter_name(), after.next_step_on).await?;
    }
    Ok(after)
}

/// Saves what became of a watch, waking nobody; gives what is stored now. Where only other rules set another day of its next step, the day
/// alone is noted.
///
/// # Errors
/// As [`watches::save`].
pub async fn keep(
    unit: &mut Unit,
    before: &Stored,
    watch: Watch,
    ground: &Ground,
    (case, told): (&cases::Case, Told<'_>),
) -> Result<Stored, Failure> {
    let next_step_on = next_step_on(&watch, ground, unit.today())?;
    if watch == before.watch && told.happened.is_empty() {
        if next_step_on != before.next_step_on {
            watches::reschedule(unit, before, next_step_on).await?;
        }
        return Ok(Stored { next_step_on, ..before.clone() });
    }
    let after = Stored { watch, version: before.version + 1, next_step_on };
    watches::save(unit, before, &after, &case.team, told).await?;
    Ok(after)
}

/// The day on which time has to do something with a watch, as the rules stand.
///
/// # Errors
/// [`Failure::Defect`] when no version says how a check escalates.
pub fn next_step_on(watch: &Watch, ground: &Ground, today: Date) -> Result<Option<Date>, Failure> {
    let rules = ground.rules(today);
    let entry = watch.waits_for(&rules).map_err(|missing| defect(&missing))?;
    let asks_on = watch.asks_team_on(&rules).map_err(|missing| defect(&missing))?;
    Ok(entry.and_then(|entry| entry.next_step).map(|next| next.on).into_iter().chain(asks_on).min())
}

/// Wakes the workflow of the watch for what comes before it looks again by itself; anything later costs no event.
///
/// # Errors
/// When the database fails.
pub async fn wake(unit: &mut Unit, desk: &Desk, jobcenter: &JobcenterName, on: Option<Date>) -> Result<(), Failure> {
    if on.is_none_or(|on| on > add_days(unit.today(), WATCH_REST_DAYS)) {
        return Ok(());
    }
    rouse(unit, desk, jobcenter, "CHECK_NEAR").await
}

/// Wakes the workflow of the watch, whatever it waits for; `kind` says why.
///
/// # Errors
/// When the database fails.
pub async fn rouse(unit: &mut Unit, desk: &Desk, jobcenter: &JobcenterName, kind: &'static str) -> Result<(), Failure> {
    let seq = jobcenters::number_watch_event(unit, jobcenter).await?;
    let workflow_id = input(desk, jobcenter).workflow_id().to_string();
    let sender = Sender::Cases.code();
    outbox::enqueue(unit, outbox::Event { workflow_id, seq, sender, kind, start: None });
    Ok(())
}

/// Starts the workflow of the watch of a new jobcenter, which lives as long as the jobcenter does.
///
/// # Errors
/// As [`outbox::Start::of`].
pub fn start(unit: &mut Unit, desk: &Desk, jobcenter: &JobcenterName) -> Result<(), Failure> {
    let input = input(desk, jobcenter);
    let (workflow_id, start) = (input.workflow_id().to_string(), Some(outbox::Start::of(&input)?));
    let sender = Sender::Cases.code();
    outbox::enqueue(unit, outbox::Event { workflow_id, seq: 1, sender, kind: "JOBCENTER_REGISTERED", start });
    Ok(())
}

fn input(desk: &Desk, jobcenter: &JobcenterName) -> WatchInput {
    WatchInput::new(jobcenter.clone(), !desk.clock.is_simulated())
}

/// What no request can cause: the federal rule of the check holds without end.
fn defect(why: &impl std::fmt::Display) -> Failure {
    Failure::Defect(why.to_string())
}
