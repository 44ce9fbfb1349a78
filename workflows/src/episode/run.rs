//! What an episode's workflow remembers, and every decision it takes without waiting: plain values, tested without a server.

#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    dates::{berlin_date, fires_at},
    duty::{NextStep, Timetable, TimetableEntry, next_wake},
    workflow::{EpisodeInput, Sender, WakeLedger},
};
use serde::{Deserialize, Serialize};

use super::{
    activities::TakeStep,
    errand::{Errand, Task, step_name},
};
use crate::pulse::{Pulse, Setback};

/// The phases in which a closing letter is due, also when the workflow was away while the earlier ones passed. A technical end
/// (death, move, error) is the phase `ENDED_TECHNICALLY`.
const PHASES_WITH_CLOSING_LETTER: [&str; 3] = ["CLOSING", "AFTERCARE", "CLOSED"];

/// Errands that may wait at a time; more stop the taking of steps, so that none is dropped.
const ERRANDS_MAX: usize = 64;

/// Everything that must outlive a run: the input of the workflow and of its continue-as-new.
///
/// A service starts it with the kernel's `EpisodeInput` alone; the rest is empty then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpisodeRun {
    /// The kernel's part: the episode, its round and what was heard.
    #[serde(flatten)]
    pub input: EpisodeInput,
    /// How it wakes and rests.
    #[serde(default)]
    pub pulse: Pulse,
    /// A step whose outcome is unknown: its answer, which says who is to be told, was lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_hand: Option<TakeStep>,
    /// What other services were not yet asked successfully.
    #[serde(default)]
    pub errands: Vec<Errand>,
    /// The closing letter was asked for.
    #[serde(default)]
    pub closing_letter: bool,
}

/// What a workflow does after a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Nothing will ever fall due again.
    End,
    /// A new round: the history starts afresh.
    NewRun,
    /// All is done for now.
    Rest {
        /// The next date, or the next try; without one only a signal wakes.
        until: Option<Timestamp>,
        /// The visit failed, so that only something new is worth waking for.
        failed: bool,
    },
}

impl EpisodeRun {
    /// A run as a service starts it.
    #[must_use]
    pub fn new(input: EpisodeInput) -> Self {
        Self { input, pulse: Pulse::default(), in_hand: None, errands: Vec::new(), closing_letter: false }
    }

    /// Begins a visit: what has been heard until now is what the answer will cover.
    pub fn asks(&mut self) -> WakeLedger {
        self.pulse.asks();
        self.input.wakes.clone()
    }

    /// Notes a timetable that answers a question put when `asked` was all that had been heard.
    pub fn answered(&mut self, asked: &WakeLedger, timetable: &Timetable) {
        self.input.wakes.answered(asked);
        self.input.wakes.settle(Sender::Cases, timetable.as_of_seq);
    }

    /// Whether something was heard that no timetable has covered.
    #[must_use]
    pub fn has_news(&self) -> bool {
        self.pulse.has_news(&self.input.wakes)
    }

    /// The step that is due first, if one is.
    ///
    /// # Errors
    /// When too many errands wait: steps that nobody is told about would be taken in silence.
    pub fn due_step(&self, timetable: &Timetable, now: Timestamp) -> Result<Option<TakeStep>, Setback> {
        let due = timetable.steps_due(berlin_date(now)).first().map(|(entry, next)| step(entry, *next, now));
        if due.is_some() && self.errands.len() >= ERRANDS_MAX { Err(Setback) } else { Ok(due) }
    }

    /// Adds errands, each once.
    pub fn add_errands(&mut self, errands: impl IntoIterator<Item = Errand>) {
        for errand in errands {
            if !self.errands.iter().any(|waiting| waiting.task == errand.task) {
                self.errands.push(errand);
            }
        }
    }

    /// Asks for the closing letter once, when the phase has come.
    pub fn note_phase(&mut self, phase: &str, now: Timestamp) {
        if !self.closing_letter && PHASES_WITH_CLOSING_LETTER.contains(&phase) {
            self.closing_letter = true;
            self.add_errands([Errand { at: now, task: Task::ClosingLetter }]);
        }
    }

    /// Decides what follows a visit at `now`; `is_long` says that the history of this run has grown long.
    pub fn conclude(&mut self, visit: &Result<Timetable, Setback>, now: Timestamp, is_long: bool) -> Course {
        let clean = visit.is_ok() && self.errands.is_empty();
        let again = if clean { None } else { Some(self.pulse.set_back(now)) };
        if clean {
            self.pulse.succeeded();
        }
        let Ok(timetable) = visit else {
            return if is_long { Course::NewRun } else { Course::Rest { until: again, failed: true } };
        };
        if timetable.finished && clean {
            return Course::End;
        }
        if timetable.round != self.input.round || is_long {
            self.input.round = timetable.round;
            return Course::NewRun;
        }
        let date = next_wake(timetable, berlin_date(now)).map(|on| self.fires_at(on));
        Course::Rest { until: [date, again].into_iter().flatten().min(), failed: false }
    }

    /// The instant at which a date fires for this episode.
    fn fires_at(&self, on: Date) -> Timestamp {
        fires_at(on, &self.input.workflow_id().to_string(), self.input.spread)
    }
}

/// A due step as it is asked for.
fn step(entry: &TimetableEntry, next: NextStep, now: Timestamp) -> TakeStep {
    TakeStep {
        duty: entry.duty.clone(),
        kind: entry.kind,
        due_on: entry.due_on,
        step: next.step,
        round: next.round,
        name: step_name(&entry.duty, next.step, next.round),
        at: now,
        trace: None,
    }
}
