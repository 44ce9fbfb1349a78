//! `EpisodeService.EndEpisode`: the end for one of the six reasons (row 19, R112 to R121).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::EndEpisode,
    acting::{self, EpisodeAct, Error, Scene},
    convert_closing,
    domain::{
        episode::{Decided, Episode},
        records::ClosingNote,
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
    request: contract::EndEpisodeRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<EndEpisode>(desk, caller, request).await
}

impl EpisodeAct for EndEpisode {
    type Request = contract::EndEpisodeRequest;
    type Command = ClosingNote;
    const GROUND: &'static str = "R112 bis R121";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let record = fields.required("closing_record", request.closing_record.as_ref())?;
        convert_closing::note(fields, "closing_record", record)
    }

    fn decide(episode: Episode, note: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.end(note, &scene.rules())
    }
}
