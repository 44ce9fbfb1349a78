//! Placement proposals of the contract.

use lotse_proto::cases as contract;

use crate::{
    convert_episode::{day, number},
    domain::records::{PlacementProposal, PlacementResult},
};

/// The placement proposals of an episode, numbered in their order.
#[must_use]
pub fn proposals(proposals: &[PlacementProposal]) -> Vec<contract::PlacementProposal> {
    (1..).zip(proposals).map(|(number, told)| proposal(number, told)).collect()
}

fn proposal(number: i32, proposal: &PlacementProposal) -> contract::PlacementProposal {
    contract::PlacementProposal {
        number,
        employer: proposal.employer.clone(),
        job_title: proposal.job_title.clone(),
        proposal_date: day(proposal.proposed_on),
        answer_by_date: day(proposal.answer_by),
        results: proposal.results.iter().map(result).collect(),
        recorder: proposal.recorded_by.to_string(),
    }
}

fn result(result: &PlacementResult) -> contract::PlacementResult {
    contract::PlacementResult {
        outcome: number!(contract::PlacementOutcome, "PLACEMENT_OUTCOME_", result.outcome),
        result_date: day(result.resulted_on),
        job_start_date: day(result.job_starts_on),
        reason: result.reason.clone(),
        recorder: result.recorded_by.to_string(),
    }
}
