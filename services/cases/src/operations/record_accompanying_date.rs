//! `EpisodeService.RecordAccompanyingDate`: a date of accompanying care was held (rows 5 and 20, R33).

use jiff::civil::Date;
use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::RecordAccompanyingDate,
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
    request: contract::RecordAccompanyingDateRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<RecordAccompanyingDate>(desk, caller, request).await
}

impl EpisodeAct for RecordAccompanyingDate {
    type Request = contract::RecordAccompanyingDateRequest;
    type Command = (Date, String);
    const GROUND: &'static str = "R31, R33";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let held_on = fields.date("held_date", request.held_date.as_ref());
        Some((held_on, fields.text("note", &request.note, 1..=4000)))
    }

    fn decide(episode: Episode, (held_on, note): Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.record_accompanying_date(held_on, note, &scene.rules())
    }
}
