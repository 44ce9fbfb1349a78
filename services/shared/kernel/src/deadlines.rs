//! The dates of each duty with their explanation: from the events of a case to opening, reminder, due day and last day in time.

pub mod governed;
pub mod named;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    defaults::{self as policy, ContinuationAnchor, Months, Parameter},
    duty::DutyKind,
    explanation::Explanation,
    legal::{Basis, Calendar, Computation},
    policy::rules::{
        Aftercare, Approver, ContinuationReview, EligibilityRecheck, FirstTalk, LetterPosting, PlanUpdate,
        ProposalDecision, ProviderReport, Referral, RegularMaximum, ReviewAnchor,
    },
};

use governed::{FormerReviews, Terms};

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
    fn of(kind: DutyKind, slot: i32, computation: Computation, basis: Basis<'_>) -> Self {
        let computed = computation.finish(basis);
        Self {
            kind,
            slot,
            opens_on: computed.opens_on,
            reminds_on: computed.reminds_on,
            explanation: computed.explanation,
        }
    }

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

/// T1: the re-check of someone with a complex profile outside bFM, at latest so long after the last check (R23).
#[must_use]
pub fn eligibility_recheck(last_check_on: Date) -> Deadline {
    let rule =
        EligibilityRecheck { months: policy::RECHECK_INTERVAL.value.0, opening_days: policy::RECHECK_OPENING.value.0 };
    governed::eligibility_recheck(last_check_on, &defaults(&rule, policy::RECHECK_INTERVAL))
}

/// T2: continuation review number `slot` (from 1) of an episode assigned on `assigned_on` (R106, R107).
#[must_use]
pub fn continuation_review(assigned_on: Date, slot: i32) -> Deadline {
    let rule = ContinuationReview {
        months: policy::REVIEW_INTERVAL.value.0,
        anchor: ReviewAnchor::AssignmentGrid,
        opening_days: policy::REVIEW_OPENING.value.0,
        grace_working_days: policy::GRACE.value.0,
    };
    governed::continuation_review(
        assigned_on,
        slot,
        FormerReviews::default(),
        &defaults(&rule, policy::REVIEW_INTERVAL),
    )
}

/// T3: the regular maximum of an episode assigned on `assigned_on` (R108).
#[must_use]
pub fn regular_maximum(assigned_on: Date) -> Deadline {
    let rule = maximum_rule(policy::EXTENSION_ANCHOR.value);
    governed::regular_maximum(assigned_on, &defaults(&rule, policy::REGULAR_MAXIMUM))
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
    let rule = maximum_rule(anchor);
    governed::extension_end(former_limit, length, slot, &defaults(&rule, policy::EXTENSION_ANCHOR))
}

/// The latest day an extension may reach.
#[must_use]
pub fn extension_latest(former_limit: Date) -> Date {
    let rule = maximum_rule(policy::EXTENSION_ANCHOR.value);
    governed::extension_latest(former_limit, &defaults(&rule, policy::EXTENSION_MAXIMUM))
}

const fn maximum_rule(extension_anchor: ContinuationAnchor) -> RegularMaximum {
    let months = policy::REGULAR_MAXIMUM.value.0;
    RegularMaximum {
        months,
        first_notice_months: months - policy::REGULAR_MAXIMUM_OPENING.value.0,
        second_notice_months: months - policy::REGULAR_MAXIMUM_REMINDER.value.0,
        grace_working_days: policy::GRACE.value.0,
        approver: Approver::TeamLead,
        extension_months: policy::EXTENSION_MAXIMUM.value.0,
        extension_opening_days: policy::EXTENSION_OPENING.value.0,
        extension_anchor,
    }
}

/// T5: the update of the plan that was issued or last updated on `issued_on` (R111, § 15 SGB II).
#[must_use]
pub fn plan_update(issued_on: Date) -> Deadline {
    let rule = PlanUpdate { months: policy::PLAN_UPDATE.value.0, opening_days: policy::PLAN_UPDATE_OPENING.value.0 };
    governed::plan_update(issued_on, &defaults(&rule, policy::PLAN_UPDATE))
}

/// T12: the end of aftercare six months after the job start, when the need ended because of income (§ 16g Abs. 2 SGB II, R122).
#[must_use]
pub fn aftercare_after_job_start(job_started_on: Date) -> Deadline {
    governed::aftercare_after_job_start(job_started_on, &defaults(&AFTERCARE_RULE, policy::AFTERCARE))
}

/// T12: the end of ordinary aftercare on a set day, while the need continues (R122).
#[must_use]
pub fn aftercare_until(until: Date) -> Deadline {
    governed::aftercare_until(until, &defaults(&AFTERCARE_RULE, policy::AFTERCARE))
}

const AFTERCARE_RULE: Aftercare = Aftercare {
    job_start_months: policy::AFTERCARE.value.0,
    holistic_extension_months: 0,
    training_months: 0,
    job_start_day: policy::JOB_START_DAY.value,
    opening_days: policy::AFTERCARE_OPENING.value.0,
};

/// T16: the decision on a proposal of `proposed_on` (R17).
#[must_use]
pub fn proposal_decision(proposed_on: Date) -> Deadline {
    let rule = ProposalDecision { weeks: policy::PROPOSAL.value.0 };
    governed::proposal_decision(proposed_on, &defaults(&rule, policy::PROPOSAL))
}

/// T17: the first talk after the assignment (R28).
#[must_use]
pub fn first_talk(assigned_on: Date) -> Deadline {
    let rule = FirstTalk { weeks: policy::FIRST_TALK.value.0 };
    governed::first_talk(assigned_on, &defaults(&rule, policy::FIRST_TALK))
}

/// T7a: a provider's answer to a referral sent on `sent_on`.
#[must_use]
pub fn provider_answer(sent_on: Date) -> Deadline {
    // The waiting time for the first appointment is another duty's (T7b) and plays no part here.
    let rule = Referral { answer_working_days: policy::PROVIDER_ANSWER.value.0, waiting_days: 0 };
    governed::provider_answer(sent_on, &defaults(&rule, policy::PROVIDER_ANSWER))
}

/// T8: interim report number `slot` (from 1) of a service begun on `started_on`; `interval` as agreed, else the default (R90).
#[must_use]
pub fn provider_report(started_on: Date, slot: i32, interval: Option<Months>) -> Deadline {
    let months = policy::REPORT_INTERVAL.value.0;
    let rule = ProviderReport { months, longest_months: months, opening_days: policy::REPORT_OPENING.value.0 };
    governed::provider_report(started_on, slot, interval, &defaults(&rule, policy::REPORT_INTERVAL))
}

/// The posting of a letter that was given out on `offered_on` (R127).
#[must_use]
pub fn letter_posting(offered_on: Date) -> Deadline {
    let rule = LetterPosting { working_days: policy::LETTER_POSTING.value.0 };
    governed::letter_posting(offered_on, &defaults(&rule, policy::LETTER_POSTING))
}

/// The terms of the defaults: for duties that name no place, with the holidays of the whole country.
fn defaults<R, T>(rule: &R, parameter: Parameter<T>) -> Terms<'_, R> {
    Terms { rule, basis: parameter.into(), calendar: Calendar::Nation }
}

/// The day of escalation number `round` (from 1) of a duty: the day after its last day in time, then weekly.
#[must_use]
pub fn escalates_on(overdue_after: Date, round: i32) -> Date {
    let weeks_later = policy::ESCALATION_INTERVAL.value.0.saturating_mul(round.saturating_sub(1));
    crate::dates::add_days(overdue_after, weeks_later.saturating_add(1))
}

/// The number of the escalation that is due on `today`: 0 while the duty is in time.
#[must_use]
pub fn escalation_round(overdue_after: Date, today: Date) -> i32 {
    let days_late = crate::dates::days_between(overdue_after, today);
    if days_late <= 0 { 0 } else { (days_late - 1) / policy::ESCALATION_INTERVAL.value.0 + 1 }
}
