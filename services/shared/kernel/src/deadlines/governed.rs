//! The duties under the policy version that governs their fact, with the holidays of a place.

use jiff::civil::Date;

use super::{Deadline, ExtensionLength};
use crate::{
    defaults::{Days, Months, WorkingDays},
    duty::DutyKind,
    explanation::{Choice, Event},
    legal::{
        Basis, Beginning, Calendar, Computation, Length, LengthUnit, MonthPoint, Shift,
        age::{YOUNG_BELOW, completing},
        period,
        timers::{after_job_start, after_training, in_follow_on_job, with_holistic_support},
    },
    policy::{
        book::Governing,
        rules::{
            Accompaniment, Aftercare, ContinuationReview, ContinuousEmployment, CrisisContact, EligibilityRecheck,
            ExtensionAnswer, FirstTalk, HandoverAcceptance, LetterPosting, PlanUpdate, ProposalDecision,
            ProviderReport, Referral, RegularMaximum, Reopening, ReviewAnchor, Rule, TeamDecision, VariantSwitch,
        },
    },
};

/// A rule, what an explanation cites for it, and whose holidays count.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'t, R> {
    /// The parameters.
    pub rule: &'t R,
    /// What the explanation cites.
    pub basis: Basis<'t>,
    /// Whose holidays count.
    pub calendar: Calendar,
}

impl<'t, R: Rule> Terms<'t, R> {
    /// Under a version, with the holidays of a place or of the whole country.
    #[must_use]
    pub fn of(governing: &'t Governing<R>, calendar: Calendar) -> Self {
        Self { rule: &governing.rule, basis: governing.into(), calendar }
    }
}

impl<R> Terms<'_, R> {
    fn deadline(&self, kind: DutyKind, slot: i32, computation: Computation) -> Deadline {
        Deadline::of(kind, slot, computation, self.basis)
    }
}

/// T1: the re-check of someone outside bFM after the last check (R23).
#[must_use]
pub fn eligibility_recheck(last_check_on: Date, terms: &Terms<'_, EligibilityRecheck>) -> Deadline {
    let computation = Computation::after(Event::LastCheck, last_check_on, terms.calendar)
        .plus_months(Months(terms.rule.months))
        .aim_at_working_day()
        .opens_before(Days(terms.rule.opening_days))
        .no_grace();
    terms.deadline(DutyKind::EligibilityRecheck, 1, computation)
}

/// What an episode's reviews have come to before the one that is computed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FormerReviews {
    /// The day of the last one that was held.
    pub last_held_on: Option<Date>,
    /// The newest slot, whatever became of it; nothing: every slot so far ran under the same interval.
    pub newest: Option<FormerSlot>,
}

/// The days of a slot that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormerSlot {
    /// Its due day.
    pub due_on: Date,
    /// Its last day in time.
    pub overdue_after: Date,
}

impl From<&Deadline> for FormerSlot {
    fn from(deadline: &Deadline) -> Self {
        Self { due_on: deadline.due_on(), overdue_after: deadline.overdue_after() }
    }
}

/// The most intervals that are looked through: a hundred years of months.
const MOST_INTERVALS: i32 = 1_200;

/// T2: continuation review number `slot` (from 1); from the assignment, or where policy says so from the last review (R106, R107).
///
/// Its due day is the first day of the grid after that of the slot before. The grid is always that of the whole period since the
/// assignment in the interval that governs now: where the interval has changed on the way, a slot is no multiple of it any more, and
/// yet no review is left out and none comes twice.
#[must_use]
pub fn continuation_review(
    assigned_on: Date,
    slot: i32,
    former: FormerReviews,
    terms: &Terms<'_, ContinuationReview>,
) -> Deadline {
    let (event, from, otherwise) = match (terms.rule.anchor, former.last_held_on) {
        (ReviewAnchor::LastReview, Some(last)) => (Event::LastCheck, last, 1),
        (ReviewAnchor::LastReview | ReviewAnchor::AssignmentGrid, _) => (Event::Assignment, assigned_on, slot),
    };
    let interval = Length::unchecked(terms.rule.months, LengthUnit::Months);
    let times = former.newest.and_then(|newest| times_beyond(newest.due_on, from, interval, terms.calendar));
    let computation = Computation::after(event, from, terms.calendar)
        .plus(interval.times(times.unwrap_or(otherwise)))
        .shift(Shift::InternalDuty)
        .opens_before(Days(terms.rule.opening_days));
    let computation = match former.newest {
        Some(newest) => computation.opens_after(newest.overdue_after),
        None => computation,
    };
    let computation = computation.grace(WorkingDays(terms.rule.grace_working_days));
    terms.deadline(DutyKind::ContinuationReview, slot, computation)
}

/// How many intervals reach a day of the grid beyond another day; nothing within [`MOST_INTERVALS`].
fn times_beyond(day: Date, from: Date, interval: Length, calendar: Calendar) -> Option<i32> {
    let reached = |times: &i32| period::end(Beginning::Event, from, interval.times(*times), calendar).date;
    (1..=MOST_INTERVALS).find(|times| reached(times) > day)
}

/// T3: the regular maximum (R108). The notices count from the assignment too, so that they do not drift.
#[must_use]
pub fn regular_maximum(assigned_on: Date, terms: &Terms<'_, RegularMaximum>) -> Deadline {
    let rule = terms.rule;
    let computation = Computation::after(Event::Assignment, assigned_on, terms.calendar)
        .plus_months(Months(rule.months))
        .shift(Shift::InternalDuty)
        .opens_after_months(Months(rule.months - rule.first_notice_months))
        .reminds_after_months(Months(rule.months - rule.second_notice_months))
        .grace(WorkingDays(rule.grace_working_days));
    terms.deadline(DutyKind::RegularMaximum, 1, computation)
}

/// T4: the end of extension number `slot` (from 1), counted from the expiry of the limit before (§ 190 BGB, R108). One that is shorter than
/// its opening opens on its first day: nobody decides about the end of what has not begun.
#[must_use]
pub fn extension_end(
    former_limit: Date,
    length: ExtensionLength,
    slot: i32,
    terms: &Terms<'_, RegularMaximum>,
) -> Deadline {
    let start = Computation::extending(former_limit, Shift::InternalDuty, terms.calendar);
    let computation = match length {
        ExtensionLength::Until(until) => start.until(until),
        ExtensionLength::Months(months) => start.plus_months(months).anchored(terms.rule.extension_anchor),
    };
    let computation = computation
        .shift(Shift::InternalDuty)
        .opens_before(Days(terms.rule.extension_opening_days))
        .opens_after(former_limit)
        .grace(WorkingDays(terms.rule.grace_working_days));
    terms.deadline(DutyKind::ExtensionEnd, slot, computation)
}

/// The latest day an extension may reach.
#[must_use]
pub fn extension_latest(former_limit: Date, terms: &Terms<'_, RegularMaximum>) -> Date {
    Computation::extending(former_limit, Shift::InternalDuty, terms.calendar)
        .plus_months(Months(terms.rule.extension_months))
        .due_on()
}

/// T5: the update of the plan (R111, § 15 SGB II).
#[must_use]
pub fn plan_update(issued_on: Date, terms: &Terms<'_, PlanUpdate>) -> Deadline {
    let computation = Computation::after(Event::PlanIssued, issued_on, terms.calendar)
        .plus_months(Months(terms.rule.months))
        .aim_at_working_day()
        .opens_before(Days(terms.rule.opening_days))
        .no_grace();
    terms.deadline(DutyKind::PlanUpdate, 1, computation)
}

/// T6: what became of a goal or step of a plan, number `slot` (from 1), on the day that the plan names for it (R62). What was to be done by a day can be
/// told when the day is over, so that the next working day is in time as well; no policy moves what was agreed with the person.
#[must_use]
pub fn goal_due(agreed_on: Date, slot: i32, calendar: Calendar) -> Deadline {
    let basis = Basis { rule: "R62", ..Basis::law("Deutscher Verein 2009, III.3") };
    let computation = Computation::set_day(agreed_on, calendar).shift(Shift::InternalDuty).opens_at_once();
    Deadline::of(DutyKind::GoalDue, slot, computation.grace(WorkingDays(1)), basis)
}

/// T12: the end of aftercare after a job start, when the need ended because of income (§ 16g Abs. 2 SGB II, R122).
#[must_use]
pub fn aftercare_after_job_start(job_started_on: Date, terms: &Terms<'_, Aftercare>) -> Deadline {
    let months = Length::unchecked(terms.rule.job_start_months, LengthUnit::Months);
    let computation = after_job_start(job_started_on, months, terms.rule.job_start_day, terms.calendar);
    aftercare(computation, terms)
}

/// T12: the end of aftercare after a job start where holistic support is needed longer (§ 16k Abs. 3 SGB II); nothing while the law knows none.
#[must_use]
pub fn aftercare_with_holistic_support(job_started_on: Date, terms: &Terms<'_, Aftercare>) -> Option<Deadline> {
    with_holistic_support(job_started_on, terms.rule, terms.calendar).map(|computation| aftercare(computation, terms))
}

/// T12: the end of holistic support after a training that no job followed at once (§ 16k Abs. 2 Satz 2 SGB II); nothing while the law knows
/// none.
#[must_use]
pub fn aftercare_after_training(training_ended_on: Date, terms: &Terms<'_, Aftercare>) -> Option<Deadline> {
    after_training(training_ended_on, terms.rule, terms.calendar).map(|computation| aftercare(computation, terms))
}

/// T12: the end of coaching in a job that follows a funded one (§ 16e Abs. 4, § 16i Abs. 4 SGB II); nothing while the law knows none.
#[must_use]
pub fn aftercare_in_follow_on_job(job_started_on: Date, terms: &Terms<'_, Aftercare>) -> Option<Deadline> {
    in_follow_on_job(job_started_on, terms.rule, terms.calendar).map(|computation| aftercare(computation, terms))
}

/// T12: the end of coaching with the grant for a job (§ 16e Abs. 4, § 16i Abs. 4 SGB II); nothing while the law knows none.
#[must_use]
pub fn aftercare_during_grant(grant_ends_on: Date, terms: &Terms<'_, Aftercare>) -> Option<Deadline> {
    (terms.rule.follow_on_months > 0).then(|| aftercare_until(grant_ends_on, terms))
}

/// T12: the end of ordinary aftercare on a set day, while the need continues (R122).
#[must_use]
pub fn aftercare_until(until: Date, terms: &Terms<'_, Aftercare>) -> Deadline {
    aftercare(Computation::set_day(until, terms.calendar), terms)
}

/// Help may be given until its last day, whatever day of the week that is.
fn aftercare(computation: Computation, terms: &Terms<'_, Aftercare>) -> Deadline {
    let computation = computation.shift(Shift::ServicePeriod).opens_before(Days(terms.rule.opening_days)).no_grace();
    terms.deadline(DutyKind::AftercareEnd, 1, computation)
}

/// T13: whether the person was employed in month number `month` (from 1) after an integration into work (key figure of continuous employment,
/// § 48a SGB II); `slot` is the duty's own number. It is asked for as the month ends, because only then all of it can be known.
#[must_use]
pub fn employment_status(
    integrated_on: Date,
    month: i32,
    slot: i32,
    terms: &Terms<'_, ContinuousEmployment>,
) -> Deadline {
    let computation = Computation::after(Event::Integration, integrated_on, terms.calendar)
        .plus_months(Months(month))
        .at_month_point(MonthPoint::End)
        .shift(Shift::InternalDuty)
        .opens_before(Days(terms.rule.opening_days))
        .grace(WorkingDays(terms.rule.grace_working_days));
    terms.deadline(DutyKind::ContinuousEmployment, slot, computation)
}

/// Planned contact number `slot` (from 1) of aftercare, on the day that was agreed with the person (R122). What was to be done on a day can be told
/// when the day is over, so that the next working day is in time as well; no policy moves what was agreed.
#[must_use]
pub fn aftercare_contact(agreed_on: Date, slot: i32, calendar: Calendar) -> Deadline {
    let basis = Basis { rule: "R122", ..Basis::law("HA08 Nachbetreuung") };
    let computation = Computation::set_day(agreed_on, calendar).shift(Shift::InternalDuty).opens_at_once();
    Deadline::of(DutyKind::AftercareContact, slot, computation.grace(WorkingDays(1)), basis)
}

/// T16: the decision on a proposal (R17).
#[must_use]
pub fn proposal_decision(proposed_on: Date, terms: &Terms<'_, ProposalDecision>) -> Deadline {
    let computation = weeks_after(Event::Proposal, proposed_on, terms.rule.weeks, terms.calendar);
    terms.deadline(DutyKind::ProposalDecision, 1, computation)
}

/// T17: the first talk after the assignment (R28).
#[must_use]
pub fn first_talk(assigned_on: Date, terms: &Terms<'_, FirstTalk>) -> Deadline {
    let computation = weeks_after(Event::Assignment, assigned_on, terms.rule.weeks, terms.calendar);
    terms.deadline(DutyKind::FirstTalk, 1, computation)
}

/// How accompanying care goes on, decided for the `slot`-th time after the last planned date (R31).
#[must_use]
pub fn accompaniment_decision(last_date_on: Date, slot: i32, terms: &Terms<'_, Accompaniment>) -> Deadline {
    let computation = weeks_after(Event::LastPlannedDate, last_date_on, terms.rule.weeks, terms.calendar);
    terms.deadline(DutyKind::AccompanimentDecision, slot, computation)
}

/// The answer to switch number `slot` (from 1) of the support variant, which the other officer gives (R31, R126).
#[must_use]
pub fn variant_switch_answer(proposed_on: Date, slot: i32, terms: &Terms<'_, VariantSwitch>) -> Deadline {
    let computation = weeks_after(Event::SwitchProposal, proposed_on, terms.rule.weeks, terms.calendar);
    terms.deadline(DutyKind::VariantSwitchAnswer, slot, computation)
}

fn weeks_after(event: Event, on: Date, weeks: i32, calendar: Calendar) -> Computation {
    Computation::after(event, on, calendar)
        .plus(Length::unchecked(weeks, LengthUnit::Weeks))
        .shift(Shift::InternalDuty)
        .opens_at_once()
        .reminds_when_due()
        .no_grace()
}

/// T7a: a provider's answer to a referral (R97).
#[must_use]
pub fn provider_answer(sent_on: Date, terms: &Terms<'_, Referral>) -> Deadline {
    let days = WorkingDays(terms.rule.answer_working_days);
    let computation = working_days_after(Event::ReferralSent, sent_on, days, terms.calendar);
    terms.deadline(DutyKind::ProviderAnswer, 1, computation)
}

/// T8: interim report number `slot` (from 1) of a service; `interval` as agreed, else the policy's (R90). What was agreed before the
/// service began may be longer than the version of its first day allows: then that version's longest interval counts, and a step says so.
///
/// Its due day is the first day of the grid after `former_due_on`, that of the report before: where the interval has changed on the way, no
/// report is left out and none is asked for twice.
#[must_use]
pub fn provider_report(
    started_on: Date,
    slot: i32,
    former_due_on: Option<Date>,
    interval: Option<Months>,
    terms: &Terms<'_, ProviderReport>,
) -> Deadline {
    let Months(agreed) = interval.unwrap_or(Months(terms.rule.months));
    let months = agreed.min(terms.rule.longest_months);
    let interval = Length::unchecked(months, LengthUnit::Months);
    let times = former_due_on.and_then(|former| times_beyond(former, started_on, interval, terms.calendar));
    let computation =
        Computation::after(Event::ServiceStart, started_on, terms.calendar).plus(interval.times(times.unwrap_or(slot)));
    let computation = if months < agreed { computation.choose(Choice::LongestInterval) } else { computation };
    let computation = computation.shift(Shift::InternalDuty).opens_before(Days(terms.rule.opening_days)).no_grace();
    terms.deadline(DutyKind::ProviderReport, slot, computation)
}

/// The posting of a letter that was given out (R127).
#[must_use]
pub fn letter_posting(offered_on: Date, terms: &Terms<'_, LetterPosting>) -> Deadline {
    let days = WorkingDays(terms.rule.working_days);
    let computation = working_days_after(Event::LetterOffered, offered_on, days, terms.calendar);
    terms.deadline(DutyKind::LetterPosting, 1, computation)
}

/// Contact with the person after crisis number `slot` (from 1) was recorded (R122, R190).
#[must_use]
pub fn crisis_contact(recorded_on: Date, slot: i32, terms: &Terms<'_, CrisisContact>) -> Deadline {
    let days = WorkingDays(terms.rule.working_days);
    let computation = working_days_after(Event::CrisisRecord, recorded_on, days, terms.calendar);
    terms.deadline(DutyKind::CrisisContact, slot, computation)
}

/// The acceptance of the hand-over after end number `slot` (from 1) of care (R126, R115).
#[must_use]
pub fn handover_acceptance(ended_on: Date, slot: i32, terms: &Terms<'_, HandoverAcceptance>) -> Deadline {
    let days = WorkingDays(terms.rule.working_days);
    let computation = working_days_after(Event::EndOfCare, ended_on, days, terms.calendar);
    terms.deadline(DutyKind::HandoverAcceptance, slot, computation)
}

/// The answer to extension number `slot` (from 1) that was proposed (R108).
#[must_use]
pub fn extension_answer(proposed_on: Date, slot: i32, terms: &Terms<'_, ExtensionAnswer>) -> Deadline {
    let days = WorkingDays(terms.rule.working_days);
    let computation = working_days_after(Event::ExtensionProposal, proposed_on, days, terms.calendar);
    terms.deadline(DutyKind::ExtensionAnswer, slot, computation)
}

/// Which team looks after a person who completes the 25th year of life: by the end of the last day on which they are 24 (R125).
#[must_use]
pub fn team_decision(born_on: Date, terms: &Terms<'_, TeamDecision>) -> Deadline {
    let computation = completing(born_on, YOUNG_BELOW, terms.calendar)
        .aim_at_working_day()
        .opens_before(Days(terms.rule.opening_days))
        .no_grace();
    terms.deadline(DutyKind::TeamDecision, 1, computation)
}

/// The answer to reopening number `slot` of a person that was proposed: by the last day on which the closing may be undone (row 24).
#[must_use]
pub fn reopening_answer(closed_on: Date, slot: i32, terms: &Terms<'_, Reopening>) -> Deadline {
    let computation = Computation::after(Event::Closing, closed_on, terms.calendar)
        .plus_months(Months(terms.rule.months))
        .shift(Shift::InternalDuty)
        .opens_at_once()
        .no_grace();
    terms.deadline(DutyKind::ReopeningAnswer, slot, computation)
}

fn working_days_after(event: Event, on: Date, days: WorkingDays, calendar: Calendar) -> Computation {
    Computation::after(event, on, calendar).plus_working_days(days).opens_at_once().no_grace()
}
