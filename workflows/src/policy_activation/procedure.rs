//! What is an activation's own: it begins on a day, its steps are the pages of open duties, and after the last it rouses other services.

#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    dates::berlin_date,
    duty::Timetable,
    names::PolicyName,
    policy::Keeper,
    workflow::{ActivationInput, Sender, WorkflowId, WorkflowInput as _},
};
use serde::{Deserialize, Serialize};

use crate::{
    errand::{Rouse, Sleepers, Task},
    memory::{Procedure, StepTaken},
};

/// Pages that one run takes. Each leaves a few hundred bytes in the history, which begins afresh long before its limit.
const PAGES_A_RUN: u32 = 500;

/// The facts of an activation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivationProcedure {
    /// The kernel's part: the version and its first day.
    #[serde(flatten)]
    pub input: ActivationInput,
    /// Pages that this run has taken.
    #[serde(default)]
    pages: u32,
}

/// The next page of open episodes, counted from 1 over all passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its number.
    pub page: i32,
}

impl Step {
    /// The name of the step, as it stands in request ids.
    #[must_use]
    pub fn name(self) -> String {
        format!("replan/{}", self.page)
    }
}

/// The phase in which a whole pass found nothing left to change.
const DONE: &str = "DONE";

/// The procedures of a service that computes dates by the versions of a key.
const fn sleepers(keeper: Keeper) -> Sleepers {
    match keeper {
        Keeper::Providers => Sleepers::Referrals,
        Keeper::Documents => Sleepers::Letters,
    }
}

impl Procedure for ActivationProcedure {
    type Name = PolicyName;
    type Step = Step;
    const OWNER: Sender = Sender::Cases;

    fn name(&self) -> &PolicyName {
        &self.input.policy
    }

    fn workflow_id(&self) -> WorkflowId {
        self.input.workflow_id()
    }

    fn spread(&self) -> bool {
        self.input.spread
    }

    /// The round of the timetable is the page that comes next.
    fn due_step(&self, timetable: &Timetable, now: Timestamp) -> Option<Step> {
        let has_begun = self.input.first_on <= berlin_date(now);
        (has_begun && !timetable.finished && self.pages < PAGES_A_RUN).then_some(Step { page: timetable.round })
    }

    /// Nobody is told: each episode that moved wakes its own procedure, which tells of what falls due.
    fn took(&mut self, _step: &Step, taken: &StepTaken) -> Vec<Task> {
        self.pages += 1;
        self.visited(&taken.timetable)
    }

    /// When the last page is done, the procedures of other services are roused, whose dates are computed when they ask: also by one that
    /// finds it done, because the worker that did it died before it could tell.
    fn visited(&mut self, timetable: &Timetable) -> Vec<Task> {
        if timetable.phase != DONE {
            return Vec::new();
        }
        let rouse = |keeper| {
            let jobcenter = self.input.policy.jobcenter_name().clone();
            Task::Rouse(Rouse { jobcenter, sleepers: sleepers(keeper) })
        };
        self.input.key.keeper().map(rouse).into_iter().collect()
    }

    fn next_day(&self, _timetable: &Timetable, today: Date) -> Option<Date> {
        (today < self.input.first_on).then_some(self.input.first_on)
    }

    fn begins_round(&mut self, _timetable: &Timetable) -> bool {
        let is_full = self.pages >= PAGES_A_RUN;
        if is_full {
            self.pages = 0;
        }
        is_full
    }
}
