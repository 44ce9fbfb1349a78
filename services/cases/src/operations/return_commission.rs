//! `EpisodeService.ReturnCommission`: the commission that runs ends with its report (row 8, R100).

use jiff::civil::Date;
use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::ReturnCommission,
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
    request: contract::ReturnCommissionRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<ReturnCommission>(desk, caller, request).await
}

impl EpisodeAct for ReturnCommission {
    type Request = contract::ReturnCommissionRequest;
    type Command = (Date, String);
    const GROUND: &'static str = "R30, R100";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let returned_on = fields.date("return_date", request.return_date.as_ref());
        Some((returned_on, fields.text("report", &request.report, 1..=4000)))
    }

    fn decide(episode: Episode, (returned_on, report): Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.return_commission(report, returned_on, scene.actor.clone(), scene.today)
    }
}
