//! The dates of each duty with their explanation: from the events of a case to opening, reminder, due day and last day in time.

#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    defaults::{self as policy, ContinuationAnchor, Months, Parameter},
    duty::DutyKind,
    explanation::{Choice, Event, Explanation},
    legal::{Calendar, Computation, Length, LengthUnit, Shift},
    policy::rules::JobStartDay,
};

/// The holidays that count where a duty names no place.
const CALENDAR: Calendar = Calendar::Nation;

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
    fn of<T>(kind: DutyKind, slot: i32, computation: Computation, parameter: Parameter<T>) -> Self {
        let computed = computation.finish(parameter);
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
    let computation = Computation::after(Event::LastCheck, last_check_on, CALENDAR)
        .plus_months(policy::RECHECK_INTERVAL.value)
        .aim_at_working_day()
        .opens_before(policy::RECHECK_OPENING.value)
        .no_grace();
    Deadline::of(DutyKind::EligibilityRecheck, 1, computation, policy::RECHECK_INTERVAL)
}

/// T2: continuation review number `slot` (from 1) of an episode assigned on `assigned_on` (R106, R107).
#[must_use]
pub fn continuation_review(assigned_on: Date, slot: i32) -> Deadline {
    let interval = length_months(policy::REVIEW_INTERVAL.value);
    let computation = Computation::after(Event::Assignment, assigned_on, CALENDAR)
        .plus(interval.times(slot))
        .shift(Shift::InternalDuty)
        .opens_before(policy::REVIEW_OPENING.value)
        .grace(policy::GRACE.value);
    Deadline::of(DutyKind::ContinuationReview, slot, computation, policy::REVIEW_INTERVAL)
}

/// T3: the regular maximum of an episode assigned on `assigned_on` (R108).
#[must_use]
pub fn regular_maximum(assigned_on: Date) -> Deadline {
    let computation = Computation::after(Event::Assignment, assigned_on, CALENDAR)
        .plus_months(policy::REGULAR_MAXIMUM.value)
        .shift(Shift::InternalDuty)
        .opens_after_months(policy::REGULAR_MAXIMUM_OPENING.value)
        .reminds_after_months(policy::REGULAR_MAXIMUM_REMINDER.value)
        .grace(policy::GRACE.value);
    Deadline::of(DutyKind::RegularMaximum, 1, computation, policy::REGULAR_MAXIMUM)
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
    let start = Computation::extending(former_limit, Shift::InternalDuty, CALENDAR);
    let computation = match length {
        ExtensionLength::Until(until) => start.until(until),
        ExtensionLength::Months(months) => start.plus_months(months).anchored(anchor),
    };
    let computation =
        computation.shift(Shift::InternalDuty).opens_before(policy::EXTENSION_OPENING.value).grace(policy::GRACE.value);
    Deadline::of(DutyKind::ExtensionEnd, slot, computation, policy::EXTENSION_ANCHOR)
}

/// The latest day an extension may reach.
#[must_use]
pub fn extension_latest(former_limit: Date) -> Date {
    Computation::extending(former_limit, Shift::InternalDuty, CALENDAR)
        .plus_months(policy::EXTENSION_MAXIMUM.value)
        .due_on()
}

/// T5: the update of the plan that was issued or last updated on `issued_on` (R111, § 15 SGB II).
#[must_use]
pub fn plan_update(issued_on: Date) -> Deadline {
    let computation = Computation::after(Event::PlanIssued, issued_on, CALENDAR)
        .plus_months(policy::PLAN_UPDATE.value)
        .aim_at_working_day()
        .opens_before(policy::PLAN_UPDATE_OPENING.value)
        .no_grace();
    Deadline::of(DutyKind::PlanUpdate, 1, computation, policy::PLAN_UPDATE)
}

/// T12: the end of aftercare six months after the job start, when the need ended because of income (§ 16g Abs. 2 SGB II, R122).
#[must_use]
pub fn aftercare_after_job_start(job_started_on: Date) -> Deadline {
    aftercare_counting(job_started_on, policy::JOB_START_DAY.value)
}

fn aftercare_counting(job_started_on: Date, day: JobStartDay) -> Deadline {
    let computation = match day {
        JobStartDay::NotCounted => Computation::after(Event::JobStart, job_started_on, CALENDAR)
            .plus_months(policy::AFTERCARE.value)
            .choose(Choice::JobStartNotCounted),
        JobStartDay::Counted => Computation::from_start_of(Event::JobStart, job_started_on, CALENDAR)
            .plus_months(policy::AFTERCARE.value)
            .choose(Choice::JobStartCounted),
    };
    aftercare(computation)
}

/// T12: the end of ordinary aftercare on a set day, while the need continues (R122).
#[must_use]
pub fn aftercare_until(until: Date) -> Deadline {
    aftercare(Computation::set_day(until, CALENDAR))
}

/// Help may be given until its last day, whatever day of the week that is.
fn aftercare(computation: Computation) -> Deadline {
    let computation = computation.shift(Shift::ServicePeriod).opens_before(policy::AFTERCARE_OPENING.value).no_grace();
    Deadline::of(DutyKind::AftercareEnd, 1, computation, policy::AFTERCARE)
}

/// T16: the decision on a proposal of `proposed_on` (R17).
#[must_use]
pub fn proposal_decision(proposed_on: Date) -> Deadline {
    let computation = Computation::after(Event::Proposal, proposed_on, CALENDAR)
        .plus(Length::unchecked(policy::PROPOSAL.value.0, LengthUnit::Weeks))
        .shift(Shift::InternalDuty)
        .opens_at_once()
        .reminds_when_due()
        .no_grace();
    Deadline::of(DutyKind::ProposalDecision, 1, computation, policy::PROPOSAL)
}

/// T17: the first talk after the assignment (R28).
#[must_use]
pub fn first_talk(assigned_on: Date) -> Deadline {
    let computation = Computation::after(Event::Assignment, assigned_on, CALENDAR)
        .plus(Length::unchecked(policy::FIRST_TALK.value.0, LengthUnit::Weeks))
        .shift(Shift::InternalDuty)
        .opens_at_once()
        .reminds_when_due()
        .no_grace();
    Deadline::of(DutyKind::FirstTalk, 1, computation, policy::FIRST_TALK)
}

/// T7a: a provider's answer to a referral sent on `sent_on`.
#[must_use]
pub fn provider_answer(sent_on: Date) -> Deadline {
    let computation = Computation::after(Event::ReferralSent, sent_on, CALENDAR)
        .plus_working_days(policy::PROVIDER_ANSWER.value)
        .opens_at_once()
        .no_grace();
    Deadline::of(DutyKind::ProviderAnswer, 1, computation, policy::PROVIDER_ANSWER)
}

/// T8: interim report number `slot` (from 1) of a service begun on `started_on`; `interval` as agreed, else the default (R90).
#[must_use]
pub fn provider_report(started_on: Date, slot: i32, interval: Option<Months>) -> Deadline {
    let interval = length_months(interval.unwrap_or(policy::REPORT_INTERVAL.value));
    let computation = Computation::after(Event::ServiceStart, started_on, CALENDAR)
        .plus(interval.times(slot))
        .shift(Shift::InternalDuty)
        .opens_before(policy::REPORT_OPENING.value)
        .no_grace();
    Deadline::of(DutyKind::ProviderReport, slot, computation, policy::REPORT_INTERVAL)
}

/// The posting of a letter that was given out on `offered_on` (R127).
#[must_use]
pub fn letter_posting(offered_on: Date) -> Deadline {
    let computation = Computation::after(Event::LetterOffered, offered_on, CALENDAR)
        .plus_working_days(policy::LETTER_POSTING.value)
        .opens_at_once()
        .no_grace();
    Deadline::of(DutyKind::LetterPosting, 1, computation, policy::LETTER_POSTING)
}

const fn length_months(Months(count): Months) -> Length {
    Length::unchecked(count, LengthUnit::Months)
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
