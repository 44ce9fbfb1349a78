//! `EpisodeService.AcceptHandover`: the hand-over (row 21, R126).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::AcceptHandover,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Decided, Episode},
        refused::Refused,
        vocabulary::HandoverReceiver,
    },
};

/// Performs the act.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::AcceptHandoverRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<AcceptHandover>(desk, caller, request).await
}

impl EpisodeAct for AcceptHandover {
    type Request = contract::AcceptHandoverRequest;
    type Command = (HandoverReceiver, String);
    const GROUND: &'static str = "R126";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let handover = fields.required("handover", request.handover.as_ref())?;
        let name = contract::HandoverReceiver::as_str_name;
        let receiver = convert::parse_code(fields, "handover.receiver", handover.receiver, "HANDOVER_RECEIVER_", name);
        let note = fields.text("handover.note", &handover.note, 1..=2000);
        Some((receiver?, note))
    }

    fn decide(episode: Episode, command: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        let (receiver, note) = command;
        // Who receives accepts: the placement officer for the own desk, the case manager where another body or nobody takes over.
        let may_accept = match receiver {
            HandoverReceiver::PlacementOfficer => scene.actor == scene.placement_officer,
            HandoverReceiver::CompetentBody | HandoverReceiver::None => Some(&scene.actor) == episode.case_manager(),
        };
        if may_accept { episode.accept_handover(receiver, note, &scene.rules()) } else { Err(Refused::NotNamed) }
    }
}
