//! `EpisodeService.ReferBack`: back to the placement officer after the first talk (row 6, R29).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::ReferBack,
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
    request: contract::ReferBackRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<ReferBack>(desk, caller, request).await
}

impl EpisodeAct for ReferBack {
    type Request = contract::ReferBackRequest;
    type Command = String;
    const GROUND: &'static str = "R29";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        Some(fields.text("reason", &request.reason, 1..=2000))
    }

    fn decide(episode: Episode, reason: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.refer_back(reason, scene.today)
    }
}
