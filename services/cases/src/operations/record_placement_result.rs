//! `EpisodeService.RecordPlacementResult`: what came of a placement proposal (R189).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::RecordPlacementResult,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Decided, Episode},
        records::PlacementResult,
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
    request: contract::RecordPlacementResultRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<RecordPlacementResult>(desk, caller, request).await
}

impl EpisodeAct for RecordPlacementResult {
    type Request = contract::RecordPlacementResultRequest;
    type Command = (i32, PlacementResult);
    const GROUND: &'static str = "R189";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, scene: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        if request.number < 1 {
            fields.violation("number", "must be the number of a placement proposal of the episode");
        }
        let told = fields.required("result", request.result.as_ref())?;
        let code = contract::PlacementOutcome::as_str_name;
        let outcome = convert::parse_code(fields, "result.outcome", told.outcome, "PLACEMENT_OUTCOME_", code);
        let resulted_on = fields.date("result.result_date", told.result_date.as_ref());
        let job_starts_on = fields.optional_date("result.job_start_date", told.job_start_date.as_ref());
        let reason = fields.text("result.reason", &told.reason, 0..=2000);
        let recorded_by = scene.actor.clone();
        let result = PlacementResult { outcome: outcome?, resulted_on, job_starts_on, reason, recorded_by };
        Some((request.number, result))
    }

    fn decide(episode: Episode, (number, result): Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.record_placement_result(number, result, scene.today)
    }
}
