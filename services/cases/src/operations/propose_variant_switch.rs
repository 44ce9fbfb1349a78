//! `EpisodeService.ProposeVariantSwitch`: one of the two officers proposes to switch the support variant (row 5a, R31 to R33).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::ProposeVariantSwitch,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Decided, Episode},
        records::Support,
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
    request: contract::ProposeVariantSwitchRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<ProposeVariantSwitch>(desk, caller, request).await
}

impl EpisodeAct for ProposeVariantSwitch {
    type Request = contract::ProposeVariantSwitchRequest;
    type Command = (Support, String);
    const GROUND: &'static str = "R31, R126";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let support = convert::parse_support(fields, "", request.support_variant, request.planned_dates);
        let reason = fields.text("reason", &request.reason, 1..=4000);
        Some((support?, reason))
    }

    fn decide(episode: Episode, (support, reason): Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.propose_variant_switch(support, reason, scene.actor.clone(), &scene.rules())
    }
}
