//! `EpisodeService.AnswerVariantSwitch`: the other officer answers, or the own side withdraws (row 5a, R31 to R33, R126).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::AnswerVariantSwitch,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Decided, Episode},
        refused::Refused,
        vocabulary::VariantSwitchAnswer,
    },
};

/// Performs the act.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::AnswerVariantSwitchRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<AnswerVariantSwitch>(desk, caller, request).await
}

impl EpisodeAct for AnswerVariantSwitch {
    type Request = contract::AnswerVariantSwitchRequest;
    type Command = (VariantSwitchAnswer, String);
    const GROUND: &'static str = "R31, R126";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let code = contract::VariantSwitchAnswer::as_str_name;
        let answer = convert::parse_code(fields, "answer", request.answer, "VARIANT_SWITCH_ANSWER_", code);
        // Whoever hears no has to hear why.
        let least = usize::from(answer == Some(VariantSwitchAnswer::Declined));
        let reason = fields.text("reason", &request.reason, least..=4000);
        Some((answer?, reason))
    }

    fn decide(episode: Episode, (answer, reason): Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.answer_variant_switch(answer, reason, scene.actor.clone(), scene.today)
    }
}
