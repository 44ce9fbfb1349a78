//! What is a referral's own: its steps and what follows from them.

#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    dates::berlin_date,
    duty::{DutyKind, DutyStep, Timetable},
    names::ReferralName,
    workflow::{ReferralInput, Sender, WorkflowId, WorkflowInput as _},
};
use serde::{Deserialize, Serialize};

use crate::{
    errand::Task,
    memory::{Procedure, StepTaken},
    step::told,
};

/// The facts of a referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralProcedure {
    /// The kernel's part: the referral.
    #[serde(flatten)]
    pub input: ReferralInput,
}

/// A step that time takes, as it stood in the timetable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What it is about: the provider's answer or its report.
    pub kind: DutyKind,
    /// How many reports had come.
    pub reports: i32,
    /// What time does.
    pub action: DutyStep,
    /// Its round, from 1.
    pub round: i32,
    /// The day the duty is due.
    pub due_on: Date,
}

impl Step {
    /// What happened, as the code of a notice's cause.
    #[must_use]
    pub fn code(self) -> String {
        format!("{}/{}/{}/{}", self.kind, self.reports + 1, self.action, self.round)
    }

    /// The name of the step, as it stands in request ids: never the same for two rounds or two reports.
    #[must_use]
    pub fn name(self) -> String {
        format!("referral/{}", self.code().to_ascii_lowercase())
    }
}

impl Procedure for ReferralProcedure {
    type Name = ReferralName;
    type Step = Step;
    const OWNER: Sender = Sender::Providers;

    fn name(&self) -> &ReferralName {
        &self.input.referral
    }

    fn workflow_id(&self) -> WorkflowId {
        self.input.workflow_id()
    }

    fn spread(&self) -> bool {
        self.input.spread
    }

    fn due_step(&self, timetable: &Timetable, now: Timestamp) -> Option<Step> {
        let (entry, next) = timetable.steps_due(berlin_date(now)).into_iter().next()?;
        let (kind, due_on) = (entry.kind, entry.due_on);
        Some(Step { kind, reports: timetable.round, action: next.step, round: next.round, due_on })
    }

    fn took(&mut self, step: &Step, taken: &StepTaken) -> Vec<Task> {
        let (referral, case) = (self.input.referral.to_string(), self.input.referral.case());
        let about = (step.kind, step.action, step.due_on);
        told(about, step.code(), case.jobcenter_name(), vec![referral, case.to_string()], taken).into_iter().collect()
    }
}
