//! `EpisodeService.ActivatePlan`: the integration plan (row 11, R61 to R66, R111, R188).

use jiff::civil::Date;
use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::ActivatePlan,
    acting::{self, EpisodeAct, Error, Scene},
    convert_plan,
    domain::{
        episode::{Decided, Episode},
        records::Goal,
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
    request: contract::ActivatePlanRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<ActivatePlan>(desk, caller, request).await
}

impl EpisodeAct for ActivatePlan {
    type Request = contract::ActivatePlanRequest;
    type Command = (Vec<Goal>, Date);
    const GROUND: &'static str = "R61 bis R66, R111, R188";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let plan = fields.required("plan", request.plan.as_ref())?;
        let issued_on = fields.date("plan.issue_date", plan.issue_date.as_ref());
        let goals = convert_plan::parse_goals(fields, plan);
        Some((goals, issued_on))
    }

    fn decide(episode: Episode, command: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        let (goals, issued_on) = command;
        episode.activate_plan(goals, issued_on, &scene.rules())
    }
}
