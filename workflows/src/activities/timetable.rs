//! Reads the timetable of the contract into the kernel's, refusing what the contract does not allow.

use jiff::civil;
use lotse_kernel::duty::{
    DutyKind, DutyState, DutyStep, ExtensionAnswered, NextStep, ProposalDecided, ProposalOutcome, Timetable,
    TimetableEntry,
};
use lotse_proto::common;

/// Reads a timetable.
///
/// # Errors
/// The name of the first field that breaks the contract.
pub fn timetable(answer: common::Timetable) -> Result<Timetable, &'static str> {
    let due = answer.due.into_iter().map(entry).collect::<Result<_, _>>()?;
    Ok(Timetable {
        as_of_seq: answer.as_of_seq,
        finished: answer.finished,
        due,
        round: answer.round,
        phase: answer.phase,
        ending: answer.ending,
        next_on: answer.next_date.map(|day| date(Some(day)).ok_or("next_date")).transpose()?,
        proposal: answer.proposal.map(proposal).transpose()?,
        exit_audience: answer.exit_staff_members,
        extension: answer.extension.map(extension),
    })
}

fn proposal(decided: common::ProposalDecided) -> Result<ProposalDecided, &'static str> {
    let outcome = outcome(decided.outcome()).ok_or("proposal.outcome")?;
    Ok(ProposalDecided { outcome, audience: decided.staff_members })
}

fn extension(answered: common::ExtensionAnswered) -> ExtensionAnswered {
    ExtensionAnswered { number: answered.number, approved: answered.approved, audience: answered.staff_members }
}

fn outcome(outcome: common::ProposalOutcome) -> Option<ProposalOutcome> {
    code(outcome.as_str_name(), "PROPOSAL_OUTCOME_").ok().flatten()
}

fn entry(entry: common::TimetableEntry) -> Result<TimetableEntry, &'static str> {
    let next_step = step(entry.next_step())?.map(|step| {
        let on = date(entry.next_step_date).ok_or("due.next_step_date")?;
        Ok::<_, &'static str>(NextStep { on, step, round: entry.next_step_round })
    });
    Ok(TimetableEntry {
        kind: kind(entry.kind()).ok_or("due.kind")?,
        state: state(entry.state()).ok_or("due.state")?,
        opens_on: date(entry.opens_date).ok_or("due.opens_date")?,
        target_on: date(entry.target_date).ok_or("due.target_date")?,
        due_on: date(entry.due_date).ok_or("due.due_date")?,
        overdue_after: date(entry.overdue_after_date).ok_or("due.overdue_after_date")?,
        next_step: next_step.transpose()?,
        duty: entry.duty,
    })
}

fn date(date: Option<lotse_proto::Date>) -> Option<civil::Date> {
    let date = date?;
    civil::Date::new(date.year.try_into().ok()?, date.month.try_into().ok()?, date.day.try_into().ok()?).ok()
}

fn step(step: common::DutyStep) -> Result<Option<DutyStep>, &'static str> {
    code(step.as_str_name(), "DUTY_STEP_").map_err(|_| "due.next_step")
}

fn kind(kind: common::DutyKind) -> Option<DutyKind> {
    code(kind.as_str_name(), "DUTY_KIND_").ok().flatten()
}

fn state(state: common::DutyState) -> Option<DutyState> {
    code(state.as_str_name(), "DUTY_STATE_").ok().flatten()
}

/// The kernel's value with the code of the contract; nothing for `UNSPECIFIED`.
fn code<C: std::str::FromStr>(name: &str, prefix: &str) -> Result<Option<C>, C::Err> {
    match name.trim_start_matches(prefix) {
        "UNSPECIFIED" => Ok(None),
        word => word.parse().map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i32) -> lotse_proto::Date {
        lotse_proto::Date { year: 2026, month: 9, day }
    }

    fn answered() -> common::TimetableEntry {
        common::TimetableEntry {
            duty: "jobcenters/musterstadt/duty".to_owned(),
            kind: common::DutyKind::ContinuationReview.into(),
            state: common::DutyState::Scheduled.into(),
            opens_date: Some(day(1)),
            target_date: Some(day(9)),
            due_date: Some(day(9)),
            overdue_after_date: Some(day(10)),
            next_step: common::DutyStep::Open.into(),
            next_step_date: Some(day(1)),
            next_step_round: 1,
        }
    }

    fn read(due: common::TimetableEntry) -> Result<Timetable, &'static str> {
        timetable(common::Timetable {
            as_of_seq: 4,
            finished: false,
            due: vec![due],
            round: 2,
            phase: "DELIVERY".to_owned(),
            ending: 1,
            next_date: None,
            proposal: None,
            exit_staff_members: Vec::new(),
            extension: None,
        })
    }

    #[test]
    fn every_value_of_the_contract_has_its_twin() {
        // Numbers leave gaps.
        let numbers = || 1..=100;
        for value in numbers().filter_map(|number| common::DutyKind::try_from(number).ok()) {
            assert!(kind(value).is_some(), "{}", value.as_str_name());
        }
        for value in numbers().filter_map(|number| common::DutyStep::try_from(number).ok()) {
            assert!(step(value).unwrap().is_some(), "{}", value.as_str_name());
        }
        for value in numbers().filter_map(|number| common::ProposalOutcome::try_from(number).ok()) {
            assert!(outcome(value).is_some(), "{}", value.as_str_name());
        }
        for value in numbers().filter_map(|number| common::DutyState::try_from(number).ok()) {
            assert!(state(value).is_some(), "{}", value.as_str_name());
        }
    }

    #[test]
    fn a_step_without_a_day_breaks_the_contract() {
        assert_eq!(read(common::TimetableEntry { next_step_date: None, ..answered() }), Err("due.next_step_date"));
        assert_eq!(read(common::TimetableEntry { due_date: Some(day(31)), ..answered() }), Err("due.due_date"));
        let people = read(common::TimetableEntry { next_step: 0, next_step_date: None, ..answered() }).unwrap();
        assert_eq!(people.due[0].next_step, None);
        assert_eq!(read(answered()).unwrap().due[0].next_step.unwrap().step, DutyStep::Open);
    }
}
