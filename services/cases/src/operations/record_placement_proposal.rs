//! `EpisodeService.RecordPlacementProposal`: the case manager proposed a job to the person (R189).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::RecordPlacementProposal,
    acting::{self, EpisodeAct, Error, Scene},
    domain::{
        episode::{Decided, Episode},
        records::PlacementProposal,
        refused::Refused,
    },
};

/// Performs the act.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::RecordPlacementProposalRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<RecordPlacementProposal>(desk, caller, request).await
}

impl EpisodeAct for RecordPlacementProposal {
    type Request = contract::RecordPlacementProposalRequest;
    type Command = PlacementProposal;
    const GROUND: &'static str = "R189";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, scene: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let told = fields.required("proposal", request.proposal.as_ref())?;
        Some(PlacementProposal {
            employer: fields.line("proposal.employer", &told.employer, 1..=200),
            job_title: fields.line("proposal.job_title", &told.job_title, 1..=200),
            proposed_on: fields.date("proposal.proposal_date", told.proposal_date.as_ref()),
            answer_by: fields.optional_date("proposal.answer_by_date", told.answer_by_date.as_ref()),
            results: Vec::new(),
            recorded_by: scene.actor.clone(),
        })
    }

    fn decide(episode: Episode, proposal: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.record_placement_proposal(proposal, scene.today)
    }
}
