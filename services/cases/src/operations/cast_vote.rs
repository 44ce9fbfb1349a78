//! `EpisodeService.CastVote`: a vote on admission (row 3, R17).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::CastVote,
    acting::{self, EpisodeAct, Error, Scene},
    domain::{
        episode::{Decided, Episode},
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
    request: contract::CastVoteRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<CastVote>(desk, caller, request).await
}

impl EpisodeAct for CastVote {
    type Request = contract::CastVoteRequest;
    type Command = (bool, String);
    const GROUND: &'static str = "R17";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let vote = fields.required("vote", request.vote.as_ref())?;
        Some((vote.admit, fields.text("vote.reason", &vote.reason, 1..=2000)))
    }

    fn decide(episode: Episode, command: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        let (admit, reason) = command;
        episode.cast_vote(scene.actor.clone(), admit, reason, scene.today)
    }
}
