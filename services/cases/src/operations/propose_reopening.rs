//! `EpisodeService.ProposeReopening`: a closing was wrong and is to be undone (row 24).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::ProposeReopening,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Decided, Episode, ReopeningWanted},
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
    request: contract::ProposeReopeningRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<ProposeReopening>(desk, caller, request).await
}

impl EpisodeAct for ProposeReopening {
    type Request = contract::ProposeReopeningRequest;
    type Command = ReopeningWanted;
    const GROUND: &'static str = "R120, R127";
    const ASKS_RULES: bool = true;
    const REOPENS: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let code = contract::ClosingError::as_str_name;
        let error = convert::parse_code(fields, "error", request.error, "CLOSING_ERROR_", code);
        let code = contract::ReopeningExtent::as_str_name;
        let extent = convert::parse_code(fields, "extent", request.extent, "REOPENING_EXTENT_", code);
        let reason = fields.text("reason", &request.reason, 1..=2000);
        Some(ReopeningWanted { error: error?, extent: extent?, reason })
    }

    fn decide(episode: Episode, wanted: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.propose_reopening(wanted, scene.actor.clone(), scene.newer.as_ref(), &scene.rules())
    }
}
