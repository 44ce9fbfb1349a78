//! The laws that no life may break, whatever people, time and policy do in whatever order. Each says in its own words what was broken.

mod ends;
mod grid;
mod kept;
mod reopened;
mod seen;
mod watched;

use std::fmt;

use jiff::civil::Date;
use lotse_cases::domain::{
    duties::{Duties, Duty},
    episode::{Decided, Episode, Step, StepTaken},
    events::Event,
    refused::Refused,
    vocabulary::EpisodePhase as P,
    watch::{Swept, Watch, WatchStep},
};
use lotse_kernel::{
    deadlines::ExtensionLength,
    duty::{DutyKind, DutyStep, Timetable},
};

use super::{
    place::Place,
    rows::{self, Deed},
};

pub(super) use reopened::reopened;
pub(super) use seen::{caught_up, in_sight};
pub(super) use watched::{person, watch_moved};

/// A law that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Which.
    pub(super) law: &'static str,
    /// How.
    pub(super) words: String,
}

/// Whether the laws hold.
pub(super) type Verdict = Result<(), Fault>;

/// Says that a law is broken unless it holds.
pub(super) fn require(holds: bool, law: &'static str, words: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(Fault { law, words: words() }) }
}

/// A law that is broken at a duty.
fn of_duty(holds: bool, law: &'static str, duty: &Duty) -> Verdict {
    require(holds, law, || told(duty))
}

/// A duty in words.
fn told(duty: &Duty) -> String {
    let deadline = duty.deadline();
    let (kind, slot, revision, status) = (duty.kind(), duty.slot(), duty.revision(), duty.status());
    let (opens, due, last) = (deadline.opens_on, deadline.due_on(), deadline.overdue_after());
    format!(
        "{kind} {slot}/{revision}, opens {opens}, due {due}, in time until {last}, {status:?}, {:?}",
        duty.notices()
    )
}

/// What moved an episode or a watch.
#[derive(Debug, Clone)]
pub(super) enum Cause {
    /// It began.
    Birth,
    /// Somebody acted; the length is that of an extension.
    Deed(Deed, Option<ExtensionLength>),
    /// Time took a step.
    Time(Step),
    /// A policy version took open duties over.
    Turn,
    /// Something happened to the person outside of episodes, or by an act on one.
    Person,
    /// Nothing: somebody looked.
    Look,
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Birth => formatter.write_str("PROPOSE"),
            Self::Deed(deed, None) => deed.fmt(formatter),
            Self::Deed(deed, Some(length)) => write!(formatter, "{deed} of {length:?}"),
            Self::Time(step) => write!(formatter, "step {} {} of time", step.step, step.round),
            Self::Turn => formatter.write_str("policy version"),
            Self::Person => formatter.write_str("the person"),
            Self::Look => formatter.write_str("a look"),
        }
    }
}

impl Cause {
    fn is(&self, deeds: &[Deed]) -> bool {
        matches!(self, Self::Deed(deed, _) if deeds.contains(deed))
    }

    fn is_step(&self, step: DutyStep) -> bool {
        matches!(self, Self::Time(taken) if taken.step == step)
    }
}

/// An episode before and after something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moved<'a> {
    /// Nothing where it began.
    pub(super) before: Option<&'a Episode>,
    /// As it is now.
    pub(super) after: &'a Episode,
    /// What moved it.
    pub(super) cause: &'a Cause,
    /// The day.
    pub(super) today: Date,
    /// Under which rules.
    pub(super) place: &'a Place,
}

/// Judges what became of an episode by all laws of episodes.
pub(super) fn episode_moved(moved: &Moved<'_>) -> Verdict {
    phases(moved)?;
    let none = Duties::default();
    let before = moved.before.map_or(&none, Episode::duties);
    let begun = kept::judge(before, moved.after.duties(), moved.cause, moved.today)?;
    kept::begins(moved, &begun)?;
    for duty in &begun {
        grid::dates(moved, duty)?;
    }
    grid::runs(moved, !begun.is_empty())?;
    ends::judge(moved)
}

/// Phases change along the rows of the table, and by acts alone.
fn phases(moved: &Moved<'_>) -> Verdict {
    let Some(before) = moved.before else {
        let phase = moved.after.phase();
        return require(phase == P::Proposed, "an episode begins as a proposal", || phase.to_string());
    };
    let (from, to) = (before.phase(), moved.after.phase());
    let words = || format!("{} led from {from} to {to}", moved.cause);
    match moved.cause {
        Cause::Deed(deed, _) => {
            let row = rows::from(*deed, from);
            let number = row.map_or("none", |row| row.number);
            let leads = row.is_some_and(|row| row.leads(from, to));
            require(leads, "phases change along the rows of the table", || format!("row {number}: {}", words()))
        }
        Cause::Birth | Cause::Time(_) | Cause::Turn | Cause::Person | Cause::Look => {
            require(from == to, "neither time nor a policy version leads to another phase", words)?;
            let same = before.facts() == moved.after.facts();
            require(same, "neither time nor a policy version decides anything", words)
        }
    }
}

/// An act that was refused: for its phase where the table has no row for it, and only there. The episode is as it was.
pub(super) fn refused(deed: Deed, refused: &Refused, before: &Episode, after: &Episode) -> Verdict {
    let phase = before.phase();
    let words = || format!("{deed} in {phase}: {refused}");
    let wrong_phase = match refused {
        Refused::WrongPhase { phase: named, allowed } => {
            require(*named == phase && !allowed.contains(&phase), "a refusal names the phase", words)?;
            true
        }
        _ => false,
    };
    let has_row = rows::from(deed, phase).is_some();
    // That accompanying care is done nobody may say in this way, whatever the phase.
    let never = deed == Deed::EndTechnically && matches!(refused, Refused::Fields(_));
    require(
        never || has_row != wrong_phase,
        "an act is refused for its phase where it has no row, and only there",
        words,
    )?;
    require(before == after, "a refused act leaves the episode as it was", words)
}

/// An act that was taken stands in the timeline.
pub(super) fn tells(decided: &Decided) -> Verdict {
    require(!decided.events.is_empty(), "an act tells what happened", || decided.episode.phase().to_string())
}

/// A step that was offered is taken once, and somebody hears of it.
pub(super) fn step_taken(taken: &StepTaken, again: &StepTaken, words: impl Fn() -> String) -> Verdict {
    require(taken.taken, "an offered step is taken", &words)?;
    require(!again.taken && again.episode == taken.episode, "no step is taken twice", &words)?;
    require(!taken.audiences.is_empty() && !taken.events.is_empty(), "somebody hears of a step", &words)
}

/// The same of a check.
pub(super) fn check_step_taken(taken: &WatchStep, again: &WatchStep, words: impl Fn() -> String) -> Verdict {
    require(!taken.events.is_empty(), "an offered step is taken, and the timeline tells of it", &words)?;
    require(again.events.is_empty() && again.watch == taken.watch, "no step is taken twice", &words)?;
    let lapses = taken.events.iter().all(|happened| happened.event == Event::ReopeningLapsed {});
    require(taken.news.is_some() != lapses, "somebody hears of a step, but of what lapses", &words)
}

/// A sweep takes, one by one or all at once, the same steps, and comes again on the day of the next.
pub(super) fn swept(swept: &Swept, by_step: &Watch, next: Option<Date>, today: Date) -> Verdict {
    let words = || format!("{:?} instead of {next:?}", swept.next_step_on);
    require(swept.watch == *by_step, "a sweep takes every step that has come", words)?;
    let is_rested = swept.next_step_on == next && next.is_none_or(|on| on > today);
    require(is_rested, "a sweep comes again on the day of the next step", words)
}

/// A workflow ends with its episode, and then nothing is left to wait for.
pub(super) fn finished(it: &Episode, timetable: &Timetable) -> Verdict {
    let phase = it.phase();
    let is_last = matches!(phase, P::Refused | P::ReferredBack | P::Closed);
    let holds = timetable.finished == is_last && (!is_last || timetable.due.is_empty());
    require(holds, "a workflow ends with its episode", || phase.to_string())
}

/// A version that has taken open duties over changes nothing when it comes again.
pub(super) fn taken_over_once(holds: bool, it: &Episode) -> Verdict {
    require(holds, "a policy version takes open duties over once", || it.phase().to_string())
}

/// A workflow wakes no later than the next step of its timetable.
pub(super) fn awake(wakes_on: Option<Date>, next: Option<Date>) -> Verdict {
    let holds = next.is_none_or(|next| wakes_on.is_some_and(|on| on <= next));
    require(holds, "no workflow sleeps through a step", || format!("wakes {wakes_on:?}, next step {next:?}"))
}

/// The unsettled duties of a kind.
fn waiting(duties: &Duties, kind: DutyKind) -> impl Iterator<Item = &Duty> {
    duties.iter().filter(move |duty| duty.kind() == kind && duty.is_unsettled())
}
