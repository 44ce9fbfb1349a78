//! `EpisodeService.RecordCrisis`: a crisis or a job at risk became known (row 22, R122, R190).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::RecordCrisis,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{CrisisKnown, Decided, Episode},
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
    request: contract::RecordCrisisRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<RecordCrisis>(desk, caller, request).await
}

impl EpisodeAct for RecordCrisis {
    type Request = contract::RecordCrisisRequest;
    type Command = CrisisKnown;
    const GROUND: &'static str = "R122, R190";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let crisis = fields.required("crisis", request.crisis.as_ref())?;
        let code = contract::CrisisKind::as_str_name;
        let kind = convert::parse_code(fields, "crisis.kind", crisis.kind, "CRISIS_KIND_", code);
        let occurred_on = fields.date("crisis.occurred_date", crisis.occurred_date.as_ref());
        let text = fields.text("crisis.text", &crisis.text, 1..=2000);
        Some(CrisisKnown { kind: kind?, occurred_on, text })
    }

    fn decide(episode: Episode, known: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.record_crisis(known, scene.actor.clone(), &scene.rules())
    }
}
