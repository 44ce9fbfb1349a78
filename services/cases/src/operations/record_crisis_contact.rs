//! `EpisodeService.RecordCrisisContact`: the contact that answers every open crisis (row 22, R122, R190).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::RecordCrisisContact,
    acting::{self, EpisodeAct, Error, Scene},
    domain::{
        episode::{Decided, Episode},
        records::CrisisContact,
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
    request: contract::RecordCrisisContactRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<RecordCrisisContact>(desk, caller, request).await
}

impl EpisodeAct for RecordCrisisContact {
    type Request = contract::RecordCrisisContactRequest;
    type Command = CrisisContact;
    const GROUND: &'static str = "R122, R190";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, scene: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let contact = fields.required("contact", request.contact.as_ref())?;
        Some(CrisisContact {
            contacted_on: fields.date("contact.contact_date", contact.contact_date.as_ref()),
            text: fields.text("contact.text", &contact.text, 1..=2000),
            recorded_by: scene.actor.clone(),
        })
    }

    fn decide(episode: Episode, contact: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.record_crisis_contact(&contact, scene.today)
    }
}
