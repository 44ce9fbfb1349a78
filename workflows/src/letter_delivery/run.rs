//! What a letter's workflow remembers, and every decision it takes without waiting: plain values, tested without a server.

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    dates::{berlin_date, fires_at},
    duty::{DutyStep, Timetable, next_wake},
    notice::NoticeTemplate,
    workflow::{LetterInput, Sender, WakeLedger, WorkflowId},
};
use serde::{Deserialize, Serialize};

use crate::pulse::{Pulse, Setback};

/// Everything the procedure remembers. A service starts it with the kernel's `LetterInput` alone; the rest is empty then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterRun {
    /// The kernel's part: the letter, and what was heard.
    #[serde(flatten)]
    pub input: LetterInput,
    /// How it wakes and rests.
    #[serde(default)]
    pub pulse: Pulse,
    /// Which steps were told of; a step whose answer was lost is asked about again, so that nobody is left untold.
    #[serde(default)]
    pub told: Told,
    /// Notices that notifications was not yet asked for successfully.
    #[serde(default)]
    pub notices: Vec<Notice>,
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

/// A notice to the officers of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The template.
    pub template: NoticeTemplate,
    /// What happened, with its round; the cause of the notice together with the letter.
    pub code: String,
    /// The day by which the letter is to be posted.
    pub due_on: Option<Date>,
    /// Resource names of the members of staff to be told.
    pub recipients: Vec<String>,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTaken {
    /// Resource names of the members of staff to be told.
    pub recipients: Vec<String>,
    /// The timetable after the step.
    pub timetable: Timetable,
}

/// What the workflow does after a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Posted, or failed and told.
    End,
    /// All is done for now.
    Rest {
        /// The next date, or the next try; without one only a signal wakes.
        until: Option<Timestamp>,
        /// The visit failed, so that only something new is worth waking for.
        failed: bool,
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

impl Notice {
    /// The name of the notice, as it stands in request ids.
    #[must_use]
    pub fn name(&self) -> String {
        format!("letter/notice/{}", self.code.to_ascii_lowercase())
    }
}

impl LetterRun {
    /// Begins a visit: what has been heard until now is what the answer will cover.
    pub fn asks(&mut self) -> WakeLedger {
        self.pulse.asks();
        self.input.wakes.clone()
    }

    /// Notes a timetable that answers a question put when `asked` was all that had been heard.
    pub fn answered(&mut self, asked: &WakeLedger, timetable: &Timetable) {
        self.input.wakes.answered(asked);
        self.input.wakes.settle(Sender::Documents, timetable.as_of_seq);
    }

    /// Whether something was heard that no timetable has covered.
    #[must_use]
    pub fn has_news(&self) -> bool {
        self.pulse.has_news(&self.input.wakes)
    }

    /// The step to take now, if there is one.
    ///
    /// A step that was taken and not told of is taken again: documents gives the same answer, and notifications keeps one
    /// notice per cause. So an answer that was lost with a worker leaves nobody untold.
    #[must_use]
    pub fn due_step(&self, timetable: &Timetable, now: Timestamp) -> Option<Step> {
        match timetable.phase.as_str() {
            "REQUESTED" => Some(Step::Render),
            "RENDERED" => Some(Step::Offer),
            "FAILED" => (!self.told.failed).then_some(Step::Render),
            "READY_TO_POST" if !self.told.offered => Some(Step::Offer),
            "READY_TO_POST" => self.due_reminder(timetable, berlin_date(now)),
            _ => None,
        }
    }

    fn due_reminder(&self, timetable: &Timetable, today: Date) -> Option<Step> {
        let reminder = |step: DutyStep| step == DutyStep::Remind;
        let next = timetable.due.iter().filter_map(|entry| entry.next_step).find(|next| reminder(next.step))?;
        if self.told.reminders + 1 < next.round {
            return Some(Step::Remind { round: self.told.reminders + 1 });
        }
        (next.on <= today).then_some(Step::Remind { round: next.round })
    }

    /// Notes what came of a step: who is to be told of it.
    pub fn took(&mut self, step: Step, taken: &StepTaken) {
        let due_on = taken.timetable.due.first().map(|entry| entry.due_on);
        let (template, code) = match step {
            Step::Render if taken.timetable.phase != "FAILED" => return,
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
        let recipients = taken.recipients.clone();
        let notice = Notice { template, code, due_on, recipients };
        if !notice.recipients.is_empty() && !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// Decides what follows a visit at `now`.
    pub fn conclude(&mut self, visit: &Result<Timetable, Setback>, now: Timestamp) -> Course {
        let clean = visit.is_ok() && self.notices.is_empty();
        let again = if clean { None } else { Some(self.pulse.set_back(now)) };
        if clean {
            self.pulse.succeeded();
        }
        let Ok(timetable) = visit else { return Course::Rest { until: again, failed: true } };
        if timetable.finished && clean {
            return Course::End;
        }
        let date = next_wake(timetable, berlin_date(now)).map(|on| self.fires_at(on));
        Course::Rest { until: [date, again].into_iter().flatten().min(), failed: false }
    }

    /// The instant at which a date fires for this letter.
    fn fires_at(&self, on: Date) -> Timestamp {
        fires_at(on, &WorkflowId::letter(&self.input.letter).to_string(), self.input.spread)
    }
}

#[cfg(test)]
mod tests;
