//! R189: the case manager proposes jobs and records what came of them, from the assignment to the end of aftercare.

use jiff::civil::Date;

use super::{Act, Episode, admission::given};
use crate::domain::{
    events::Event,
    records::{PlacementProposal, PlacementResult},
    refused::FieldCheck,
    vocabulary::PlacementOutcome,
};

impl Episode {
    /// Records a proposal of a job, to which the next number of the episode is given. Nobody waits for its answer: no duty begins.
    ///
    /// # Errors
    /// `WrongPhase`; `Fields` when the day is not between assignment and today, or the answer is due before it.
    pub fn record_placement_proposal(mut self, proposal: PlacementProposal, today: Date) -> Act {
        let care = self.in_care_mut()?;
        let (proposed_on, answer_by) = (proposal.proposed_on, proposal.answer_by);
        let mut check = FieldCheck::default();
        let field = "proposal.proposal_date";
        check.require(proposed_on <= today, field, "must not be in the future");
        check.require(proposed_on >= care.admission.assigned_on, field, "must not be before the assignment");
        let in_order = answer_by.is_none_or(|by| by >= proposed_on);
        check.require(in_order, "proposal.answer_by_date", "must not be before the proposal");
        check.finish()?;
        care.placements.push(proposal);
        let number = i32::try_from(care.placements.len()).unwrap_or(i32::MAX);
        Ok(self.with(Event::PlacementProposed { number, proposed_on, answer_by }))
    }

    /// Records what came of a proposal. It may be recorded again: one result follows another, and the last one counts.
    ///
    /// # Errors
    /// `WrongPhase`; `Fields` when there is no proposal of that number, the day is not between it, or its result before, and today, a job has
    /// no first day or a first day no job, or the person declined without a reason.
    pub fn record_placement_result(mut self, number: i32, result: PlacementResult, today: Date) -> Act {
        let care = self.in_care_mut()?;
        let at = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        let proposal = at.and_then(|at| care.placements.get_mut(at));
        let PlacementResult { outcome, resulted_on, job_starts_on, .. } = result;
        let mut check = FieldCheck::default();
        check.require(proposal.is_some(), "number", "must be the number of a placement proposal of the episode");
        let day = "result.result_date";
        check.require(resulted_on <= today, day, "must not be in the future");
        let start = "result.job_start_date";
        let is_hired = outcome == PlacementOutcome::Hired;
        check.require(is_hired == job_starts_on.is_some(), start, "must be set for HIRED and for nothing else");
        let explained = outcome != PlacementOutcome::DeclinedByPerson || given(&result.reason);
        check.require(explained, "result.reason", "must be given for DECLINED_BY_PERSON");
        if let Some(proposal) = proposal.as_deref() {
            let proposed_on = proposal.proposed_on;
            check.require(resulted_on >= proposed_on, day, "must not be before the proposal");
            let last = proposal.results.last();
            let in_order = last.is_none_or(|last| resulted_on >= last.resulted_on);
            check.require(in_order, day, "must not be before the result before");
            let after = job_starts_on.is_none_or(|start| start >= proposed_on);
            check.require(after, start, "must not be before the proposal");
        }
        check.finish()?;
        if let Some(proposal) = proposal {
            proposal.results.push(result);
        }
        Ok(self.with(Event::PlacementResulted { number, outcome, resulted_on, job_starts_on }))
    }
}
