//! `EpisodeService.AdmitFromWaitingList`: a place is free, or an exception is explained (row 3b, R17, R168).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::AdmitFromWaitingList,
    acting::{self, EpisodeAct, Error, Scene},
    domain::{
        episode::{Decided, Episode, TurnTaken},
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
    request: contract::AdmitFromWaitingListRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<AdmitFromWaitingList>(desk, caller, request).await
}

impl EpisodeAct for AdmitFromWaitingList {
    type Request = contract::AdmitFromWaitingListRequest;
    type Command = TurnTaken;
    const GROUND: &'static str = "R17, R168";
    const ASKS_RULES: bool = true;
    const TAKES_PLACE: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        Some(TurnTaken {
            assigned_on: fields.optional_date("assignment_date", request.assignment_date.as_ref()),
            exception_reason: fields.text("exception_reason", &request.exception_reason, 0..=2000),
        })
    }

    fn decide(episode: Episode, command: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.admit_from_waiting_list(command, &scene.deciding(&scene.rules()))
    }
}
