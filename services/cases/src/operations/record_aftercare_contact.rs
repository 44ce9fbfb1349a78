//! `EpisodeService.RecordAftercareContact`: what became of a planned contact of aftercare (R122).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::RecordAftercareContact,
    acting::{self, EpisodeAct, Error, Scene},
    convert_aftercare,
    domain::{
        episode::{ContactRecord, Decided, Episode},
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
    request: contract::RecordAftercareContactRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<RecordAftercareContact>(desk, caller, request).await
}

impl EpisodeAct for RecordAftercareContact {
    type Request = contract::RecordAftercareContactRequest;
    type Command = ContactRecord;
    const GROUND: &'static str = "R122";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        convert_aftercare::contact(fields, request)
    }

    fn decide(episode: Episode, record: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.record_aftercare_contact(record, scene.actor.clone(), scene.today)
    }
}
