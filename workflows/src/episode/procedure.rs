//! What is an episode's own: its round, its closing letter, and what follows from its steps.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use lotse_kernel::{
    duty::Timetable,
    names::EpisodeName,
    workflow::{EpisodeInput, Sender, WorkflowId, WorkflowInput as _},
};
use serde::{Deserialize, Serialize};

use crate::{
    errand::{Letter, LetterKind, Task},
    memory::{Procedure, StepTaken},
    step::Step,
};

/// The phases in which a closing letter is due, also when the workflow was away while the earlier ones passed. A technical end
/// (death, move, error, accompanying care that is done) is the phase `ENDED_TECHNICALLY`.
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
        Step::first_due(timetable, now)
    }

    fn took(&mut self, step: &Step, taken: &StepTaken) -> Vec<Task> {
        let (episode, case) = (&self.input.episode, self.input.episode.case());
        let notice = step.told(case.jobcenter_name(), &[episode.to_string(), case.to_string()], taken);
        let invitation = taken.letter_wanted.then(|| self.letter(LetterKind::ReviewInvitation, step.duty.clone(), 1));
        notice.into_iter().chain(invitation).collect()
    }

    /// Asks for the closing letter once, when the phase has come; where an end was undone before (row 24), for the next one.
    fn visited(&mut self, timetable: &Timetable) -> Vec<Task> {
        if self.closing_letter || !PHASES_WITH_CLOSING_LETTER.contains(&timetable.phase.as_str()) {
            return Vec::new();
        }
        self.closing_letter = true;
        vec![self.letter(LetterKind::Closing, self.input.episode.to_string(), timetable.ending.max(1))]
    }

    fn begins_round(&mut self, timetable: &Timetable) -> bool {
        let before = std::mem::replace(&mut self.input.round, timetable.round);
        before != timetable.round
    }
}

impl EpisodeProcedure {
    fn letter(&self, kind: LetterKind, cause: String, issue: i32) -> Task {
        Task::Letter(Letter { case: self.input.episode.case().clone(), kind, cause, issue })
    }
}
