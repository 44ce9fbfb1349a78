//! What time does to a referral: which step comes when, and taking it.

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::{Deadline, escalates_on, provider_answer, provider_report},
    duty::{DutyKind, DutyState, DutyStep, NextStep, Timetable, TimetableEntry},
};

use super::{
    referral::{Referral, ReferralState},
    vocabulary::UnmetNeed,
};

/// Escalations after which an overdue duty only stays visible: about three months.
pub const MAX_ESCALATIONS: i32 = 12;

/// A step as the workflow asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedStep {
    /// Which duty.
    pub kind: DutyKind,
    /// How many reports had come when the step was seen.
    pub reports: i32,
    /// Which step.
    pub step: DutyStep,
    /// Its round, from 1.
    pub round: i32,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Now.
    Now,
    /// It was taken before; whoever was to be told then is named again.
    Before,
    /// There is nothing to do any more, or not yet.
    Nothing,
}

/// The deadline that runs, if one does.
#[must_use]
pub fn deadline(referral: &Referral) -> Option<Deadline> {
    match referral.state {
        ReferralState::Sent(sending) | ReferralState::NoAnswer(sending, _) => Some(provider_answer(sending.sent_on)),
        ReferralState::Running(delivery) | ReferralState::ReportDue(delivery, _) => {
            Some(provider_report(delivery.started_on, delivery.reports + 1, referral.report_interval))
        }
        ReferralState::Draft
        | ReferralState::Accepted(_)
        | ReferralState::Declined(..)
        | ReferralState::Completed(..)
        | ReferralState::BrokenOff(..)
        | ReferralState::Revoked(..) => None,
    }
}

/// The step that time takes next, if any.
fn next_step(referral: &Referral, deadline: &Deadline) -> Option<NextStep> {
    let escalation = |round: i32| {
        let on = escalates_on(deadline.overdue_after(), round);
        (round <= MAX_ESCALATIONS).then_some(NextStep { on, step: DutyStep::Escalate, round })
    };
    match referral.state {
        ReferralState::Sent(_) => escalation(1),
        ReferralState::NoAnswer(_, escalations) | ReferralState::ReportDue(_, escalations) => {
            escalation(escalations + 1)
        }
        ReferralState::Running(_) => Some(NextStep { on: deadline.opens_on, step: DutyStep::Open, round: 1 }),
        ReferralState::Draft
        | ReferralState::Accepted(_)
        | ReferralState::Declined(..)
        | ReferralState::Completed(..)
        | ReferralState::BrokenOff(..)
        | ReferralState::Revoked(..) => None,
    }
}

/// What the referral's workflow waits for on this day.
#[must_use]
pub fn timetable(referral: &Referral, today: Date) -> Timetable {
    Timetable {
        as_of_seq: referral.event_seq,
        finished: referral.state.is_final(),
        due: deadline(referral).map(|deadline| entry(referral, &deadline, today)).into_iter().collect(),
        round: reports(referral),
        phase: referral.state.code().to_owned(),
    }
}

fn entry(referral: &Referral, deadline: &Deadline, today: Date) -> TimetableEntry {
    let state = if today > deadline.overdue_after() {
        DutyState::Overdue
    } else if matches!(referral.state, ReferralState::Running(_)) {
        DutyState::Scheduled
    } else {
        DutyState::Open
    };
    TimetableEntry {
        duty: referral.name.to_string(),
        kind: deadline.kind,
        state,
        opens_on: deadline.opens_on,
        target_on: deadline.target_on(),
        due_on: deadline.due_on(),
        overdue_after: deadline.overdue_after(),
        next_step: next_step(referral, deadline),
    }
}

fn reports(referral: &Referral) -> i32 {
    referral.state.delivery().map_or(0, |delivery| delivery.reports)
}

/// Takes a step that time takes, if it is the next one and its day has come.
#[must_use]
pub fn take(referral: Referral, asked: AskedStep, today: Date) -> (Referral, Taken) {
    let Some(deadline) = deadline(&referral) else { return (referral, Taken::Nothing) };
    if deadline.kind != asked.kind || reports(&referral) != asked.reports {
        return (referral, Taken::Nothing);
    }
    if was_taken(&referral.state, asked) {
        return (referral, Taken::Before);
    }
    let next = next_step(&referral, &deadline);
    let is_next = next.is_some_and(|next| next.step == asked.step && next.round == asked.round && next.on <= today);
    if !is_next {
        return (referral, Taken::Nothing);
    }
    let state = match referral.state {
        ReferralState::Sent(sending) => ReferralState::NoAnswer(sending, 1),
        ReferralState::NoAnswer(sending, escalations) => ReferralState::NoAnswer(sending, escalations + 1),
        ReferralState::Running(delivery) => ReferralState::ReportDue(delivery, 0),
        ReferralState::ReportDue(delivery, escalations) => ReferralState::ReportDue(delivery, escalations + 1),
        ReferralState::Draft
        | ReferralState::Accepted(_)
        | ReferralState::Declined(..)
        | ReferralState::Completed(..)
        | ReferralState::BrokenOff(..)
        | ReferralState::Revoked(..) => return (referral, Taken::Nothing),
    };
    let unmet_need = match state {
        ReferralState::NoAnswer(..) => Some(UnmetNeed::NoAnswer),
        _ => referral.unmet_need,
    };
    (Referral { unmet_need, ..referral.into_state(state) }, Taken::Now)
}

/// Whether the state shows that the step was taken.
const fn was_taken(state: &ReferralState, asked: AskedStep) -> bool {
    match (state, asked.step) {
        (ReferralState::NoAnswer(_, escalations) | ReferralState::ReportDue(_, escalations), DutyStep::Escalate) => {
            asked.round >= 1 && asked.round <= *escalations
        }
        (ReferralState::ReportDue(..), DutyStep::Open) => asked.round == 1,
        _ => false,
    }
}
