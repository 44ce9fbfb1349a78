//! What time does to a referral: which step comes when, and taking it.

use jiff::civil::Date;
use lotse_kernel::{
    dates::add_days,
    deadlines::{
        Deadline,
        escalation::{LastEscalation, next_escalation},
        governed::{Terms, provider_answer, provider_report},
    },
    duty::{DutyKind, DutyState, DutyStep, NextStep, Timetable, TimetableEntry},
    legal::{Open, Surroundings, Unanswered},
    policy::{
        PolicyKey,
        rules::{self, Escalation, Rule},
    },
};

use super::{
    referral::{Delivery, Referral, ReferralState, Sending},
    vocabulary::UnmetNeed,
};

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

/// The deadline that runs, if one does, under the versions that govern its fact. One that is overdue keeps its date when a version takes
/// open duties over (R8).
///
/// # Errors
/// When no version governs it.
pub fn deadline(referral: &Referral, around: Surroundings<'_>) -> Result<Option<Deadline>, Unanswered> {
    running(referral, around, Judged::AsItRan)
}

/// The same by the versions of the day, whether it was overdue before or not.
///
/// # Errors
/// When no version governs it.
pub fn deadline_anew(referral: &Referral, around: Surroundings<'_>) -> Result<Option<Deadline>, Unanswered> {
    running(referral, around, Judged::Anew)
}

/// How what is open since some day is judged.
#[derive(Debug, Clone, Copy)]
enum Judged {
    /// By what was known then, and by what took it over since.
    AsItRan,
    /// By the versions of the day.
    Anew,
}

impl Judged {
    fn compute<R: Rule>(
        self,
        around: Surroundings<'_>,
        open: Open,
        by_rules_of: impl Fn(Surroundings<'_>) -> Result<Deadline, Unanswered>,
    ) -> Result<Deadline, Unanswered> {
        match self {
            Self::AsItRan => around.of_open::<R, _>(open, Deadline::overdue_after, by_rules_of),
            Self::Anew => by_rules_of(around),
        }
    }
}

fn running(referral: &Referral, around: Surroundings<'_>, judged: Judged) -> Result<Option<Deadline>, Unanswered> {
    Ok(match referral.state {
        ReferralState::Sent(sending) | ReferralState::NoAnswer(sending, _) => {
            let by_rules_of = |around: Surroundings<'_>| {
                let governing = around.rule("sent_date", sending.sent_on)?;
                Ok(provider_answer(sending.sent_on, &Terms::of(&governing, around.calendar)))
            };
            Some(judged.compute::<rules::Referral>(around, answer_open(sending), by_rules_of)?)
        }
        ReferralState::Running(delivery) | ReferralState::ReportDue(delivery, _) => {
            Some(report_after(referral, delivery, around, judged)?)
        }
        ReferralState::Draft
        | ReferralState::Accepted(_)
        | ReferralState::Declined(..)
        | ReferralState::Completed(..)
        | ReferralState::BrokenOff(..)
        | ReferralState::Revoked(..) => None,
    })
}

/// Since when what is owed of a referral is open, and by the versions of which key it is dated; nothing where nothing is owed.
#[must_use]
pub fn open(referral: &Referral) -> Option<(Open, PolicyKey)> {
    match referral.state {
        ReferralState::Sent(sending) | ReferralState::NoAnswer(sending, _) => {
            Some((answer_open(sending), PolicyKey::Referral))
        }
        ReferralState::Running(delivery) | ReferralState::ReportDue(delivery, _) => {
            Some((report_open(delivery), PolicyKey::ProviderReport))
        }
        ReferralState::Draft
        | ReferralState::Accepted(_)
        | ReferralState::Declined(..)
        | ReferralState::Completed(..)
        | ReferralState::BrokenOff(..)
        | ReferralState::Revoked(..) => None,
    }
}

const fn answer_open(sending: Sending) -> Open {
    Open { since: sending.sent_on, fact_on: sending.sent_on }
}

fn report_open(delivery: Delivery) -> Open {
    let since = delivery.last_report.map_or(delivery.started_on, |last| last.received_on);
    Open { since, fact_on: delivery.started_on }
}

/// The report that comes next (T8).
pub(super) fn next_report(
    referral: &Referral,
    delivery: Delivery,
    around: Surroundings<'_>,
) -> Result<Deadline, Unanswered> {
    report_after(referral, delivery, around, Judged::AsItRan)
}

fn report_after(
    referral: &Referral,
    delivery: Delivery,
    around: Surroundings<'_>,
    judged: Judged,
) -> Result<Deadline, Unanswered> {
    let Delivery { started_on, reports, last_report, .. } = delivery;
    let by_rules_of = |around: Surroundings<'_>| {
        let governing = around.rule("start_date", started_on)?;
        let former_due_on = last_report.map(|last| last.due_on);
        let terms = Terms::of(&governing, around.calendar);
        Ok(provider_report(started_on, reports + 1, former_due_on, referral.report_interval, &terms))
    };
    judged.compute::<rules::ProviderReport>(around, report_open(delivery), by_rules_of)
}

/// The rule by which what is overdue escalates.
fn escalating(deadline: &Deadline, around: Surroundings<'_>) -> Result<Escalation, Unanswered> {
    Ok(around.rule::<Escalation>("overdue_date", add_days(deadline.overdue_after(), 1))?.rule)
}

/// The step that time takes next, if any.
fn next_step(
    referral: &Referral,
    deadline: &Deadline,
    around: Surroundings<'_>,
) -> Result<Option<NextStep>, Unanswered> {
    let last = deadline.overdue_after();
    let every = escalating(deadline, around)?;
    let escalation = |before| {
        Some(next_escalation(last, before, &every, around.today))
            .filter(|next| next.on <= add_days(last, every.provider_days))
    };
    Ok(match referral.state {
        ReferralState::Sent(_) => escalation(None),
        ReferralState::NoAnswer(_, before) => escalation(Some(before)),
        ReferralState::ReportDue(_, before) => escalation(before),
        ReferralState::Running(_) => Some(NextStep { on: deadline.opens_on, step: DutyStep::Open, round: 1 }),
        ReferralState::Draft
        | ReferralState::Accepted(_)
        | ReferralState::Declined(..)
        | ReferralState::Completed(..)
        | ReferralState::BrokenOff(..)
        | ReferralState::Revoked(..) => None,
    })
}

/// What is owed of a referral and when it escalates next, if anything is owed.
///
/// # Errors
/// As [`deadline`].
pub fn owed(referral: &Referral, around: Surroundings<'_>) -> Result<Option<(Deadline, Option<Date>)>, Unanswered> {
    let Some(deadline) = deadline(referral, around)? else { return Ok(None) };
    let next = next_step(referral, &deadline, around)?.filter(|next| next.step == DutyStep::Escalate);
    Ok(Some((deadline, next.map(|next| next.on))))
}

/// What the referral's workflow waits for on this day.
///
/// # Errors
/// As [`deadline`].
pub fn timetable(referral: &Referral, around: Surroundings<'_>) -> Result<Timetable, Unanswered> {
    let due = deadline(referral, around)?.map(|deadline| entry(referral, &deadline, around)).transpose()?;
    Ok(Timetable {
        as_of_seq: referral.event_seq,
        finished: referral.state.is_final(),
        due: due.into_iter().collect(),
        round: reports(referral),
        phase: referral.state.code().to_owned(),
        ending: 0,
        ..Timetable::default()
    })
}

fn entry(referral: &Referral, deadline: &Deadline, around: Surroundings<'_>) -> Result<TimetableEntry, Unanswered> {
    let state = if around.today > deadline.overdue_after() {
        DutyState::Overdue
    } else if matches!(referral.state, ReferralState::Running(_)) {
        DutyState::Scheduled
    } else {
        DutyState::Open
    };
    Ok(TimetableEntry {
        duty: referral.name.to_string(),
        kind: deadline.kind,
        state,
        opens_on: deadline.opens_on,
        target_on: deadline.target_on(),
        due_on: deadline.due_on(),
        overdue_after: deadline.overdue_after(),
        next_step: next_step(referral, deadline, around)?,
    })
}

fn reports(referral: &Referral) -> i32 {
    referral.state.delivery().map_or(0, |delivery| delivery.reports)
}

/// Takes a step that time takes, if it is the next one and its day has come.
///
/// # Errors
/// As [`deadline`].
pub fn take(referral: Referral, asked: AskedStep, around: Surroundings<'_>) -> Result<(Referral, Taken), Unanswered> {
    let Some(deadline) = deadline(&referral, around)? else { return Ok((referral, Taken::Nothing)) };
    if deadline.kind != asked.kind || reports(&referral) != asked.reports {
        return Ok((referral, Taken::Nothing));
    }
    if was_taken(&referral.state, asked) {
        return Ok((referral, Taken::Before));
    }
    let next = next_step(&referral, &deadline, around)?;
    let comes = |next: NextStep| next.step == asked.step && next.round == asked.round && next.on <= around.today;
    if !next.is_some_and(comes) {
        return Ok((referral, Taken::Nothing));
    }
    let escalated = LastEscalation { round: asked.round, on: around.today };
    let state = match referral.state {
        ReferralState::Sent(sending) | ReferralState::NoAnswer(sending, _) => {
            ReferralState::NoAnswer(sending, escalated)
        }
        ReferralState::Running(delivery) => ReferralState::ReportDue(delivery, None),
        ReferralState::ReportDue(delivery, _) => ReferralState::ReportDue(delivery, Some(escalated)),
        ReferralState::Draft
        | ReferralState::Accepted(_)
        | ReferralState::Declined(..)
        | ReferralState::Completed(..)
        | ReferralState::BrokenOff(..)
        | ReferralState::Revoked(..) => return Ok((referral, Taken::Nothing)),
    };
    let mut taken = referral.into_state(state);
    if matches!(state, ReferralState::NoAnswer(..)) {
        taken.unmet_need = Some(UnmetNeed::NoAnswer);
        // Noted once: later rounds tell of it again.
        taken.silent_under.get_or_insert(deadline.explanation.rule_version);
    }
    Ok((taken, Taken::Now))
}

/// Whether the lead of the team hears of a step that was taken: of an escalation from the round on that the policy names (R141).
///
/// # Errors
/// As [`deadline`].
pub fn lead_hears(referral: &Referral, asked: AskedStep, around: Surroundings<'_>) -> Result<bool, Unanswered> {
    let Some(deadline) = deadline(referral, around)? else { return Ok(false) };
    Ok(asked.step == DutyStep::Escalate && asked.round >= escalating(&deadline, around)?.provider_lead_round)
}

/// Whether the state shows that the step was taken.
const fn was_taken(state: &ReferralState, asked: AskedStep) -> bool {
    match (state, asked.step) {
        (ReferralState::NoAnswer(_, last) | ReferralState::ReportDue(_, Some(last)), DutyStep::Escalate) => {
            asked.round >= 1 && asked.round <= last.round
        }
        (ReferralState::ReportDue(..), DutyStep::Open) => asked.round == 1,
        _ => false,
    }
}
