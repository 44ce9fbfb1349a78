//! `EpisodeService.CastVote`: a vote on admission (row 3, R17).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::CastVote,
    acting::{self, EpisodeAct, Error, Scene},
    domain::{
        episode::{Ballot, Decided, Episode},
        refused::Refused,
    },
    operations::change_case_manager::package as read_package,
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
    type Command = Ballot;
    const GROUND: &'static str = "R17";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let vote = fields.required("vote", request.vote.as_ref())?;
        let handed = vote.package.as_ref().map(|package| read_package(fields, "vote.package", Some(package)));
        Some(Ballot {
            admit: vote.admit,
            reason: fields.text("vote.reason", &vote.reason, 1..=2000),
            package: handed.flatten(),
        })
    }

    fn decide(episode: Episode, command: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.cast_vote(scene.actor.clone(), command, scene.today)
    }
}
