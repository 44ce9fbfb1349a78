//! How a date explains itself: the rule, its version, the legal basis and the steps of the computation.
//!
//! Steps are stored as codes with their numbers and rendered on demand, so that wording can improve without touching records.

mod english;
mod german;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use german::long_date as german_date;

/// Why a date is the date it is (the shape of `lotse.common.v1.Explanation`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The computed day ("Fälligkeitstag"): the day on which the period ends.
    pub due_on: Date,
    /// The last working day on or before for internal "spätestens" duties; equal to `due_on` elsewhere.
    pub target_on: Date,
    /// The last day on which acting is still in time.
    pub overdue_after: Date,
    /// The requirement the date serves, for example `R106`.
    pub rule: String,
    /// Version of the rule's parameters, for example `defaults/1`.
    pub rule_version: String,
    /// The legal basis in the usual German citation.
    pub legal_basis: String,
    /// The steps in the order in which they were computed; at least one.
    pub steps: Vec<Step>,
}

/// One step and the day it reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The day reached after this step.
    pub on: Date,
    /// What was done.
    #[serde(flatten)]
    pub action: StepAction,
}

/// What a step does. The tag is the stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StepAction {
    /// The event whose day is not counted (§ 187 Abs. 1 BGB).
    EventDay {
        /// Which event.
        event: Event,
    },
    /// Months to the end of the like-numbered day (§ 188 Abs. 2 BGB).
    PeriodEndMonths {
        /// How many.
        months: i32,
    },
    /// The like-numbered day is missing, so the month's last day takes its place (§ 188 Abs. 3 BGB).
    PeriodEndShortMonth {
        /// How many months.
        months: i32,
    },
    /// Weeks to the end of the like-named day (§ 188 Abs. 2 BGB).
    PeriodEndWeeks {
        /// How many.
        weeks: i32,
    },
    /// Working days.
    PeriodEndWorkingDays {
        /// How many.
        days: i32,
    },
    /// The day was set by a decision or an agreement.
    SetDate,
    /// The old period's end is the event of the new one (§ 190 BGB).
    ContinuesFormerLimit,
    /// The former end was the last day of a short month, and policy counts on to the month's end (§ 190 BGB).
    ContinuedToMonthEnd,
    /// The day stays although nobody works on it: no deadline set to a party (§ 26 Abs. 3 SGB X does not apply).
    StaysOnFreeDay,
    /// The last working day on or before.
    TargetWorkingDay,
    /// It may be done from this day on, some days before it is due.
    OpensBefore {
        /// How many days.
        days: i32,
    },
    /// It may be done from this day on, some months after the event.
    OpensAfterMonths {
        /// How many months.
        months: i32,
    },
    /// It may be done from the event on.
    OpensAtOnce,
    /// A reminder some months after the event.
    RemindsAfterMonths {
        /// How many months.
        months: i32,
    },
    /// A reminder on the day it is due.
    RemindsWhenDue,
    /// Overdue only after some working days more.
    Grace {
        /// How many working days.
        days: i32,
    },
    /// Overdue from the next day on.
    NoGrace,
}

crate::codes! {
    /// The event with which a period begins.
    pub enum Event {
        /// The assignment to bFM: t0 ("Zuweisung").
        Assignment = "ASSIGNMENT",
        /// The proposal.
        Proposal = "PROPOSAL",
        /// The start of the job.
        JobStart = "JOB_START",
        /// The expiry of the limit before.
        FormerLimit = "FORMER_LIMIT",
        /// The sending of the referral.
        ReferralSent = "REFERRAL_SENT",
        /// The start of the provider's service.
        ServiceStart = "SERVICE_START",
        /// The letter was given out for posting.
        LetterOffered = "LETTER_OFFERED",
    }
}

impl Step {
    /// The stable code, for example `PERIOD_END_SHORT_MONTH`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.action {
            StepAction::EventDay { .. } => "EVENT_DAY",
            StepAction::PeriodEndMonths { .. } => "PERIOD_END_MONTHS",
            StepAction::PeriodEndShortMonth { .. } => "PERIOD_END_SHORT_MONTH",
            StepAction::PeriodEndWeeks { .. } => "PERIOD_END_WEEKS",
            StepAction::PeriodEndWorkingDays { .. } => "PERIOD_END_WORKING_DAYS",
            StepAction::SetDate => "SET_DATE",
            StepAction::ContinuesFormerLimit => "CONTINUES_FORMER_LIMIT",
            StepAction::ContinuedToMonthEnd => "CONTINUED_TO_MONTH_END",
            StepAction::StaysOnFreeDay => "STAYS_ON_FREE_DAY",
            StepAction::TargetWorkingDay => "TARGET_WORKING_DAY",
            StepAction::OpensBefore { .. } => "OPENS_BEFORE",
            StepAction::OpensAfterMonths { .. } => "OPENS_AFTER_MONTHS",
            StepAction::OpensAtOnce => "OPENS_AT_ONCE",
            StepAction::RemindsAfterMonths { .. } => "REMINDS_AFTER_MONTHS",
            StepAction::RemindsWhenDue => "REMINDS_WHEN_DUE",
            StepAction::Grace { .. } => "GRACE",
            StepAction::NoGrace => "NO_GRACE",
        }
    }

    /// The step in German, one sentence.
    #[must_use]
    pub fn text_de(&self) -> String {
        german::sentence(self)
    }

    /// The step in English, one sentence.
    #[must_use]
    pub fn text_en(&self) -> String {
        english::sentence(self)
    }
}
