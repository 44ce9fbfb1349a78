//! `EpisodeService.AnswerExtension`: the second pair of eyes on an extension, or its proposer withdraws it (row 18, R108).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::AnswerExtension,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{AnsweringExtension, Decided, Episode},
        refused::Refused,
        vocabulary::ExtensionAnswer,
    },
};

/// Performs the act.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::AnswerExtensionRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<AnswerExtension>(desk, caller, request).await
}

impl EpisodeAct for AnswerExtension {
    type Request = contract::AnswerExtensionRequest;
    type Command = (ExtensionAnswer, String);
    const GROUND: &'static str = "R108";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let code = contract::ExtensionAnswer::as_str_name;
        let answer = convert::parse_code(fields, "answer", request.answer, "EXTENSION_ANSWER_", code);
        let reason = fields.text("reason", &request.reason, 0..=1000);
        Some((answer?, reason))
    }

    fn decide(episode: Episode, (answer, reason): Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        let by = AnsweringExtension { who: scene.actor.clone(), leads: scene.actor_leads, rules: &scene.rules() };
        episode.answer_extension(answer, reason, &by)
    }
}
