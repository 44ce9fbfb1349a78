//! Plays a checked journey against an address: moves the clock, calls, compares, keeps values, and tells what happened.

mod scene;
mod step;

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use jiff::civil::Date;
use lotse_devstack::token::Issuer;
use lotse_kernel::dates::days_between;

use super::{
    file::Journey,
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
}

impl Target {
    /// A place that believes the tokens of `issuer`; it has no address yet.
    #[must_use]
    pub const fn new(issuer: Arc<Issuer>) -> Self {
        Self { issuer, everything: None, addresses: BTreeMap::new() }
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
        let began = Instant::now();
        self.tell(begins(journey));
        let mut steps = Vec::new();
        let problem = self.run(journey, &mut steps).await.err();
        let passed = problem.is_none() && steps.iter().all(|step| step.verdict == Verdict::Passed);
        let millis = elapsed(began);
        let of_steps = steps.iter().flat_map(|step: &StepReport| {
            step.problems.iter().map(|text| format!("{}:{} (Schritt {}): {text}", journey.file, step.line, step.step))
        });
        self.tell(Told::Ends {
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
            timeline: std::mem::take(&mut self.told),
            millis,
        }
    }

    async fn run(&mut self, journey: &Journey, steps: &mut Vec<StepReport>) -> Result<(), String> {
        let mut scene = Scene::set(&self.target, journey)?;
        let mut narrator = Narrator::new(journey);
        if let Some(first) = journey.begins_on() {
            scene.advance_to(first).await?;
        }
        for (key, name) in setup::register(&mut scene, journey).await? {
            narrator.knows(&name, &journey.people[&key].display_name);
            scene.save(&key, name.into());
        }
        for (index, step) in journey.steps.iter().enumerate() {
            let began = Instant::now();
            if scene.today() != step.on {
                self.tell_all(narrator.due(&scene).await);
                scene.advance_to(step.on).await.map_err(|text| format!("Schritt {}: {text}", step.number))?;
                self.tell_all(narrator.entries(&scene).await);
            }
            let outcome = match &step.call {
                Some(call) => scene.perform(step, call).await,
                None => Ok(step::Done::default()),
            };
            let report = self.report(journey, step, outcome, &mut narrator);
            let passed = report.verdict == Verdict::Passed;
            steps.push(StepReport { millis: elapsed(began), ..report });
            self.tell_all(narrator.entries(&scene).await);
            let last = index + 1 == journey.steps.len();
            if last || !passed {
                self.tell_all(narrator.due(&scene).await);
            }
            if !passed {
                break;
            }
        }
        Ok(())
    }

    fn report(
        &mut self,
        journey: &Journey,
        step: &super::file::Step,
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
