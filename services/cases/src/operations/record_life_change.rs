//! `EpisodeService.RecordLifeChange`: life has changed, and the assessment begins anew (row 12, R53).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::RecordLifeChange,
    acting::{self, EpisodeAct, Error, Scene},
    domain::{
        episode::{Decided, Episode},
        records::LifeChange,
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
    request: contract::RecordLifeChangeRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<RecordLifeChange>(desk, caller, request).await
}

impl EpisodeAct for RecordLifeChange {
    type Request = contract::RecordLifeChangeRequest;
    type Command = LifeChange;
    const GROUND: &'static str = "R53";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let change = fields.required("life_change", request.life_change.as_ref())?;
        Some(LifeChange {
            occurred_on: fields.date("life_change.occurred_date", change.occurred_date.as_ref()),
            text: fields.text("life_change.text", &change.text, 1..=2000),
        })
    }

    fn decide(episode: Episode, change: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.record_life_change(change, scene.actor.clone(), scene.today)
    }
}
