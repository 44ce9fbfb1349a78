//! `EpisodeService.AnswerReopening`: the second pair of eyes on a closing that is to be undone (row 24).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::AnswerReopening,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Answering, Decided, Episode},
        refused::Refused,
        vocabulary::ReopeningAnswer,
    },
};

/// Performs the act.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::AnswerReopeningRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<AnswerReopening>(desk, caller, request).await
}

impl EpisodeAct for AnswerReopening {
    type Request = contract::AnswerReopeningRequest;
    type Command = (ReopeningAnswer, String);
    const GROUND: &'static str = "R120, R127";
    const ASKS_RULES: bool = true;
    const REOPENS: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let code = contract::ReopeningAnswer::as_str_name;
        let answer = convert::parse_code(fields, "answer", request.answer, "REOPENING_ANSWER_", code);
        let reason = fields.text("reason", &request.reason, 0..=1000);
        Some((answer?, reason))
    }

    fn decide(episode: Episode, (answer, reason): Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        let rules = scene.rules();
        let (who, leads) = (scene.actor.clone(), scene.actor_leads);
        episode.answer_reopening(answer, reason, &Answering { who, leads, newer: scene.newer.as_ref(), rules: &rules })
    }
}
