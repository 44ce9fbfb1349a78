//! `EpisodeService.AgreeAlliance`: the working alliance (row 9, R39 to R41, R187).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::AgreeAlliance,
    acting::{self, EpisodeAct, Error, Scene},
    domain::{
        episode::{Decided, Episode},
        records::{Transparency, WorkingAlliance},
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
    request: contract::AgreeAllianceRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<AgreeAlliance>(desk, caller, request).await
}

impl EpisodeAct for AgreeAlliance {
    type Request = contract::AgreeAllianceRequest;
    type Command = (Transparency, WorkingAlliance);
    const GROUND: &'static str = "R39 bis R41, R187";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, scene: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let alliance = fields.required("alliance", request.alliance.as_ref())?;
        let shown = Transparency {
            procedure_explained: alliance.procedure_explained,
            role_disclosed: alliance.role_disclosed,
            data_protection_explained: alliance.data_protection_explained,
        };
        let alliance = WorkingAlliance {
            rules: fields.text("alliance.rules", &alliance.rules, 1..=2000),
            preconditions: fields.text("alliance.preconditions", &alliance.preconditions, 1..=2000),
            attainability: fields.text("alliance.attainability", &alliance.attainability, 1..=2000),
            agreed_on: scene.today,
        };
        Some((shown, alliance))
    }

    fn decide(episode: Episode, command: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        let (shown, alliance) = command;
        episode.agree_alliance(shown, alliance, scene.today)
    }
}
