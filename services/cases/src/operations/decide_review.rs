//! `EpisodeService.DecideReview`: the newest open review (rows 15, 16 and 17a, R106, R107).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases::{self as contract, decide_review_request::Decision};

use crate::{
    access::acts::DecideReview,
    acting::{self, EpisodeAct, Error, Scene},
    convert_closing,
    domain::{
        episode::{Decided, Episode, ReviewDecision},
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
    request: contract::DecideReviewRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<DecideReview>(desk, caller, request).await
}

impl EpisodeAct for DecideReview {
    type Request = contract::DecideReviewRequest;
    type Command = ReviewDecision;
    const GROUND: &'static str = "R106, R107";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        match &request.decision {
            Some(Decision::ContinueDecision(decision)) => Some(ReviewDecision::Continue {
                reasons: fields.text("continue_decision.reasons", &decision.reasons, 1..=2000),
                prognosis: fields.text("continue_decision.prognosis", &decision.prognosis, 1..=2000),
            }),
            Some(Decision::EndDecision(record)) => {
                convert_closing::note(fields, "end_decision", record).map(ReviewDecision::End)
            }
            None => {
                fields.violation("decision", "must be continue_decision or end_decision");
                None
            }
        }
    }

    fn decide(episode: Episode, decision: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.decide_review(decision, &scene.rules())
    }
}
