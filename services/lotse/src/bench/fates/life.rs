//! One life: three years of a person from the first proposal on, stop by stop, as its seed says.
//!
//! Between two stops the workflows sleep and wake as the real ones do: each knows the day of its next step from when it last looked, and
//! hears of an act only where the domain says that it wakes. For some weeks of many lives nobody takes the steps of time at all.

mod person;
mod time;

use jiff::civil::{Date, date};
use lotse_cases::domain::{
    duties::Duty,
    episode::{Episode, Facts},
    records::{CriteriaSheet, Profile, Proposal},
    rules::NoRule,
    vocabulary::{EpisodePhase, SignalSource, TechnicalEnd},
    watch::{Change, Watch, effects, speaks_for_person},
};
use lotse_kernel::{
    dates::add_days,
    names::{CaseName, EpisodeName, NameError},
    policy::{BrokenRelease, PolicyVersion},
};
use thiserror::Error;
use uuid::Uuid;

use super::{
    chance::Chance,
    deeds::{self, Scene},
    laws::{self, Cause, Fault, Moved, Verdict},
    people::{self, People, words},
    place::{self, Place},
    rows::OVER,
    tally::Tally,
};

/// Days of a life.
const DAYS: i32 = 3 * 365;

/// The first day on which a life may begin.
const FIRST: Date = date(2026, 1, 1);

/// A life that broke a law, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("seed {seed} ({place}), {today}, {cause}: {law}: {words}")]
pub(super) struct Broken {
    /// From which it can be led again.
    pub(super) seed: u64,
    /// The jobcenter.
    pub(super) place: &'static str,
    /// The day.
    pub(super) today: Date,
    /// What somebody or something did.
    pub(super) cause: String,
    /// The law.
    pub(super) law: &'static str,
    /// How it was broken.
    pub(super) words: String,
}

/// Where all lives are led.
#[derive(Debug)]
pub(super) struct World {
    places: Vec<Place>,
    people: People,
}

/// A world that cannot be read.
#[derive(Debug, Error)]
pub(super) enum NoWorld {
    /// Its rules.
    #[error(transparent)]
    Rules(#[from] BrokenRelease),
    /// Its people.
    #[error(transparent)]
    People(#[from] NameError),
}

impl World {
    /// Its jobcenters and people.
    pub(super) fn new() -> Result<Self, NoWorld> {
        Ok(Self { places: place::all()?, people: People::hired()? })
    }
}

/// How people go about a life.
#[derive(Debug, Clone, Copy)]
struct Temper {
    /// The most days from one stop to the next.
    gap: i32,
    /// The most acts that are tried at a stop.
    acts: i32,
    /// One in so many ends comes true.
    restraint: u32,
}

/// Diligent, ordinary, and so neglectful that much gets overdue.
const TEMPERS: [Temper; 3] = [
    Temper { gap: 14, acts: 3, restraint: 30 },
    Temper { gap: 40, acts: 3, restraint: 10 },
    Temper { gap: 130, acts: 3, restraint: 3 },
];

/// An episode and its workflow.
#[derive(Debug)]
struct Run {
    episode: Episode,
    /// As it was before it was closed, once it was.
    before_closing: Option<Episode>,
    /// As it was before care ended for one of the six reasons, once it did.
    before_end: Option<Episode>,
    /// The day on which the workflow wakes by what it knows.
    wakes_on: Option<Date>,
}

/// A life on its way.
#[derive(Debug)]
struct Life<'w> {
    seed: u64,
    chance: Chance,
    place: &'w Place,
    people: &'w People,
    temper: Temper,
    case: CaseName,
    profile: Profile,
    today: Date,
    ends_on: Date,
    /// From the first to before the second nobody takes steps of time.
    outage: (Date, Date),
    /// The policy versions that are to take open duties over, with the days on which that is done.
    turns: Vec<(Date, &'w PolicyVersion)>,
    watch: Watch,
    /// The day on which the workflow of the watch has to look at this person.
    watch_wakes_on: Option<Date>,
    /// Oldest first.
    runs: Vec<Run>,
    tally: &'w mut Tally,
}

/// Leads the life of a seed to its end.
pub(super) fn lead(seed: u64, world: &World, tally: &mut Tally) -> Result<(), Broken> {
    let mut chance = Chance::of(seed);
    let place = chance.one_of(&world.places);
    let begins = add_days(FIRST, chance.between(0, 1_100));
    let nowhere = |error: NameError| Broken {
        seed,
        place: place.name,
        today: begins,
        cause: "a name".to_owned(),
        law: "a person has a name",
        words: error.to_string(),
    };
    let case = people::case(seed).map_err(nowhere)?;
    let outage = add_days(begins, chance.between(0, 2 * DAYS));
    let later = |version: &&PolicyVersion| version.valid_from > begins;
    let turns = place.turns().iter().filter(later);
    let turns = turns.map(|version| (add_days(version.valid_from, chance.between(0, 3)), version)).collect();
    let mut life = Life {
        seed,
        place,
        people: &world.people,
        temper: *chance.one_of(&TEMPERS),
        profile: people::profile(add_days(begins, -chance.between(0, 300)), &mut chance),
        today: begins,
        ends_on: add_days(begins, DAYS),
        outage: (outage, add_days(outage, chance.between(0, 90))),
        turns,
        watch: Watch::new(case.clone()),
        watch_wakes_on: None,
        runs: Vec::new(),
        tally,
        case,
        chance,
    };
    life.live()
}

impl Life<'_> {
    fn live(&mut self) -> Result<(), Broken> {
        self.register()?;
        self.propose()?;
        while self.today < self.ends_on {
            self.stop()?;
            let gap = self.chance.between(0, self.temper.gap);
            self.pass(add_days(self.today, gap).min(self.ends_on))?;
            self.look()?;
        }
        for run in &self.runs {
            self.judged(&Cause::Look, survives(&run.episode))?;
        }
        if let Some(newest) = self.runs.last() {
            self.tally.ended(&newest.episode);
        }
        Ok(())
    }

    /// What people do on a day.
    fn stop(&mut self) -> Result<(), Broken> {
        for _ in 0..self.chance.between(0, self.temper.acts) {
            self.act()?;
        }
        self.be_looked_at()?;
        let newest = self.runs.last().map(|run| &run.episode);
        let gone = |it: &Episode| it.technical_end().is_some_and(|end| end.kind == TechnicalEnd::Deceased);
        let over = newest.is_none_or(|it| OVER.contains(&it.phase()) && !gone(it));
        if over && self.chance.one_in(6) { self.propose() } else { Ok(()) }
    }

    /// Rows 1 and 25.
    fn propose(&mut self) -> Result<(), Broken> {
        let number = u128::try_from(self.runs.len()).unwrap_or_default();
        let name = EpisodeName::new(self.case.clone(), Uuid::from_u128((u128::from(self.seed) << 32) + number + 1));
        let officer = self.people.officer().clone();
        let proposal = Proposal {
            signal_source: SignalSource::PlacementTalk,
            criteria: CriteriaSheet {
                lacking_abilities: words(),
                reasons_in_person: words(),
                expected_progress: words(),
            },
            proposed_on: self.today,
            proposed_by: officer.clone(),
            placement_officer: officer,
            previous_episode: self.runs.last().map(|run| run.episode.name().clone()),
        };
        let place = self.place;
        let decided = self.ruled(&Cause::Birth, Episode::propose(name, proposal, &place.rules(self.today)))?;
        let moved = Moved { before: None, after: &decided.episode, cause: &Cause::Birth, today: self.today, place };
        self.judged(&Cause::Birth, laws::episode_moved(&moved))?;
        let wakes_on = Some(self.today);
        self.runs.push(Run { episode: decided.episode, before_closing: None, before_end: None, wakes_on });
        self.tally.episodes += 1;
        Ok(())
    }

    /// Somebody tries an act on an episode of the person, mostly on the newest.
    fn act(&mut self) -> Result<(), Broken> {
        let newest = self.runs.len().saturating_sub(1);
        let at = if self.chance.one_in(5) { self.chance.below(newest + 1) } else { newest };
        let Some(run) = self.runs.get(at) else { return Ok(()) };
        let before = run.episode.clone();
        let Some(deed) = deeds::choose(before.phase(), self.temper.restraint, &mut self.chance) else { return Ok(()) };
        let (today, people, place) = (self.today, self.people, self.place);
        let newer = self.runs.last().map(|run| run.episode.name()).filter(|_| at < newest);
        let scene = Scene { today, people, place, profile: &self.profile, newer };
        let tried = deeds::attempt(deed, before.clone(), &scene, &mut self.chance);
        let cause = Cause::Deed(deed, tried.length);
        match tried.answer {
            Err(refused) => {
                self.tally.refused += 1;
                self.judged(&cause, laws::refused(deed, &refused, &before, &self.runs[at].episode))
            }
            Ok(decided) => {
                self.tally.took(deed, before.phase(), decided.episode.phase());
                let found = decided.episode.assessment().filter(|_| before.assessment().is_none());
                if let Some(found) = found {
                    self.profile = found.profile.clone();
                }
                self.judged(&cause, laws::tells(&decided))?;
                self.settle(at, &cause, decided.episode)
            }
        }
    }

    /// Puts what became of an episode in its place, once it is judged, with what it means for the watch and for the workflow.
    fn settle(&mut self, at: usize, cause: &Cause, after: Episode) -> Result<(), Broken> {
        let (today, place) = (self.today, self.place);
        let before = &self.runs[at].episode;
        let moved = Moved { before: Some(before), after: &after, cause, today, place };
        self.judged(cause, laws::episode_moved(&moved))?;
        let run = &self.runs[at];
        let former = [run.before_closing.as_ref(), run.before_end.as_ref()];
        self.judged(cause, laws::reopened(former, before, &after))?;
        let newest = self.runs.last().map(|run| &run.episode);
        let running = newest.filter(|it| !it.phase().is_final()).map(Episode::name);
        let speaks = speaks_for_person(after.name(), running);
        let changes = effects(before, &after, speaks);
        let wakes = after.wakes_since(before);
        let run = &mut self.runs[at];
        let before = std::mem::replace(&mut run.episode, after);
        match (before.phase(), run.episode.phase()) {
            (from, EpisodePhase::Closing) if from.is_active() => run.before_end = Some(before),
            (from, EpisodePhase::Closed) if from != EpisodePhase::Closed => run.before_closing = Some(before),
            _ => {}
        }
        // What time did itself the workflow has heard with the answer.
        if wakes && !matches!(cause, Cause::Time(_)) {
            run.wakes_on = Some(today);
        }
        for change in changes {
            self.change(change.clone())?;
            if let Change::PlanTaken(issued_on) = change {
                let kept = self.watch.facts().plan_issued_on == Some(issued_on);
                let words = || format!("issued on {issued_on}: {:?}", self.watch.facts());
                let law = "a plan that passes on is kept up to date by the placement officer";
                self.judged(cause, laws::require(kept, law, words))?;
            }
        }
        Ok(())
    }

    fn judged(&self, cause: &Cause, verdict: Verdict) -> Result<(), Broken> {
        verdict.map_err(|fault| self.broken(cause, fault))
    }

    /// What needs a rule that is missing breaks a law: the rules of an episode hold without end.
    fn ruled<T>(&self, cause: &Cause, answer: Result<T, NoRule>) -> Result<T, Broken> {
        let fault = |missing: NoRule| Fault { law: "a rule governs every fact", words: missing.to_string() };
        answer.map_err(|missing| self.broken(cause, fault(missing)))
    }

    fn broken(&self, cause: &Cause, Fault { law, words }: Fault) -> Broken {
        let (seed, place, today) = (self.seed, self.place.name, self.today);
        Broken { seed, place, today, cause: cause.to_string(), law, words }
    }
}

/// An episode comes back from its rows as it was, whatever their order.
fn survives(it: &Episode) -> Verdict {
    let facts = serde_json::to_value(it.facts()).and_then(serde_json::from_value::<Facts>);
    let duty = |duty: &Duty| serde_json::to_value(duty).and_then(serde_json::from_value::<Duty>);
    let duties = it.duties().iter().map(duty).collect::<Result<Vec<_>, _>>();
    let read = facts.and_then(|facts| Ok((facts, duties?)));
    let read = read.map(|(facts, duties)| Episode::from_rows(it.name().clone(), facts, duties.into_iter().rev()));
    if read.is_ok_and(|read| read == *it) {
        return Ok(());
    }
    Err(Fault { law: "an episode survives its rows", words: it.phase().to_string() })
}
