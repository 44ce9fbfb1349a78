//! What follows from a step and is asked of another service: a notice to somebody at the jobcenter, a letter to the person.

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    duty::{DutyKind, DutyStep},
    notice::NoticeTemplate,
};
use serde::{Deserialize, Serialize};

/// Who is to be told: names of records and codes, never a person's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Audience {
    /// One member of staff, by resource name.
    StaffMember(String),
    /// Everybody with a function in a team.
    Function {
        /// Code of the function, for example `TEAM_LEAD`.
        function: String,
        /// The team.
        team: String,
    },
}

/// One thing asked of another service. Asking again changes nothing there, so it stays in the state until it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    /// The workflow's time when it arose; the same in every try, so that a repeated request is the same request.
    pub at: Timestamp,
    /// What is asked.
    pub task: Task,
}

/// What is asked of another service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// Tell people at the jobcenter about a step that was taken.
    Notice {
        /// The duty, by resource name.
        duty: String,
        /// The step that was taken.
        step: DutyStep,
        /// Its round, from 1.
        round: i32,
        /// The day the duty is due.
        due_on: Date,
        /// The notice's template.
        template: NoticeTemplate,
        /// Who is to be told.
        audiences: Vec<Audience>,
    },
    /// Invite the person to the review (R106).
    Invitation {
        /// The review's duty, by resource name.
        duty: String,
    },
    /// Write to the person at the end of case management (R112 to R122).
    ClosingLetter,
}

/// The template of the notice about a step; nothing for duties that are not an episode's, whose procedures tell of them.
#[must_use]
pub const fn template(kind: DutyKind, step: DutyStep) -> Option<NoticeTemplate> {
    let template = match (kind, step) {
        (DutyKind::ContinuationReview, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::ReviewOpened,
        (DutyKind::ContinuationReview, DutyStep::Escalate) => NoticeTemplate::ReviewOverdue,
        (DutyKind::ContinuationReview, DutyStep::Miss) => NoticeTemplate::ReviewMissed,
        (DutyKind::RegularMaximum, DutyStep::Open) => NoticeTemplate::LimitOpened,
        (DutyKind::RegularMaximum, DutyStep::Remind) => NoticeTemplate::LimitReminder,
        (DutyKind::RegularMaximum, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::LimitOverdue,
        (DutyKind::ExtensionEnd, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::ExtensionEndOpened,
        (DutyKind::ExtensionEnd, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::ExtensionEndOverdue,
        (DutyKind::ProposalDecision, _) => NoticeTemplate::ProposalUndecided,
        (DutyKind::FirstTalk, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::FirstTalkDue,
        (DutyKind::FirstTalk, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::FirstTalkOverdue,
        (DutyKind::AftercareEnd, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::AftercareEnds,
        (DutyKind::AftercareEnd, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::AftercareOverdue,
        (
            DutyKind::EligibilityRecheck
            | DutyKind::PlanUpdate
            | DutyKind::GoalDue
            | DutyKind::ProviderAnswer
            | DutyKind::FirstAppointment
            | DutyKind::ProviderReport
            | DutyKind::AbsenceReport
            | DutyKind::ConsentExpiry
            | DutyKind::AbsenceCoverEnd
            | DutyKind::ContinuousEmployment
            | DutyKind::LegalTrack
            | DutyKind::RetentionEnd
            | DutyKind::LetterPosting,
            _,
        ) => return None,
    };
    Some(template)
}

/// The name of a step a duty takes, as it stands in request ids: never the same for two rounds.
#[must_use]
pub fn step_name(duty: &str, step: DutyStep, round: i32) -> String {
    format!("{}/{}/{round}", last_segment(duty), step.code().to_ascii_lowercase())
}

impl Task {
    /// The name of the task, as it stands in request ids.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Notice { duty, step, round, .. } => format!("{}/notice", step_name(duty, *step, *round)),
            Self::Invitation { duty } => format!("{}/invitation", last_segment(duty)),
            Self::ClosingLetter => "closing-letter".to_owned(),
        }
    }
}

fn last_segment(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_by_duty_step_and_round() {
        let notice = |duty: &str, step, round| {
            let task = Task::Notice {
                duty: format!("jobcenters/m/cases/1/episodes/2/duties/{duty}"),
                step,
                round,
                due_on: jiff::civil::date(2026, 9, 9),
                template: NoticeTemplate::ReviewOverdue,
                audiences: vec![],
            };
            task.name()
        };
        assert_eq!(notice("7", DutyStep::Escalate, 2), "7/escalate/2/notice");
        assert_ne!(notice("7", DutyStep::Escalate, 2), notice("7", DutyStep::Escalate, 3));
        assert_ne!(notice("7", DutyStep::Escalate, 2), notice("8", DutyStep::Escalate, 2));
        assert_eq!(step_name("a/b/c", DutyStep::Open, 1), "c/open/1");
    }

    #[test]
    fn every_step_of_an_episode_has_words() {
        let of_episodes = [
            DutyKind::ContinuationReview,
            DutyKind::RegularMaximum,
            DutyKind::ExtensionEnd,
            DutyKind::ProposalDecision,
            DutyKind::FirstTalk,
            DutyKind::AftercareEnd,
        ];
        for kind in DutyKind::ALL {
            for step in DutyStep::ALL {
                assert_eq!(template(*kind, *step).is_some(), of_episodes.contains(kind), "{kind} {step}");
            }
        }
    }
}
