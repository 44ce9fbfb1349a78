//! `EpisodeService.RecordGoalAttainment`: how far a goal is attained (R180).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::RecordGoalAttainment,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Decided, Determined, Episode},
        records::GoalAttainment,
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
    request: contract::RecordGoalAttainmentRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<RecordGoalAttainment>(desk, caller, request).await
}

impl EpisodeAct for RecordGoalAttainment {
    type Request = contract::RecordGoalAttainmentRequest;
    type Command = Determined;
    const GROUND: &'static str = "R180";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, scene: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let goal_key = fields.slug("goal_key", &request.goal_key, 40);
        let told = fields.required("attainment", request.attainment.as_ref())?;
        let code = contract::GoalOutcome::as_str_name;
        let outcome = convert::parse_code(fields, "attainment.outcome", told.outcome, "GOAL_OUTCOME_", code);
        let determined_on = fields.date("attainment.determination_date", told.determination_date.as_ref());
        let reason = fields.text("attainment.reason", &told.reason, 1..=2000);
        let recorded_by = scene.actor.clone();
        Some(Determined {
            goal_key,
            attainment: GoalAttainment { outcome: outcome?, determined_on, reason, recorded_by },
        })
    }

    fn decide(episode: Episode, determined: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.record_goal_attainment(determined, &scene.rules())
    }
}
