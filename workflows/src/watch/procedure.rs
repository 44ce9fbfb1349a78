//! What is a watch's own: its steps are the openings and escalations of the checks of all people, and it never rests for long.

#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    duty::{Timetable, next_wake},
    names::{DutyName, JobcenterName},
    workflow::{Sender, WatchInput, WorkflowId, WorkflowInput as _, watch_looks_again},
};
use serde::{Deserialize, Serialize};

use crate::{
    errand::Task,
    memory::{Procedure, StepTaken},
    step::Step,
};

/// Steps that one run takes. Each leaves a few kilobytes in the history, which begins afresh long before its limit; what is told of them waits
/// until the run has taken them, so that they are fewer than the errands that may wait.
const STEPS_A_RUN: u32 = 50;

/// The facts of a watch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchProcedure {
    /// The kernel's part: the jobcenter.
    #[serde(flatten)]
    pub input: WatchInput,
    /// Steps that this run has taken.
    #[serde(default)]
    steps: u32,
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

    fn due_step(&self, timetable: &Timetable, now: Timestamp) -> Option<Step> {
        if self.steps >= STEPS_A_RUN {
            return None;
        }
        Step::first_due(timetable, now)
    }

    fn took(&mut self, step: &Step, taken: &StepTaken) -> Vec<Task> {
        self.steps += 1;
        let case = step.duty.parse::<DutyName>().map(|duty| duty.case().to_string()).ok();
        step.told(&self.input.jobcenter, case.as_slice(), taken).into_iter().collect()
    }

    /// Nobody wakes it for what lies further off, so that it looks again by then.
    fn next_day(&self, timetable: &Timetable, today: Date) -> Option<Date> {
        let looks_again = watch_looks_again(today);
        Some(next_wake(timetable, today).map_or(looks_again, |on| on.min(looks_again)))
    }

    fn begins_round(&mut self, _timetable: &Timetable) -> bool {
        let is_full = self.steps >= STEPS_A_RUN;
        if is_full {
            self.steps = 0;
        }
        is_full
    }
}
