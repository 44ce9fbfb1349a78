//! What is a watch's own: its steps are pages, of the steps of all people and then of the notices about them, and it never rests for long.

#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    dates::berlin_date,
    duty::{Timetable, next_wake},
    names::JobcenterName,
    workflow::{Sender, WatchInput, WorkflowId, WorkflowInput as _, watch_looks_again},
};
use serde::{Deserialize, Serialize};

use crate::{
    errand::Task,
    memory::{Procedure, StepTaken},
};

/// Pages that one run takes. Each leaves a few hundred bytes in the history, which begins afresh long before its limit.
const PAGES_A_RUN: u32 = 500;

/// The facts of a watch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchProcedure {
    /// The kernel's part: the jobcenter.
    #[serde(flatten)]
    pub input: WatchInput,
    /// Pages that this run has taken.
    #[serde(default)]
    pages: u32,
}

/// The next page, counted from 1 over all days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Steps that have come are taken.
    Sweep(i32),
    /// Whoever they concern is told.
    Tell(i32),
}

impl Step {
    /// The name of the step, as it stands in request ids.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Sweep(page) => format!("sweep/{page}"),
            Self::Tell(page) => format!("tell/{page}"),
        }
    }

    /// Number of the page.
    #[must_use]
    pub const fn page(self) -> i32 {
        let (Self::Sweep(page) | Self::Tell(page)) = self;
        page
    }
}

impl Procedure for WatchProcedure {
    type Name = JobcenterName;
    type Step = Step;
    const OWNER: Sender = Sender::Cases;

    fn name(&self) -> &JobcenterName {
        &self.input.jobcenter
    }

    fn workflow_id(&self) -> WorkflowId {
        self.input.workflow_id()
    }

    fn spread(&self) -> bool {
        self.input.spread
    }

    /// The phase of the timetable says what is to be done, its round which page comes next.
    fn due_step(&self, timetable: &Timetable, now: Timestamp) -> Option<Step> {
        if self.pages >= PAGES_A_RUN || timetable.next_on.is_none_or(|on| on > berlin_date(now)) {
            return None;
        }
        match timetable.phase.as_str() {
            "SWEEPING" => Some(Step::Sweep(timetable.round)),
            "TELLING" => Some(Step::Tell(timetable.round)),
            _ => None,
        }
    }

    /// Nothing follows from a page: what is to be told of it is a page of its own, because the answer to this one may be lost.
    fn took(&mut self, _step: &Step, _taken: &StepTaken) -> Vec<Task> {
        self.pages += 1;
        Vec::new()
    }

    /// Nobody wakes it for what lies further off, so that it looks again by then.
    fn next_day(&self, timetable: &Timetable, today: Date) -> Option<Date> {
        let looks_again = watch_looks_again(today);
        Some(next_wake(timetable, today).map_or(looks_again, |on| on.min(looks_again)))
    }

    fn begins_round(&mut self, _timetable: &Timetable) -> bool {
        let is_full = self.pages >= PAGES_A_RUN;
        if is_full {
            self.pages = 0;
        }
        is_full
    }
}
