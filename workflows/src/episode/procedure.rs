//! What is an episode's own: its round, its closing letter, and what follows from its steps.

#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    dates::berlin_date,
    duty::{DutyKind, DutyStep, Timetable},
    names::EpisodeName,
    workflow::{EpisodeInput, Sender, WorkflowId, WorkflowInput as _},
};
use serde::{Deserialize, Serialize};

use crate::{
    errand::{Letter, LetterKind, Notice, Task, last_segment, template},
    memory::{Procedure, StepTaken},
};

/// The phases in which a closing letter is due, also when the workflow was away while the earlier ones passed. A technical end
/// (death, move, error) is the phase `ENDED_TECHNICALLY`.
const PHASES_WITH_CLOSING_LETTER: [&str; 3] = ["CLOSING", "AFTERCARE", "CLOSED"];

/// The facts of one generation of an episode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpisodeProcedure {
    /// The kernel's part: the episode and its round.
    #[serde(flatten)]
    pub input: EpisodeInput,
    /// The closing letter was asked for.
    #[serde(default)]
    pub closing_letter: bool,
}

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
    /// What happened, as the code of a notice's cause.
    #[must_use]
    pub fn code(&self) -> String {
        format!("{}/{}", self.action, self.round)
    }

    /// The name of the step, as it stands in request ids: never the same for two rounds.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", last_segment(&self.duty), self.code().to_ascii_lowercase())
    }
}

impl Procedure for EpisodeProcedure {
    type Name = EpisodeName;
    type Step = Step;
    const OWNER: Sender = Sender::Cases;

    fn name(&self) -> &EpisodeName {
        &self.input.episode
    }

    fn workflow_id(&self) -> WorkflowId {
        self.input.workflow_id()
    }

    fn spread(&self) -> bool {
        self.input.spread
    }

    fn due_step(&self, timetable: &Timetable, now: Timestamp) -> Option<Step> {
        let (entry, next) = timetable.steps_due(berlin_date(now)).into_iter().next()?;
        let (duty, kind, due_on) = (entry.duty.clone(), entry.kind, entry.due_on);
        Some(Step { duty, kind, due_on, action: next.step, round: next.round })
    }

    fn took(&mut self, step: &Step, taken: &StepTaken) -> Vec<Task> {
        let (episode, case) = (&self.input.episode, self.input.episode.case());
        let notice = template(step.kind, step.action).filter(|_| !taken.audiences.is_empty()).map(|template| {
            Task::Notice(Notice {
                jobcenter: case.jobcenter_name().clone(),
                cause: step.duty.clone(),
                code: step.code(),
                subjects: vec![step.duty.clone(), episode.to_string(), case.to_string()],
                template,
                due_on: Some(step.due_on),
                audiences: taken.audiences.clone(),
            })
        });
        let invitation = taken.letter_wanted.then(|| self.letter(LetterKind::ReviewInvitation, step.duty.clone()));
        notice.into_iter().chain(invitation).collect()
    }

    /// Asks for the closing letter once, when the phase has come.
    fn visited(&mut self, timetable: &Timetable) -> Vec<Task> {
        if self.closing_letter || !PHASES_WITH_CLOSING_LETTER.contains(&timetable.phase.as_str()) {
            return Vec::new();
        }
        self.closing_letter = true;
        vec![self.letter(LetterKind::Closing, self.input.episode.to_string())]
    }

    fn begins_round(&mut self, timetable: &Timetable) -> bool {
        let before = std::mem::replace(&mut self.input.round, timetable.round);
        before != timetable.round
    }
}

impl EpisodeProcedure {
    fn letter(&self, kind: LetterKind, cause: String) -> Task {
        Task::Letter(Letter { case: self.input.episode.case().clone(), kind, cause })
    }
}
