//! `EpisodeService.ProposeExtension`: an extension of the open limit (row 18, R108).

use lotse_kernel::{deadlines::ExtensionLength, defaults::Months, names::JobcenterName};
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases::{self as contract, propose_extension_request::Length};

use crate::{
    access::acts::ProposeExtension,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Decided, Episode, ExtensionWanted},
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
    request: contract::ProposeExtensionRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<ProposeExtension>(desk, caller, request).await
}

impl EpisodeAct for ProposeExtension {
    type Request = contract::ProposeExtensionRequest;
    type Command = ExtensionWanted;
    const GROUND: &'static str = "R108";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let code = contract::ExtensionReason::as_str_name;
        let reason_code = convert::parse_code(fields, "reason_code", request.reason_code, "EXTENSION_REASON_", code);
        let reason = fields.text("reason", &request.reason, 1..=2000);
        let prognosis = fields.text("prognosis", &request.prognosis, 1..=2000);
        let length = match &request.length {
            Some(Length::Months(months)) => {
                Some(ExtensionLength::Months(Months(fields.number("months", *months, 1..=24))))
            }
            Some(Length::UntilDate(until)) => Some(ExtensionLength::Until(fields.date("until_date", Some(until)))),
            None => {
                fields.violation("length", "must be months or until_date");
                None
            }
        };
        Some(ExtensionWanted { reason_code: reason_code?, reason, prognosis, length: length? })
    }

    fn decide(episode: Episode, wanted: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.propose_extension(wanted, scene.actor.clone(), &scene.rules())
    }
}
