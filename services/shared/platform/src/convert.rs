//! The kernel's values in the contract's form: instants, timetables and explanations, the same for every service.

use jiff::Timestamp;
use lotse_kernel::{deadlines::Deadline, duty, explanation};
use lotse_proto::{cases, common};

use crate::fields::contract_date;

/// An instant in the contract's form.
#[must_use]
pub fn timestamp(instant: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: instant.as_second(), nanos: instant.subsec_nanosecond() }
}

/// A timetable as workflows see it.
#[must_use]
pub fn timetable(timetable: &duty::Timetable) -> common::Timetable {
    common::Timetable {
        as_of_seq: timetable.as_of_seq,
        finished: timetable.finished,
        due: timetable.due.iter().map(entry).collect(),
        round: timetable.round,
        phase: timetable.phase.clone(),
        ending: timetable.ending,
        next_date: timetable.next_on.map(contract_date),
        proposal: timetable.proposal.as_ref().map(proposal),
        exit_staff_members: timetable.exit_audience.clone(),
        extension: timetable.extension.as_ref().map(extension),
    }
}

fn extension(answered: &duty::ExtensionAnswered) -> common::ExtensionAnswered {
    let (number, approved, staff_members) = (answered.number, answered.approved, answered.audience.clone());
    common::ExtensionAnswered { number, approved, staff_members }
}

fn proposal(decided: &duty::ProposalDecided) -> common::ProposalDecided {
    let outcome = common::ProposalOutcome::from_str_name(&format!("PROPOSAL_OUTCOME_{}", decided.outcome));
    common::ProposalDecided { outcome: outcome.unwrap_or_default().into(), staff_members: decided.audience.clone() }
}

fn entry(entry: &duty::TimetableEntry) -> common::TimetableEntry {
    common::TimetableEntry {
        duty: entry.duty.clone(),
        kind: duty_kind(entry.kind).into(),
        state: duty_state(entry.state).into(),
        opens_date: Some(contract_date(entry.opens_on)),
        target_date: Some(contract_date(entry.target_on)),
        due_date: Some(contract_date(entry.due_on)),
        overdue_after_date: Some(contract_date(entry.overdue_after)),
        next_step: entry.next_step.map_or(common::DutyStep::Unspecified, |next| duty_step(next.step)).into(),
        next_step_date: entry.next_step.map(|next| contract_date(next.on)),
        next_step_round: entry.next_step.map_or(0, |next| next.round),
    }
}

/// What a duty is about.
#[must_use]
pub fn duty_kind(kind: duty::DutyKind) -> common::DutyKind {
    common::DutyKind::from_str_name(&format!("DUTY_KIND_{kind}")).unwrap_or_default()
}

/// Where a duty stands.
#[must_use]
pub fn duty_state(state: duty::DutyState) -> common::DutyState {
    common::DutyState::from_str_name(&format!("DUTY_STATE_{state}")).unwrap_or_default()
}

/// What time does with a duty.
#[must_use]
pub fn duty_step(step: duty::DutyStep) -> common::DutyStep {
    common::DutyStep::from_str_name(&format!("DUTY_STEP_{step}")).unwrap_or_default()
}

/// The dates of a duty as reports on policies tell them.
#[must_use]
pub fn duty_dates(deadline: &Deadline) -> cases::DutyDates {
    cases::DutyDates {
        opens_date: Some(contract_date(deadline.opens_on)),
        target_date: Some(contract_date(deadline.target_on())),
        due_date: Some(contract_date(deadline.due_on())),
        overdue_after_date: Some(contract_date(deadline.overdue_after())),
        rule_version: deadline.explanation.rule_version.clone(),
    }
}

/// An explanation as clients see it; the words are made now.
#[must_use]
pub fn explanation(explained: &explanation::Explanation) -> common::Explanation {
    let argument = |(name, value): (&str, String)| common::ExplanationArgument { name: name.to_owned(), value };
    let step = |step: &explanation::Step| common::ExplanationStep {
        code: step.code().to_owned(),
        date: Some(contract_date(step.on)),
        text_de: step.text_de(),
        text_en: step.text_en(),
        arguments: step.arguments().into_iter().map(argument).collect(),
    };
    common::Explanation {
        due_date: Some(contract_date(explained.due_on)),
        target_date: Some(contract_date(explained.target_on)),
        overdue_after_date: Some(contract_date(explained.overdue_after)),
        rule: explained.rule.clone(),
        rule_version: explained.rule_version.clone(),
        legal_basis: explained.legal_basis.clone(),
        fact_date: explained.fact_on.map(contract_date),
        unverified: explained.unverified,
        steps: explained.steps.iter().map(step).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_kernel_is_in_the_contract() {
        for kind in duty::DutyKind::ALL {
            assert_ne!(duty_kind(*kind), common::DutyKind::Unspecified, "{kind}");
        }
        for state in duty::DutyState::ALL {
            assert_ne!(duty_state(*state), common::DutyState::Unspecified, "{state}");
        }
        for step in duty::DutyStep::ALL {
            assert_ne!(duty_step(*step), common::DutyStep::Unspecified, "{step}");
        }
    }
}
