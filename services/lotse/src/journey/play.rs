//! Plays a checked journey against an address: moves the clock, calls, compares, keeps values, and tells what happened.

mod scene;
mod step;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::civil::Date;
use lotse_devstack::token::Issuer;
use lotse_kernel::dates::days_between;
use serde_json::Value;

use super::{
    file::{Journey, Step},
    narrator::Narrator,
    report::{Report, StepReport, Verdict},
    setup,
    timeline::{Told, Witness},
    words,
};
pub(super) use scene::Scene;

/// Where a journey is played.
#[derive(Debug, Clone)]
pub struct Target {
    issuer: Arc<Issuer>,
    everything: Option<String>,
    addresses: BTreeMap<String, String>,
    patience: Duration,
}

impl Target {
    /// A place that believes the tokens of `issuer`; it has no address yet.
    #[must_use]
    pub const fn new(issuer: Arc<Issuer>) -> Self {
        Self { issuer, everything: None, addresses: BTreeMap::new(), patience: Duration::ZERO }
    }

    /// The address of whatever has none of its own, such as `http://127.0.0.1:7000`.
    #[must_use]
    pub fn everything_at(mut self, address: impl Into<String>) -> Self {
        self.everything = Some(address.into());
        self
    }

    /// The address of the services of one area: `cases` for `lotse.cases.v1.…`, `dev` for the clock.
    #[must_use]
    pub fn area_at(mut self, area: impl Into<String>, address: impl Into<String>) -> Self {
        self.addresses.insert(area.into(), address.into());
        self
    }

    /// For so long a call that nobody answers, or that is told to come again, is repeated as it was, under its request id.
    /// Otherwise it is not: what is away is a finding.
    #[must_use]
    pub const fn repeating_for(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}

/// Registers the jobcenter and the staff of a journey, or finds them as it tells them, and plays no step; gives the staff name of
/// each person by key.
///
/// # Errors
/// The first refusal, in words.
pub async fn furnish(target: &Target, journey: &Journey) -> Result<Vec<(String, String)>, String> {
    setup::furnish(&Scene::set(target, journey)?, journey).await
}

/// Plays journeys and tells them to a witness.
pub struct Player<'a> {
    target: Target,
    witness: &'a mut dyn Witness,
    told: Vec<Told>,
}

impl std::fmt::Debug for Player<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Player").field("target", &self.target).finish_non_exhaustive()
    }
}

impl<'a> Player<'a> {
    /// Plays against `target`.
    pub fn new(target: Target, witness: &'a mut dyn Witness) -> Self {
        Self { target, witness, told: Vec::new() }
    }

    /// Plays one journey to its end, or to the first step that does not come out as told.
    pub async fn play(&mut self, journey: &Journey) -> Report {
        let mut play = self.begin(journey).await;
        while play.next().await {}
        play.end()
    }

    /// Begins a journey that is played step by step: the jobcenter and its staff stand as the file tells them.
    pub async fn begin<'p, 'j>(&'p mut self, journey: &'j Journey) -> Play<'p, 'a, 'j> {
        let began = Instant::now();
        self.tell(begins(journey));
        let (stage, problem) = match Stage::set(&self.target, journey).await {
            Ok(stage) => (Some(stage), None),
            Err(problem) => (None, Some(problem)),
        };
        Play { player: self, journey, stage, problem, steps: Vec::new(), began }
    }

    fn report(
        &mut self,
        journey: &Journey,
        step: &Step,
        outcome: Result<step::Done, Vec<String>>,
        narrator: &mut Narrator,
    ) -> StepReport {
        let passed = outcome.is_ok();
        let (outcome, problems) = match outcome {
            Ok(done) => {
                if let (Some(call), Some(answer)) = (&step.call, &done.answer) {
                    narrator.notice(&call.actor, answer);
                }
                (done.text, Vec::new())
            }
            Err(problems) => (problems.join("; "), problems),
        };
        match &step.call {
            Some(call) => self.tell(Told::Step {
                on: step.on,
                who: journey.people.get(&call.actor).map_or_else(String::new, |person| person.display_name.clone()),
                note: step.note.clone(),
                call: call.short_name(),
                outcome,
                passed,
            }),
            None => self.tell(Told::Passes { on: step.on, note: step.note.clone() }),
        }
        StepReport {
            step: step.number,
            line: step.line,
            on: step.on,
            actor: step.call.as_ref().map(|call| call.actor.clone()),
            call: step.call.as_ref().map(super::file::Call::short_name),
            verdict: if passed { Verdict::Passed } else { Verdict::Failed },
            problems,
            millis: 0,
        }
    }

    fn tell(&mut self, told: Told) {
        self.witness.hear(&told);
        self.told.push(told);
    }

    fn tell_all(&mut self, told: Vec<Told>) {
        for told in told {
            self.tell(told);
        }
    }
}

/// Where a journey is played: the connection with what was saved, and who tells of it.
#[derive(Debug)]
struct Stage<'j> {
    scene: Scene<'j>,
    narrator: Narrator,
}

impl<'j> Stage<'j> {
    async fn set(target: &Target, journey: &'j Journey) -> Result<Self, String> {
        let mut scene = Scene::set(target, journey)?;
        let mut narrator = Narrator::new(journey);
        if let Some(first) = journey.begins_on() {
            scene.advance_to(first).await?;
        }
        for (key, name) in setup::furnish(&scene, journey).await? {
            narrator.knows(&name, &journey.people[&key].display_name);
            scene.save(&key, name.into());
        }
        Ok(Self { scene, narrator })
    }
}

/// A journey under way, one step after the other. Between two steps the stage is left alone.
#[derive(Debug)]
pub struct Play<'p, 'w, 'j> {
    player: &'p mut Player<'w>,
    journey: &'j Journey,
    stage: Option<Stage<'j>>,
    problem: Option<String>,
    steps: Vec<StepReport>,
    began: Instant,
}

impl<'j> Play<'_, '_, 'j> {
    /// The step that is played next; nothing when the journey is over or broken off.
    #[must_use]
    pub fn upcoming(&self) -> Option<&'j Step> {
        let sound = self.problem.is_none() && self.steps.iter().all(|step| step.verdict == Verdict::Passed);
        self.journey.steps.get(self.steps.len()).filter(|_| sound)
    }

    /// Plays the next step; false when there is none.
    pub async fn next(&mut self) -> bool {
        let (Some(step), Some(stage)) = (self.upcoming(), self.stage.as_mut()) else { return false };
        let began = Instant::now();
        if stage.scene.today() != step.on {
            self.player.tell_all(stage.narrator.due(&stage.scene).await);
            if let Err(text) = stage.scene.advance_to(step.on).await {
                self.problem = Some(format!("step {}: {text}", step.number));
                return false;
            }
            self.player.tell_all(stage.narrator.entries(&stage.scene).await);
        }
        let outcome = match &step.call {
            Some(call) => stage.scene.perform(step, call).await,
            None => Ok(step::Done::default()),
        };
        let report = self.player.report(self.journey, step, outcome, &mut stage.narrator);
        let passed = report.verdict == Verdict::Passed;
        self.steps.push(StepReport { millis: elapsed(began), ..report });
        self.player.tell_all(stage.narrator.entries(&stage.scene).await);
        if !passed || self.steps.len() == self.journey.steps.len() {
            self.player.tell_all(stage.narrator.due(&stage.scene).await);
        }
        true
    }

    /// Asks anything of the public API as somebody of the journey; saved values may stand in the request, as in a file.
    ///
    /// # Errors
    /// The refusal, or what does not fit the contract, in words.
    pub async fn ask(&self, actor: &str, method: &str, request: &Value) -> Result<Value, String> {
        let stage = self.stage.as_ref().ok_or("the journey did not begin")?;
        stage.scene.look(actor, method, request).await
    }

    /// Ends the journey where it stands.
    #[must_use]
    pub fn end(self) -> Report {
        let Self { player, journey, problem, steps, began, .. } = self;
        let passed = problem.is_none() && steps.iter().all(|step| step.verdict == Verdict::Passed);
        let millis = elapsed(began);
        let of_steps = steps.iter().flat_map(|step: &StepReport| {
            step.problems.iter().map(|text| format!("{}:{} (step {}): {text}", journey.file, step.line, step.step))
        });
        player.tell(Told::Ends {
            passed,
            steps: steps.len(),
            days: days(journey, &steps),
            millis,
            problems: of_steps.chain(problem.clone()).collect(),
        });
        Report {
            journey: journey.title.clone(),
            file: journey.file.clone(),
            requirements: journey.requirements.clone(),
            passed,
            problem,
            planned_steps: journey.steps.len(),
            steps,
            timeline: std::mem::take(&mut player.told),
            millis,
        }
    }
}

fn begins(journey: &Journey) -> Told {
    let people = journey.people.values().map(|person| {
        let roles: Vec<&str> = person.roles.iter().map(|role| words::role(*role)).collect();
        let team = if person.team.is_empty() { String::new() } else { format!(", Team {}", person.team) };
        format!("{} ({}{team})", person.display_name, roles.join(", "))
    });
    Told::Begins {
        title: journey.title.clone(),
        about: journey.about.clone(),
        requirements: journey.requirements.clone(),
        jobcenter: journey.jobcenter.display_name.clone(),
        people: people.collect(),
    }
}

fn days(journey: &Journey, steps: &[StepReport]) -> i32 {
    let last: Option<Date> = steps.last().map(|step| step.on);
    journey.begins_on().zip(last).map_or(0, |(first, last)| days_between(first, last))
}

fn elapsed(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}
