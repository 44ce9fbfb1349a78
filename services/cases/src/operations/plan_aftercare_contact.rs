//! `EpisodeService.PlanAftercareContact`: a further contact is planned while aftercare runs (R122).

use jiff::civil::Date;
use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::PlanAftercareContact,
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
    request: contract::PlanAftercareContactRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<PlanAftercareContact>(desk, caller, request).await
}

impl EpisodeAct for PlanAftercareContact {
    type Request = contract::PlanAftercareContactRequest;
    type Command = Date;
    const GROUND: &'static str = "R122";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        Some(fields.date("planned_date", request.planned_date.as_ref()))
    }

    fn decide(episode: Episode, planned_on: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.plan_aftercare_contact(planned_on, &scene.rules())
    }
}
