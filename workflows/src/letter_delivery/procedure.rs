//! What is a letter's own: its steps by the phase it is in, and of which of them people were told.

#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    dates::berlin_date,
    duty::{DutyStep, Timetable},
    names::LetterName,
    notice::NoticeTemplate,
    workflow::{LetterInput, Sender, WorkflowId, WorkflowInput as _},
};
use serde::{Deserialize, Serialize};

use crate::{
    errand::{Notice, Task},
    memory::{Procedure, StepTaken},
};

/// The facts of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterProcedure {
    /// The kernel's part: the letter.
    #[serde(flatten)]
    pub input: LetterInput,
    /// Which steps were told of; a step whose answer was lost is asked about again, so that nobody is left untold.
    #[serde(default)]
    pub told: Told,
}

/// Which steps were told of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// That it cannot be made.
    pub failed: bool,
    /// That it is to be posted.
    pub offered: bool,
    /// How often its posting was reminded of.
    pub reminders: i32,
}

/// A step the letter takes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Make and store the file, or hear again why that failed.
    Render,
    /// Ask the officer to post it.
    Offer,
    /// Remind the officer.
    Remind {
        /// Counted from 1.
        round: i32,
    },
}

impl Step {
    /// The name of the step, as it stands in request ids.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Render => "letter/render".to_owned(),
            Self::Offer => "letter/offer".to_owned(),
            Self::Remind { round } => format!("letter/remind/{round}"),
        }
    }
}

impl Procedure for LetterProcedure {
    type Name = LetterName;
    type Step = Step;
    const OWNER: Sender = Sender::Documents;

    fn name(&self) -> &LetterName {
        &self.input.letter
    }

    fn workflow_id(&self) -> WorkflowId {
        self.input.workflow_id()
    }

    fn spread(&self) -> bool {
        self.input.spread
    }

    /// A step that was taken and not told of is taken again: documents gives the same answer, and notifications keeps one
    /// notice per cause. So an answer that was lost with a worker leaves nobody untold.
    fn due_step(&self, timetable: &Timetable, now: Timestamp) -> Option<Step> {
        match timetable.phase.as_str() {
            "REQUESTED" => Some(Step::Render),
            "RENDERED" => Some(Step::Offer),
            "FAILED" => (!self.told.failed).then_some(Step::Render),
            "READY_TO_POST" if !self.told.offered => Some(Step::Offer),
            "READY_TO_POST" => self.due_reminder(timetable, berlin_date(now)),
            _ => None,
        }
    }

    fn took(&mut self, step: &Step, taken: &StepTaken) -> Vec<Task> {
        let (template, code) = match *step {
            Step::Render if taken.timetable.phase != "FAILED" => return Vec::new(),
            Step::Render => {
                self.told.failed = true;
                (NoticeTemplate::LetterFailed, "FAILED/1".to_owned())
            }
            Step::Offer => {
                self.told.offered = true;
                (NoticeTemplate::LetterReadyToPost, "OFFER/1".to_owned())
            }
            Step::Remind { round } => {
                self.told.reminders = self.told.reminders.max(round);
                (NoticeTemplate::LetterPostingOverdue, format!("REMIND/{round}"))
            }
        };
        if taken.audiences.is_empty() {
            return Vec::new();
        }
        let (letter, case) = (self.input.letter.to_string(), self.input.letter.case());
        vec![Task::Notice(Notice {
            jobcenter: case.jobcenter_name().clone(),
            cause: letter.clone(),
            code,
            subjects: vec![letter, case.to_string()],
            template,
            due_on: taken.timetable.due.first().map(|entry| entry.due_on),
            audiences: taken.audiences.clone(),
        })]
    }
}

impl LetterProcedure {
    fn due_reminder(&self, timetable: &Timetable, today: Date) -> Option<Step> {
        let reminder = |step: DutyStep| step == DutyStep::Remind;
        let next = timetable.due.iter().filter_map(|entry| entry.next_step).find(|next| reminder(next.step))?;
        if self.told.reminders + 1 < next.round {
            return Some(Step::Remind { round: self.told.reminders + 1 });
        }
        (next.on <= today).then_some(Step::Remind { round: next.round })
    }
}
