//! `EpisodeService.ApproveExtension`: the second pair of eyes on an extension (row 18, R108).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::ApproveExtension,
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
    request: contract::ApproveExtensionRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<ApproveExtension>(desk, caller, request).await
}

impl EpisodeAct for ApproveExtension {
    type Request = contract::ApproveExtensionRequest;
    type Command = ();
    const GROUND: &'static str = "R108";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(_: &mut Fields, _: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        Some(())
    }

    fn decide(episode: Episode, (): Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.approve_extension(scene.actor.clone(), scene.actor_leads, &scene.rules())
    }
}
