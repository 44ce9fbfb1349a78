//! `EpisodeService.RecordAllianceTurn`: the working alliance goes another way (R40).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::RecordAllianceTurn,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Decided, Episode},
        records::AllianceTurn,
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
    request: contract::RecordAllianceTurnRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<RecordAllianceTurn>(desk, caller, request).await
}

impl EpisodeAct for RecordAllianceTurn {
    type Request = contract::RecordAllianceTurnRequest;
    type Command = AllianceTurn;
    const GROUND: &'static str = "R40, R116";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, scene: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let told = fields.required("turn", request.turn.as_ref())?;
        let code = contract::AllianceState::as_str_name;
        let state = convert::parse_code(fields, "turn.state", told.state, "ALLIANCE_STATE_", code);
        let reason = fields.text("turn.reason", &told.reason, 1..=2000);
        let turned_on = fields.date("turn.turn_date", told.turn_date.as_ref());
        Some(AllianceTurn { state: state?, reason, turned_on, recorded_by: scene.actor.clone() })
    }

    fn decide(episode: Episode, turn: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.record_alliance_turn(turn, scene.today)
    }
}
