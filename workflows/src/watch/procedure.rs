//! What is a watch's own: its steps are the openings and escalations of the checks of all people, and it never rests for long.

#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    dates::berlin_date,
    duty::{DutyKind, DutyStep, Timetable, next_wake},
    names::{DutyName, JobcenterName},
    workflow::{Sender, WatchInput, WorkflowId, WorkflowInput as _, watch_looks_again},
};
use serde::{Deserialize, Serialize};

use crate::{
    errand::{Notice, Task, last_segment, template},
    memory::{Procedure, StepTaken},
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

/// A step that time takes, as it stood in the timetable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The check, by resource name.
    pub duty: String,
    /// What time does.
    pub action: DutyStep,
    /// Its round, from 1.
    pub round: i32,
    /// The day the check is due.
    pub due_on: Date,
}

impl Step {
    /// What happened, as the code of a notice's cause.
    #[must_use]
    pub fn code(&self) -> String {
        format!("{}/{}", self.action, self.round)
    }

    /// The name of the step, as it stands in request ids: never the same for two checks or two rounds.
    #[must_use]
    pub fn name(&self) -> String {
        format!("check/{}/{}", last_segment(&self.duty), self.code().to_ascii_lowercase())
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

    fn due_step(&self, timetable: &Timetable, now: Timestamp) -> Option<Step> {
        if self.steps >= STEPS_A_RUN {
            return None;
        }
        let (entry, next) = timetable.steps_due(berlin_date(now)).into_iter().next()?;
        Some(Step { duty: entry.duty.clone(), action: next.step, round: next.round, due_on: entry.due_on })
    }

    fn took(&mut self, step: &Step, taken: &StepTaken) -> Vec<Task> {
        self.steps += 1;
        let words = template(DutyKind::EligibilityRecheck, step.action).filter(|_| !taken.audiences.is_empty());
        let case = step.duty.parse::<DutyName>().map(|duty| duty.case().to_string()).ok();
        let notice = words.map(|template| {
            Task::Notice(Notice {
                jobcenter: self.input.jobcenter.clone(),
                cause: step.duty.clone(),
                code: step.code(),
                subjects: std::iter::once(step.duty.clone()).chain(case).collect(),
                template,
                due_on: Some(step.due_on),
                audiences: taken.audiences.clone(),
            })
        });
        notice.into_iter().collect()
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
