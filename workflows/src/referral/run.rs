//! What a referral's workflow remembers, and every decision it takes without waiting: plain values, tested without a server.

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    dates::{berlin_date, fires_at},
    duty::{DutyKind, DutyStep, Timetable, next_wake},
    notice::NoticeTemplate,
    workflow::{ReferralInput, Sender, WakeLedger, WorkflowId},
};
use serde::{Deserialize, Serialize};

use crate::pulse::{Pulse, Setback};

/// Notices that may wait at a time; more stop the taking of steps, so that none is dropped.
const NOTICES_MAX: usize = 16;

/// Everything the procedure remembers. A service starts it with the kernel's `ReferralInput` alone; the rest is empty then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralRun {
    /// The kernel's part: the referral, and what was heard.
    #[serde(flatten)]
    pub input: ReferralInput,
    /// How it wakes and rests.
    #[serde(default)]
    pub pulse: Pulse,
    /// A step whose answer, which says who is to be told, has not come; it is asked for again before anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_hand: Option<Step>,
    /// Notices that notifications was not yet asked for successfully.
    #[serde(default)]
    pub notices: Vec<Notice>,
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

/// A notice about a step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The template.
    pub template: NoticeTemplate,
    /// What happened, with its rounds; the cause of the notice together with the referral.
    pub code: String,
    /// The day the duty is due.
    pub due_on: Date,
    /// Who is to be told.
    pub audiences: Vec<Audience>,
    /// The workflow's time when it arose; the same in every try, so that a repeated request is the same request.
    pub at: Timestamp,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTaken {
    /// Who is to be told; the same when the step is asked for again.
    pub audiences: Vec<Audience>,
    /// The timetable after the step.
    pub timetable: Timetable,
}

/// The template of the notice about a step; nothing for what a referral's duties never do.
const fn template(kind: DutyKind, step: DutyStep) -> Option<NoticeTemplate> {
    match (kind, step) {
        (DutyKind::ProviderAnswer, DutyStep::Escalate) => Some(NoticeTemplate::ProviderAnswerOverdue),
        (DutyKind::ProviderReport, DutyStep::Open) => Some(NoticeTemplate::ProviderReportDue),
        (DutyKind::ProviderReport, DutyStep::Escalate) => Some(NoticeTemplate::ProviderReportOverdue),
        _ => None,
    }
}

/// What the workflow does after a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Nothing will ever fall due again.
    End,
    /// The history has grown long: it starts afresh.
    NewRun,
    /// All is done for now.
    Rest {
        /// The next date, or the next try; without one only a signal wakes.
        until: Option<Timestamp>,
        /// The visit failed, so that only something new is worth waking for.
        failed: bool,
    },
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

impl Notice {
    /// The name of the notice, as it stands in request ids.
    #[must_use]
    pub fn name(&self) -> String {
        format!("referral/notice/{}", self.code.to_ascii_lowercase())
    }
}

impl ReferralRun {
    /// Begins a visit: what has been heard until now is what the answer will cover.
    pub fn asks(&mut self) -> WakeLedger {
        self.pulse.asks();
        self.input.wakes.clone()
    }

    /// Notes a timetable that answers a question put when `asked` was all that had been heard.
    pub fn answered(&mut self, asked: &WakeLedger, timetable: &Timetable) {
        self.input.wakes.answered(asked);
        self.input.wakes.settle(Sender::Providers, timetable.as_of_seq);
    }

    /// Whether something was heard that no timetable has covered.
    #[must_use]
    pub fn has_news(&self) -> bool {
        self.pulse.has_news(&self.input.wakes)
    }

    /// Takes the step that comes first into the hand, if one is due: the one whose answer was lost, else that of the timetable.
    ///
    /// # Errors
    /// When too many notices wait: steps that nobody is told about would be taken in silence.
    pub fn take_in_hand(&mut self, timetable: &Timetable, now: Timestamp) -> Result<Option<Step>, Setback> {
        if self.in_hand.is_none() {
            self.in_hand = timetable.steps_due(berlin_date(now)).first().map(|(entry, next)| Step {
                kind: entry.kind,
                reports: timetable.round,
                action: next.step,
                round: next.round,
                due_on: entry.due_on,
            });
        }
        if self.in_hand.is_some() && self.notices.len() >= NOTICES_MAX { Err(Setback) } else { Ok(self.in_hand) }
    }

    /// Notes the answer to a step: who is to be told of it.
    pub fn took(&mut self, step: Step, taken: &StepTaken, at: Timestamp) {
        self.in_hand = None;
        let Some(template) = template(step.kind, step.action) else { return };
        if taken.audiences.is_empty() {
            return;
        }
        self.notices.push(Notice {
            template,
            code: step.code(),
            due_on: step.due_on,
            audiences: taken.audiences.clone(),
            at,
        });
    }

    /// Decides what follows a visit at `now`; `is_long` says that the history of this run has grown long.
    pub fn conclude(&mut self, visit: &Result<Timetable, Setback>, now: Timestamp, is_long: bool) -> Course {
        let clean = visit.is_ok() && self.notices.is_empty();
        let again = if clean { None } else { Some(self.pulse.set_back(now)) };
        if clean {
            self.pulse.succeeded();
        }
        if let Ok(timetable) = visit
            && timetable.finished
            && clean
        {
            return Course::End;
        }
        if is_long {
            return Course::NewRun;
        }
        let Ok(timetable) = visit else { return Course::Rest { until: again, failed: true } };
        let date = next_wake(timetable, berlin_date(now)).map(|on| self.fires_at(on));
        Course::Rest { until: [date, again].into_iter().flatten().min(), failed: false }
    }

    /// The instant at which a date fires for this referral.
    fn fires_at(&self, on: Date) -> Timestamp {
        fires_at(on, &WorkflowId::referral(&self.input.referral).to_string(), self.input.spread)
    }
}

#[cfg(test)]
mod tests;
