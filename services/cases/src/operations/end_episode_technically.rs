//! `EpisodeService.EndEpisodeTechnically`: a technical end (row 26).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::EndEpisodeTechnically,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Decided, Episode},
        refused::Refused,
        vocabulary::TechnicalEnd,
    },
};

/// Performs the act.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::EndEpisodeTechnicallyRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<EndEpisodeTechnically>(desk, caller, request).await
}

impl EpisodeAct for EndEpisodeTechnically {
    type Request = contract::EndEpisodeTechnicallyRequest;
    type Command = (TechnicalEnd, String);
    const GROUND: &'static str = "§ 67c SGB X";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let end = fields.required("technical_end", request.technical_end.as_ref())?;
        let name = contract::TechnicalEnd::as_str_name;
        let kind = convert::parse_code(fields, "technical_end.kind", end.kind, "TECHNICAL_END_", name);
        let note = fields.text("technical_end.note", &end.note, 0..=1000);
        Some((kind?, note))
    }

    fn decide(episode: Episode, command: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        let (kind, note) = command;
        episode.end_technically(kind, note, scene.actor.clone(), scene.today)
    }
}
