//! `EpisodeService.RemoveFromWaitingList`: refused after waiting, or withdrawn (row 3b, R22).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::RemoveFromWaitingList,
    acting::{self, EpisodeAct, Error, Scene},
    domain::{
        episode::{Decided, Episode, RefuseDecision},
        refused::Refused,
    },
    operations::decide_admission,
};

/// Performs the act.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::RemoveFromWaitingListRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<RemoveFromWaitingList>(desk, caller, request).await
}

impl EpisodeAct for RemoveFromWaitingList {
    type Request = contract::RemoveFromWaitingListRequest;
    type Command = RefuseDecision;
    const GROUND: &'static str = "R22";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let refuse = fields.required("refuse", request.refuse.as_ref())?;
        decide_admission::refusal(fields, refuse)
    }

    fn decide(episode: Episode, command: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.remove_from_waiting_list(command, &scene.deciding(&scene.rules()))
    }
}
