//! How a date explains itself: the rule, its version, the legal basis and the steps of the computation.
//!
//! Steps are stored as codes with their numbers and rendered on demand, so that wording can improve without touching records.

mod arguments;
mod english;
mod german;
mod line;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::legal::{
    FreeDay, LengthUnit, MonthPoint, Shift,
    holidays::Holiday,
    notification::{Channel, Proof},
    remedy::ObjectionGround,
};

pub use english::long_date as english_date;
pub use german::{day as german_day, long_date as german_date};

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
    /// Version of the rule's parameters, for example `federal/CONTINUATION_REVIEW/1`.
    pub rule_version: String,
    /// The legal basis in the usual German citation.
    pub legal_basis: String,
    /// The date of the fact that chose the version; nothing where the law itself says how long it is.
    #[serde(default)]
    pub fact_on: Option<Date>,
    /// The version is second-hand: the text of the law was not seen itself.
    #[serde(default)]
    pub unverified: bool,
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
    /// The day with whose start the period begins, so that it is counted (§ 187 Abs. 2 BGB).
    StartDay {
        /// Which event.
        event: Event,
    },
    /// The day was set by a decision or an agreement.
    SetDate,
    /// The old period's end is the event of the new one (§ 190 BGB).
    ContinuesFormerLimit,
    /// The period ends (§ 188 Abs. 1, 2 BGB).
    PeriodEnd {
        /// How many.
        count: i32,
        /// Of what.
        unit: LengthUnit,
    },
    /// The day that governs the end is missing, so the month's last day takes its place (§ 188 Abs. 3 BGB).
    PeriodEndShortMonth {
        /// How many.
        count: i32,
        /// Of what.
        unit: LengthUnit,
    },
    /// The 15 days of half a month count last (§ 189 Abs. 2 BGB).
    HalfMonthLast,
    /// A point of the month reached (§ 192 BGB).
    MonthPoint {
        /// Which.
        point: MonthPoint,
    },
    /// The first day of the calendar month that follows.
    NextMonthStart,
    /// Law or agreement leave a choice, and policy chose.
    PolicyChoice {
        /// What was chosen.
        choice: Choice,
    },
    /// The former end was the last day of a month, and policy counts on to the month's end (§ 190 BGB).
    ContinuedToMonthEnd,
    /// Nobody works on this day.
    FreeDay {
        /// Why.
        free: FreeDay,
    },
    /// Whether the day is a holiday here is not known without the municipality; it counts as a working day.
    HolidayNotKnown {
        /// Which holiday it may be.
        holiday: Holiday,
    },
    /// The day stays although nobody works on it.
    StaysOnFreeDay {
        /// By which law.
        shift: Shift,
    },
    /// The period ends with the next working day.
    MovedToWorkingDay {
        /// By which law.
        shift: Shift,
    },
    /// The last working day on or before.
    TargetWorkingDay,
    /// An earlier working day, because too many of one officer's fall on the later ones.
    TargetBroughtForward,
    /// The act was sent.
    Sent {
        /// How.
        channel: Channel,
    },
    /// The act is deemed known (§ 37 Abs. 2 SGB X).
    DeemedNotice {
        /// On which day after it was sent.
        days: i32,
    },
    /// The act is known because it is proven to have arrived.
    ProvenNotice {
        /// How it is proven.
        proof: Proof,
    },
    /// Which period for an objection the law gives.
    ObjectionPeriod {
        /// Why this one.
        ground: ObjectionGround,
    },
    /// An age is completed with the end of this day (§ 187 Abs. 2 Satz 2, § 188 Abs. 2 BGB).
    AgeCompleted {
        /// Years.
        years: i32,
        /// Months more.
        months: i32,
    },
    /// It may be done from this day on, some days before it is due.
    OpensBefore {
        /// How many days.
        days: i32,
    },
    /// It would open while the slot before may still be done in time, and opens after that.
    OpensAfterFormerSlot,
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
    /// What policy chose where law or agreement leave a choice, or whoever asked without a policy.
    pub enum Choice {
        /// After a month's end on to the day of the same number (§ 190 BGB).
        LikeNumberedDay = "LIKE_NUMBERED_DAY",
        /// After a month's end on to the month's end (§ 190 BGB).
        MonthEnd = "MONTH_END",
        /// The same for a period that no policy governs, unless the question says otherwise (§ 190 BGB).
        AskedLikeNumberedDay = "ASKED_LIKE_NUMBERED_DAY",
        /// After a month's end on to the month's end, because the question says so (§ 190 BGB).
        AskedMonthEnd = "ASKED_MONTH_END",
        /// The day of the job start is not counted (§ 16g Abs. 2 SGB II, § 187 Abs. 1 BGB).
        JobStartNotCounted = "JOB_START_NOT_COUNTED",
        /// The day of the job start is counted (§ 16g Abs. 2 SGB II, § 187 Abs. 2 BGB).
        JobStartCounted = "JOB_START_COUNTED",
        /// A longer interval was agreed than policy allows; its longest one counts (R90).
        LongestInterval = "LONGEST_INTERVAL",
    }
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
        /// The sending of the referral.
        ReferralSent = "REFERRAL_SENT",
        /// The start of the provider's service.
        ServiceStart = "SERVICE_START",
        /// The letter was given out for posting.
        LetterOffered = "LETTER_OFFERED",
        /// The last check outside bFM.
        LastCheck = "LAST_CHECK",
        /// The issue of the plan or the agreement, or its last update.
        PlanIssued = "PLAN_ISSUED",
        /// The act is known ("Bekanntgabe").
        Notice = "NOTICE",
        /// A breach of duty.
        Breach = "BREACH",
        /// The finding of a reduction.
        ReductionFinding = "REDUCTION_FINDING",
        /// The opening of a mediation.
        MediationOpening = "MEDIATION_OPENING",
        /// The end of a training.
        TrainingEnd = "TRAINING_END",
        /// The integration into work.
        Integration = "INTEGRATION",
        /// The provider takes the person.
        ReferralAccepted = "REFERRAL_ACCEPTED",
        /// The first day of the first work opportunity.
        WorkOpportunityStart = "WORK_OPPORTUNITY_START",
        /// The end of the month that is reported on.
        ReportedMonthEnd = "REPORTED_MONTH_END",
        /// The end of care.
        EndOfCare = "END_OF_CARE",
        /// The last planned date of accompanying care.
        LastPlannedDate = "LAST_PLANNED_DATE",
        /// The proposal to switch the support variant.
        SwitchProposal = "SWITCH_PROPOSAL",
        /// The record of a crisis, or of a job at risk.
        CrisisRecord = "CRISIS_RECORD",
        /// The proposal of an extension.
        ExtensionProposal = "EXTENSION_PROPOSAL",
        /// The closing of the episode.
        Closing = "CLOSING",
        /// The birth.
        Birth = "BIRTH",
        /// Any other event.
        Other = "OTHER",
    }
}

impl Explanation {
    /// The whole computation in one German line, for lists and the terminal: `31.08.2026 + 6 Monate: …; Zieltag Freitag, 26.02.2027`.
    #[must_use]
    pub fn line_de(&self) -> String {
        line::german(self)
    }

    /// The whole computation in one English line.
    #[must_use]
    pub fn line_en(&self) -> String {
        line::english(self)
    }
}

impl Step {
    /// The stable code, for example `PERIOD_END_SHORT_MONTH`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.action {
            StepAction::EventDay { .. } => "EVENT_DAY",
            StepAction::StartDay { .. } => "START_DAY",
            StepAction::SetDate => "SET_DATE",
            StepAction::ContinuesFormerLimit => "CONTINUES_FORMER_LIMIT",
            StepAction::PeriodEnd { .. } => "PERIOD_END",
            StepAction::PeriodEndShortMonth { .. } => "PERIOD_END_SHORT_MONTH",
            StepAction::HalfMonthLast => "HALF_MONTH_LAST",
            StepAction::MonthPoint { .. } => "MONTH_POINT",
            StepAction::NextMonthStart => "NEXT_MONTH_START",
            StepAction::PolicyChoice { .. } => "POLICY_CHOICE",
            StepAction::ContinuedToMonthEnd => "CONTINUED_TO_MONTH_END",
            StepAction::FreeDay { .. } => "FREE_DAY",
            StepAction::HolidayNotKnown { .. } => "HOLIDAY_NOT_KNOWN",
            StepAction::StaysOnFreeDay { .. } => "STAYS_ON_FREE_DAY",
            StepAction::MovedToWorkingDay { .. } => "MOVED_TO_WORKING_DAY",
            StepAction::TargetWorkingDay => "TARGET_WORKING_DAY",
            StepAction::TargetBroughtForward => "TARGET_BROUGHT_FORWARD",
            StepAction::Sent { .. } => "SENT",
            StepAction::DeemedNotice { .. } => "DEEMED_NOTICE",
            StepAction::ProvenNotice { .. } => "PROVEN_NOTICE",
            StepAction::ObjectionPeriod { .. } => "OBJECTION_PERIOD",
            StepAction::AgeCompleted { .. } => "AGE_COMPLETED",
            StepAction::OpensBefore { .. } => "OPENS_BEFORE",
            StepAction::OpensAfterFormerSlot => "OPENS_AFTER_FORMER_SLOT",
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
