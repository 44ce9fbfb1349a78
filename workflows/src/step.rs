//! A step that time takes on a duty, and the notice that tells of it: the same for everything that lives by duties of cases.

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    dates::berlin_date,
    duty::{DutyKind, DutyStep, Timetable},
    names::JobcenterName,
};
use serde::{Deserialize, Serialize};

use crate::{
    errand::{Notice, Task, last_segment, template},
    memory::StepTaken,
};

/// A step that time takes on a duty, as it stood in the timetable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The duty, by resource name.
    pub duty: String,
    /// What it is about.
    pub kind: DutyKind,
    /// The day it is due.
    pub due_on: Date,
    /// What time does.
    pub action: DutyStep,
    /// Its round, from 1.
    pub round: i32,
}

impl Step {
    /// The step that is due first, if one is.
    #[must_use]
    pub fn first_due(timetable: &Timetable, now: Timestamp) -> Option<Self> {
        let (entry, next) = timetable.steps_due(berlin_date(now)).into_iter().next()?;
        let (duty, kind, due_on) = (entry.duty.clone(), entry.kind, entry.due_on);
        Some(Self { duty, kind, due_on, action: next.step, round: next.round })
    }

    /// What happened, as the code of a notice's cause.
    #[must_use]
    pub fn code(&self) -> String {
        format!("{}/{}", self.action, self.round)
    }

    /// The name of the step, as it stands in request ids: never the same for two duties or two rounds.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", last_segment(&self.duty), self.code().to_ascii_lowercase())
    }

    /// The notice about it once it was taken; `belongs_to` names what the duty is a part of.
    #[must_use]
    pub fn told(&self, jobcenter: &JobcenterName, belongs_to: &[String], taken: &StepTaken) -> Option<Task> {
        let subjects = [std::slice::from_ref(&self.duty), belongs_to].concat();
        told((self.kind, self.action, self.due_on), self.code(), jobcenter, subjects, taken)
    }
}

/// The notice about a step that was taken on a duty of a kind with its due day; `subjects` begins with what the step happened to. Nothing
/// where no words tell of such a step, or where nobody is to be told.
#[must_use]
pub fn told(
    (kind, action, due_on): (DutyKind, DutyStep, Date),
    code: String,
    jobcenter: &JobcenterName,
    subjects: Vec<String>,
    taken: &StepTaken,
) -> Option<Task> {
    let template = template(kind, action).filter(|_| !taken.audiences.is_empty())?;
    Some(Task::Notice(Notice {
        jobcenter: jobcenter.clone(),
        cause: subjects.first()?.clone(),
        code,
        subjects,
        template,
        due_on: Some(due_on),
        audiences: taken.audiences.clone(),
    }))
}
