//! What a procedure remembers, and every decision that needs no waiting: plain values, tested without a server.

#[cfg(test)]
mod tests;

use std::fmt::Debug;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    dates::{berlin_date, fires_at},
    duty::{Timetable, next_wake},
    workflow::{Sender, WakeLedger, WorkflowId},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    errand::{Audience, Errand, Task},
    pulse::Pulse,
};

/// Errands that may wait at a time; more stop the taking of steps, so that none is dropped.
const ERRANDS_MAX: usize = 64;

/// What is a procedure's own: its facts, and what it makes of a timetable.
pub trait Procedure: Clone + Debug + PartialEq + Serialize + DeserializeOwned {
    /// Name of the record it is about.
    type Name: Clone;
    /// A step that time takes on the record.
    type Step: Clone + Debug + PartialEq + Serialize + DeserializeOwned;
    /// The service that owns the record and answers with its timetable.
    const OWNER: Sender;

    /// The record it is about.
    fn name(&self) -> &Self::Name;

    /// The id of its workflow.
    fn workflow_id(&self) -> WorkflowId;

    /// Whether its dates fire spread over the early morning.
    fn spread(&self) -> bool;

    /// The step that is due first, if one is.
    fn due_step(&self, timetable: &Timetable, now: Timestamp) -> Option<Self::Step>;

    /// Notes the answer to a step, and says what follows from it.
    fn took(&mut self, step: &Self::Step, taken: &StepTaken) -> Vec<Task>;

    /// The next day on which it has something to do; by default the timetable's next wake-up.
    fn next_day(&self, timetable: &Timetable, today: Date) -> Option<Date> {
        next_wake(timetable, today)
    }

    /// Notes the timetable after a visit, and says what follows from it; by default nothing.
    fn visited(&mut self, _timetable: &Timetable) -> Vec<Task> {
        Vec::new()
    }

    /// Notes the round of the timetable; a new one begins with a fresh history. By default there are no rounds.
    fn begins_round(&mut self, _timetable: &Timetable) -> bool {
        false
    }
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTaken {
    /// Who is to be told; the same when the step is asked for again.
    pub audiences: Vec<Audience>,
    /// The person is to be written to, as is done of reviews (R106).
    #[serde(default)]
    pub letter_wanted: bool,
    /// The timetable after the step.
    pub timetable: Timetable,
}

/// Something could not be done now. It is tried again after a pause; a workflow never fails because of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setback;

/// What a workflow does after a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Nothing will ever fall due again, and everything is done.
    End,
    /// The history starts afresh, because it has grown long or a new round begins.
    NewRun,
    /// All is done for now.
    Rest {
        /// The next date, or the next try; without one only a signal wakes.
        until: Option<Timestamp>,
        /// The visit failed, so that only something new is worth waking for.
        failed: bool,
    },
}

/// Everything that must outlive a run: the input of a workflow and of its continue-as-new.
///
/// A service starts it with the kernel's input of the procedure alone; the rest is empty then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Memory<P: Procedure> {
    /// What is the procedure's own.
    #[serde(flatten)]
    pub procedure: P,
    /// What was heard, and how often in a row it went wrong.
    #[serde(default)]
    pub pulse: Pulse,
    /// A step whose answer, which says who is to be told, has not come; it is asked for again before any other.
    #[serde(default = "nothing", skip_serializing_if = "Option::is_none")]
    in_hand: Option<P::Step>,
    /// What other services were not yet asked successfully.
    #[serde(default)]
    errands: Vec<Errand>,
    /// The instant this run rests until; nothing while it works or only a signal can wake it. The next run works first.
    #[serde(skip)]
    pub rests_until: Option<Timestamp>,
}

/// Serde's own default would ask for a step that has one.
const fn nothing<S>() -> Option<S> {
    None
}

impl<P: Procedure> Memory<P> {
    /// Notes a timetable that answers a question put when `asked` was all that had been heard.
    pub fn visited(&mut self, asked: &WakeLedger, timetable: &Timetable, now: Timestamp) {
        self.pulse.answered(asked, P::OWNER, timetable.as_of_seq);
        let tasks = self.procedure.visited(timetable);
        self.add_errands(tasks, now);
    }

    /// Takes a step into the hand, if there is one: that whose answer was lost, else the first that is due.
    ///
    /// # Errors
    /// When too many errands wait: steps that nobody is told about would be taken in silence.
    pub fn next_step(&mut self, timetable: &Timetable, now: Timestamp) -> Result<Option<P::Step>, Setback> {
        if self.in_hand.is_none() {
            self.in_hand = self.procedure.due_step(timetable, now);
        }
        if self.in_hand.is_some() && self.errands.len() >= ERRANDS_MAX {
            Err(Setback)
        } else {
            Ok(self.in_hand.clone())
        }
    }

    /// Notes the answer to a step taken at `at`, and what follows from it.
    pub fn took(&mut self, step: &P::Step, taken: &StepTaken, at: Timestamp) {
        self.in_hand = None;
        let tasks = self.procedure.took(step, taken);
        self.add_errands(tasks, at);
    }

    /// The step in hand was refused for good, so that nothing came of it.
    pub fn let_go(&mut self) {
        self.in_hand = None;
    }

    /// What other services were not yet asked successfully.
    #[must_use]
    pub fn errands(&self) -> &[Errand] {
        &self.errands
    }

    /// Forgets the errands that were done.
    pub fn done(&mut self, done: &[Errand]) {
        self.errands.retain(|errand| !done.contains(errand));
    }

    /// Adds errands, each once.
    fn add_errands(&mut self, tasks: Vec<Task>, at: Timestamp) {
        for task in tasks {
            if !self.errands.iter().any(|waiting| waiting.task == task) {
                self.errands.push(Errand { at, task });
            }
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
        if self.procedure.begins_round(timetable) || is_long {
            return Course::NewRun;
        }
        let id = || self.procedure.workflow_id().to_string();
        let day = self.procedure.next_day(timetable, berlin_date(now));
        let date = day.map(|on| fires_at(on, &id(), self.procedure.spread()));
        Course::Rest { until: [date, again].into_iter().flatten().min(), failed: false }
    }
}
