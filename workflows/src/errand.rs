//! What follows from a step and is asked of another service: a notice to people at the jobcenter, a letter to the person, a look of others at
//! their dates.

mod template;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    names::{CaseName, JobcenterName},
    notice::NoticeTemplate,
};
use serde::{Deserialize, Serialize};

pub use template::{extension_template, proposal_template, template};

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

/// One thing asked of another service. Asking again changes nothing there, so it stays in the memory until it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    /// The workflow's time when it arose.
    pub at: Timestamp,
    /// What is asked.
    pub task: Task,
}

/// What is asked of another service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// Tell people at the jobcenter about a step that was taken.
    Notice(Notice),
    /// Write to the person.
    Letter(Letter),
    /// Have others look at their dates again, because a rule has changed.
    Rouse(Rouse),
}

/// A notice; notifications keeps one per cause and code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The jobcenter whose people are told.
    pub jobcenter: JobcenterName,
    /// What it happened to, by resource name: the duty, the letter or the referral.
    pub cause: String,
    /// What happened, with its round.
    pub code: String,
    /// The cause and what it belongs to, by resource name.
    pub subjects: Vec<String>,
    /// The notice's template.
    pub template: NoticeTemplate,
    /// The day something is due.
    pub due_on: Option<Date>,
    /// Who is to be told.
    pub audiences: Vec<Audience>,
}

/// A letter; documents keeps one per kind, cause and issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The case.
    pub case: CaseName,
    /// Which letter.
    pub kind: LetterKind,
    /// The duty or episode it is about, by resource name.
    pub cause: String,
    /// Which of this kind and cause, from 1: an episode that was reopened ends again.
    #[serde(default = "first_issue")]
    pub issue: i32,
}

/// A letter that was wanted before there were several says nothing of it.
const fn first_issue() -> i32 {
    1
}

/// Which letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LetterKind {
    /// Invitation to the review (R106).
    ReviewInvitation,
    /// The letter at the end of case management (R112 to R122).
    Closing,
}

/// Whose dates are computed by another rule from today on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rouse {
    /// The jobcenter where the rule has changed.
    pub jobcenter: JobcenterName,
    /// Who sleeps there until a date of the rule before.
    pub sleepers: Sleepers,
}

/// Procedures of other services, whose dates are not kept but computed when they are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sleepers {
    /// Those of referrals (T7a, T8).
    Referrals,
    /// Those of letters that lie in the post room.
    Letters,
}

impl Task {
    /// The name of the task, as it stands in request ids: another for every cause and round.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Notice(Notice { cause, code, .. }) => {
                format!("notice/{}/{}", last_segment(cause), code.to_ascii_lowercase())
            }
            Self::Letter(Letter { kind: LetterKind::ReviewInvitation, cause, .. }) => {
                format!("invitation/{}", last_segment(cause))
            }
            Self::Letter(Letter { kind: LetterKind::Closing, cause, issue: 1, .. }) => {
                format!("closing-letter/{}", last_segment(cause))
            }
            Self::Letter(Letter { kind: LetterKind::Closing, cause, issue, .. }) => {
                format!("closing-letter/{}/{issue}", last_segment(cause))
            }
            Self::Rouse(Rouse { sleepers: Sleepers::Referrals, .. }) => "rouse/referrals".to_owned(),
            Self::Rouse(Rouse { sleepers: Sleepers::Letters, .. }) => "rouse/letters".to_owned(),
        }
    }
}

/// The last segment of a resource name, which tells records of one collection apart.
pub(crate) fn last_segment(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-000000000001";

    #[test]
    fn names_differ_by_cause_and_round() {
        let notice = |duty: &str, code: &str| {
            let notice = Notice {
                jobcenter: "jobcenters/musterstadt".parse().unwrap(),
                cause: format!("{CASE}/episodes/2/duties/{duty}"),
                code: code.to_owned(),
                subjects: vec![],
                template: NoticeTemplate::ReviewOverdue,
                due_on: None,
                audiences: vec![],
            };
            Task::Notice(notice).name()
        };
        assert_eq!(notice("7", "ESCALATE/2"), "notice/7/escalate/2");
        assert_ne!(notice("7", "ESCALATE/2"), notice("7", "ESCALATE/3"));
        assert_ne!(notice("7", "ESCALATE/2"), notice("8", "ESCALATE/2"));
        let letter = |kind| {
            let episode = format!("{CASE}/episodes/2");
            Task::Letter(Letter { case: CASE.parse().unwrap(), kind, cause: episode, issue: 1 }).name()
        };
        assert_ne!(letter(LetterKind::ReviewInvitation), letter(LetterKind::Closing));
    }
}
