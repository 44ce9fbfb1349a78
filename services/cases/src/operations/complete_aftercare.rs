//! `EpisodeService.CompleteAftercare`: the closing check that ends aftercare (row 23, T12).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::CompleteAftercare,
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
    request: contract::CompleteAftercareRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<CompleteAftercare>(desk, caller, request).await
}

impl EpisodeAct for CompleteAftercare {
    type Request = contract::CompleteAftercareRequest;
    type Command = (String, String);
    const GROUND: &'static str = "R122, § 16g Abs. 2 SGB II";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let text = fields.text("closing_check", &request.closing_check, 1..=2000);
        Some((text, fields.text("onward_outcome", &request.onward_outcome, 0..=2000)))
    }

    fn decide(episode: Episode, (text, onward): Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.complete_aftercare(text, onward, scene.today)
    }
}
