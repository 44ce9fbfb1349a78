//! `EpisodeService.RecordStepOutcome`: what became of a step of the plan (R66, R181).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::RecordStepOutcome,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Decided, Episode, StepDetermined},
        records::StepResult,
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
    request: contract::RecordStepOutcomeRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<RecordStepOutcome>(desk, caller, request).await
}

impl EpisodeAct for RecordStepOutcome {
    type Request = contract::RecordStepOutcomeRequest;
    type Command = StepDetermined;
    const GROUND: &'static str = "R66, R181";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, scene: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let goal_key = fields.slug("goal_key", &request.goal_key, 40);
        let step_key = fields.slug("step_key", &request.step_key, 40);
        let told = fields.required("result", request.result.as_ref())?;
        let code = contract::StepOutcome::as_str_name;
        let outcome = convert::parse_code(fields, "result.outcome", told.outcome, "STEP_OUTCOME_", code);
        let determined_on = fields.date("result.determination_date", told.determination_date.as_ref());
        let reason = fields.text("result.reason", &told.reason, 0..=2000);
        let recorded_by = scene.actor.clone();
        let result = StepResult { outcome: outcome?, determined_on, reason, recorded_by };
        Some(StepDetermined { goal_key, step_key, result })
    }

    fn decide(episode: Episode, determined: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.record_step_outcome(determined, &scene.rules())
    }
}
