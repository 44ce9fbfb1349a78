//! `EpisodeService.RevisePlan`: a new version of the plan (R63, R111, T5).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::RevisePlan,
    acting::{self, EpisodeAct, Error, Scene},
    convert_plan,
    domain::{
        episode::{Decided, Episode, Revision},
        records::DroppedGoal,
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
    request: contract::RevisePlanRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<RevisePlan>(desk, caller, request).await
}

impl EpisodeAct for RevisePlan {
    type Request = contract::RevisePlanRequest;
    type Command = Revision;
    const GROUND: &'static str = "R63, R111";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        fields.at_most("dropped_goals", request.dropped_goals.len(), 30);
        let mut dropped = Vec::new();
        for (i, goal) in request.dropped_goals.iter().enumerate() {
            let key = fields.slug(&format!("dropped_goals[{i}].key"), &goal.key, 40);
            let reason = fields.text(&format!("dropped_goals[{i}].reason"), &goal.reason, 1..=2000);
            dropped.push(DroppedGoal { key, reason });
        }
        let reason = fields.text("reason", &request.reason, 1..=2000);
        let plan = fields.required("plan", request.plan.as_ref())?;
        let goals = convert_plan::parse_goals(fields, plan);
        let issued_on = fields.date("plan.issue_date", plan.issue_date.as_ref());
        Some(Revision { goals, dropped, reason, issued_on })
    }

    fn decide(episode: Episode, revision: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.revise_plan(revision, scene.actor.clone(), &scene.rules())
    }
}
