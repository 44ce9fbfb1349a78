//! What is an episode's own: its round, its closing letter, and what follows from its steps.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use lotse_kernel::{
    duty::{ExtensionAnswered, ProposalDecided, ProposalOutcome, Timetable},
    names::EpisodeName,
    notice::NoticeTemplate,
    workflow::{EpisodeInput, Sender, WorkflowId, WorkflowInput as _},
};
use serde::{Deserialize, Serialize};

use crate::{
    errand::{Audience, Letter, LetterKind, Notice, Task, extension_template, proposal_template},
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
    /// What was told last of the proposal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal_told: Option<ProposalOutcome>,
    /// How the person had left when it was told last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_told: Option<NoticeTemplate>,
    /// How many proposed extensions there were when the last answer was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension_told: Option<i32>,
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

    fn visited(&mut self, timetable: &Timetable) -> Vec<Task> {
        let told = timetable.proposal.as_ref().and_then(|decided| self.tell(decided));
        let left = self.tell_exit(timetable);
        let extension = timetable.extension.as_ref().and_then(|answered| self.tell_of_extension(answered));
        told.into_iter().chain(left).chain(extension).chain(self.closing_letter(timetable)).collect()
    }

    fn begins_round(&mut self, timetable: &Timetable) -> bool {
        let before = std::mem::replace(&mut self.input.round, timetable.round);
        before != timetable.round
    }
}

impl EpisodeProcedure {
    /// Tells what became of the proposal, each outcome once: who is admitted may be referred back later. A generation after a reopening knows
    /// nothing of what was told; notifications keeps one notice per cause.
    fn tell(&mut self, decided: &ProposalDecided) -> Option<Task> {
        if self.proposal_told.replace(decided.outcome) == Some(decided.outcome) {
            return None;
        }
        let code = format!("PROPOSAL/{}", decided.outcome);
        self.notice(code, proposal_template(decided.outcome), &decided.audience)
    }

    /// Tells what became of a proposed extension, each answer once.
    fn tell_of_extension(&mut self, answered: &ExtensionAnswered) -> Option<Task> {
        if self.extension_told.replace(answered.number) == Some(answered.number) {
            return None;
        }
        let code = format!("EXTENSION/{}", answered.number);
        self.notice(code, extension_template(answered.approved), &answered.audience)
    }

    /// Tells that the person left, once in each generation: after a reopening they may leave again (R142).
    fn tell_exit(&mut self, timetable: &Timetable) -> Option<Task> {
        let (template, kind) = if PHASES_WITH_CLOSING_LETTER.contains(&timetable.phase.as_str()) {
            (NoticeTemplate::EpisodeEnded, "ENDED")
        } else {
            (NoticeTemplate::EpisodeEndedTechnically, "ENDED_TECHNICALLY")
        };
        let audience = &timetable.exit_audience;
        if audience.is_empty() || self.exit_told.replace(template) == Some(template) {
            return None;
        }
        self.notice(format!("EXIT/{kind}/{}", self.input.generation), template, audience)
    }

    /// A notice about the episode; none where nobody is to be told.
    fn notice(&self, code: String, template: NoticeTemplate, audience: &[String]) -> Option<Task> {
        let (episode, case) = (self.input.episode.to_string(), self.input.episode.case());
        (!audience.is_empty()).then(|| {
            Task::Notice(Notice {
                jobcenter: case.jobcenter_name().clone(),
                cause: episode.clone(),
                code,
                subjects: vec![episode, case.to_string()],
                template,
                due_on: None,
                audiences: audience.iter().cloned().map(Audience::StaffMember).collect(),
            })
        })
    }

    /// Asks for the closing letter once, when the phase has come; where an end was undone before (row 24), for the next one.
    fn closing_letter(&mut self, timetable: &Timetable) -> Option<Task> {
        if self.closing_letter || !PHASES_WITH_CLOSING_LETTER.contains(&timetable.phase.as_str()) {
            return None;
        }
        self.closing_letter = true;
        Some(self.letter(LetterKind::Closing, self.input.episode.to_string(), timetable.ending.max(1)))
    }

    fn letter(&self, kind: LetterKind, cause: String, issue: i32) -> Task {
        Task::Letter(Letter { case: self.input.episode.case().clone(), kind, cause, issue })
    }
}
