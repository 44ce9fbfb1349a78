//! The dates of each duty with their explanation: from the events of a case to opening, reminder, due day and last day in time.

mod build;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    dates::{add_days, add_months},
    defaults::{self as policy, ContinuationAnchor, Months},
    duty::DutyKind,
    explanation::{Event, Explanation, StepAction},
};

use build::Computation;

/// The dates of one duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// What it is about.
    pub kind: DutyKind,
    /// Number of the slot, from 1: the review after 18 months has 3.
    pub slot: i32,
    /// From this day on the duty may be done.
    pub opens_on: Date,
    /// A reminder on the way, if the rule knows one.
    pub reminds_on: Option<Date>,
    /// Due day, target, last day in time, and why.
    pub explanation: Explanation,
}

impl Deadline {
    /// The computed day.
    #[must_use]
    pub const fn due_on(&self) -> Date {
        self.explanation.due_on
    }

    /// The working day to aim for.
    #[must_use]
    pub const fn target_on(&self) -> Date {
        self.explanation.target_on
    }

    /// The last day that is still in time.
    #[must_use]
    pub const fn overdue_after(&self) -> Date {
        self.explanation.overdue_after
    }
}

/// How long an extension runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExtensionLength {
    /// Months from the expiry of the old limit.
    Months(Months),
    /// To a set day.
    Until(Date),
}

/// T2: continuation review number `slot` (from 1) of an episode assigned on `assigned_on` (R106, R107).
#[must_use]
pub fn continuation_review(assigned_on: Date, slot: i32) -> Deadline {
    let months = policy::REVIEW_INTERVAL.value.0.saturating_mul(slot);
    Computation::from_event(Event::Assignment, assigned_on)
        .months(assigned_on, months)
        .stays_when_due()
        .opens_before(policy::REVIEW_OPENING.value)
        .grace(policy::GRACE.value)
        .finish(DutyKind::ContinuationReview, slot, policy::REVIEW_INTERVAL)
}

/// T3: the regular maximum of an episode assigned on `assigned_on` (R108).
#[must_use]
pub fn regular_maximum(assigned_on: Date) -> Deadline {
    Computation::from_event(Event::Assignment, assigned_on)
        .months(assigned_on, policy::REGULAR_MAXIMUM.value.0)
        .stays_when_due()
        .opens_after_months(assigned_on, policy::REGULAR_MAXIMUM_OPENING.value)
        .reminds_after_months(assigned_on, policy::REGULAR_MAXIMUM_REMINDER.value)
        .grace(policy::GRACE.value)
        .finish(DutyKind::RegularMaximum, 1, policy::REGULAR_MAXIMUM)
}

/// T4: the end of extension number `slot` (from 1), counted from the expiry of the limit before (§ 190 BGB, R108).
#[must_use]
pub fn extension_end(former_limit: Date, length: ExtensionLength, slot: i32) -> Deadline {
    extension_end_anchored(former_limit, length, slot, policy::EXTENSION_ANCHOR.value)
}

fn extension_end_anchored(
    former_limit: Date,
    length: ExtensionLength,
    slot: i32,
    anchor: ContinuationAnchor,
) -> Deadline {
    let start = Computation::from_step(StepAction::ContinuesFormerLimit, former_limit);
    let computation = match length {
        ExtensionLength::Until(until) => start.set_date(until),
        ExtensionLength::Months(Months(months)) => {
            let computation = start.months(former_limit, months);
            match anchor {
                ContinuationAnchor::LikeNumberedDay => computation,
                ContinuationAnchor::MonthEnd => computation.at_month_end_like(former_limit),
            }
        }
    };
    computation.stays_when_due().opens_before(policy::EXTENSION_OPENING.value).grace(policy::GRACE.value).finish(
        DutyKind::ExtensionEnd,
        slot,
        policy::EXTENSION_ANCHOR,
    )
}

/// The latest day an extension may reach.
#[must_use]
pub fn extension_latest(former_limit: Date) -> Date {
    add_months(former_limit, policy::EXTENSION_MAXIMUM.value.0).date
}

/// T12: the end of aftercare six months after the job start, when the need ended because of income (§ 16g Abs. 2 SGB II, R122).
#[must_use]
pub fn aftercare_after_job_start(job_started_on: Date) -> Deadline {
    aftercare(
        Computation::from_event(Event::JobStart, job_started_on).months(job_started_on, policy::AFTERCARE.value.0),
    )
}

/// T12: the end of ordinary aftercare on a set day, while the need continues (R122).
#[must_use]
pub fn aftercare_until(until: Date) -> Deadline {
    aftercare(Computation::from_step(StepAction::SetDate, until))
}

fn aftercare(computation: Computation) -> Deadline {
    computation.stays_when_due().opens_before(policy::AFTERCARE_OPENING.value).no_grace().finish(
        DutyKind::AftercareEnd,
        1,
        policy::AFTERCARE,
    )
}

/// T16: the decision on a proposal of `proposed_on` (R17).
#[must_use]
pub fn proposal_decision(proposed_on: Date) -> Deadline {
    Computation::from_event(Event::Proposal, proposed_on)
        .weeks(policy::PROPOSAL.value)
        .stays_when_due()
        .opens_at_once(proposed_on)
        .reminds_when_due()
        .no_grace()
        .finish(DutyKind::ProposalDecision, 1, policy::PROPOSAL)
}

/// T17: the first talk after the assignment (R28).
#[must_use]
pub fn first_talk(assigned_on: Date) -> Deadline {
    Computation::from_event(Event::Assignment, assigned_on)
        .weeks(policy::FIRST_TALK.value)
        .stays_when_due()
        .opens_at_once(assigned_on)
        .reminds_when_due()
        .no_grace()
        .finish(DutyKind::FirstTalk, 1, policy::FIRST_TALK)
}

/// T7a: a provider's answer to a referral sent on `sent_on`.
#[must_use]
pub fn provider_answer(sent_on: Date) -> Deadline {
    Computation::from_event(Event::ReferralSent, sent_on)
        .working_days(policy::PROVIDER_ANSWER.value)
        .opens_at_once(sent_on)
        .no_grace()
        .finish(DutyKind::ProviderAnswer, 1, policy::PROVIDER_ANSWER)
}

/// T8: interim report number `slot` (from 1) of a service begun on `started_on`; `interval` as agreed, else the default (R90).
#[must_use]
pub fn provider_report(started_on: Date, slot: i32, interval: Option<Months>) -> Deadline {
    let interval = interval.unwrap_or(policy::REPORT_INTERVAL.value);
    Computation::from_event(Event::ServiceStart, started_on)
        .months(started_on, interval.0.saturating_mul(slot))
        .stays_when_due()
        .opens_before(policy::REPORT_OPENING.value)
        .no_grace()
        .finish(DutyKind::ProviderReport, slot, policy::REPORT_INTERVAL)
}

/// The posting of a letter that was given out on `offered_on` (R127).
#[must_use]
pub fn letter_posting(offered_on: Date) -> Deadline {
    Computation::from_event(Event::LetterOffered, offered_on)
        .working_days(policy::LETTER_POSTING.value)
        .opens_at_once(offered_on)
        .no_grace()
        .finish(DutyKind::LetterPosting, 1, policy::LETTER_POSTING)
}

/// The day of escalation number `round` (from 1) of a duty: the day after its last day in time, then weekly.
#[must_use]
pub fn escalates_on(overdue_after: Date, round: i32) -> Date {
    let weeks_later = policy::ESCALATION_INTERVAL.value.0.saturating_mul(round.saturating_sub(1));
    add_days(overdue_after, weeks_later.saturating_add(1))
}

/// The number of the escalation that is due on `today`: 0 while the duty is in time.
#[must_use]
pub fn escalation_round(overdue_after: Date, today: Date) -> i32 {
    let days_late = crate::dates::days_between(overdue_after, today);
    if days_late <= 0 { 0 } else { (days_late - 1) / policy::ESCALATION_INTERVAL.value.0 + 1 }
}
