//! `EpisodeService.DecideAccompaniment`: how accompanying care goes on, or that it is done (row 20, R31).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases::{self as contract, decide_accompaniment_request::Decision};

use crate::{
    access::acts::DecideAccompaniment,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{AccompanimentDecision, Decided, Episode},
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
    request: contract::DecideAccompanimentRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<DecideAccompaniment>(desk, caller, request).await
}

impl EpisodeAct for DecideAccompaniment {
    type Request = contract::DecideAccompanimentRequest;
    type Command = AccompanimentDecision;
    const GROUND: &'static str = "R31, R33";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        match &request.decision {
            Some(Decision::FurtherDates(further)) => Some(AccompanimentDecision::Further {
                dates: fields.number("further_dates.dates", further.dates, convert::PLANNED_DATES),
                reason: fields.text("further_dates.reason", &further.reason, 1..=4000),
            }),
            Some(Decision::Done(done)) => {
                Some(AccompanimentDecision::Done { reason: fields.text("done.reason", &done.reason, 1..=4000) })
            }
            None => {
                fields.violation("decision", "must be further_dates or done");
                None
            }
        }
    }

    fn decide(episode: Episode, decision: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.decide_accompaniment(decision, scene.today)
    }
}
