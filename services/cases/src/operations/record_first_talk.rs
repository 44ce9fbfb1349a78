//! `EpisodeService.RecordFirstTalk`: the first talk after the assignment (T17, R28).

use jiff::civil::Date;
use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::RecordFirstTalk,
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
    request: contract::RecordFirstTalkRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<RecordFirstTalk>(desk, caller, request).await
}

impl EpisodeAct for RecordFirstTalk {
    type Request = contract::RecordFirstTalkRequest;
    type Command = Date;
    const GROUND: &'static str = "R28, R39";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        Some(fields.date("first_talk_date", request.first_talk_date.as_ref()))
    }

    fn decide(episode: Episode, held_on: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.record_first_talk(held_on, scene.today)
    }
}
