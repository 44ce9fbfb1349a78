//! `EpisodeService.DecideAdmission`: admission or refusal after both votes, by the team's lead where they differ (rows 3 to 4, R17 to R26,
//! R186).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases::{self as contract, decide_admission_request::Decision};

use crate::{
    access::acts::DecideAdmission,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{AdmitDecision, Decided, Episode, RefuseDecision},
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
    request: contract::DecideAdmissionRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<DecideAdmission>(desk, caller, request).await
}

/// What was decided.
#[derive(Debug)]
pub enum Command {
    /// Admit.
    Admit(AdmitDecision),
    /// Refuse, or not yet.
    Refuse(RefuseDecision),
}

impl EpisodeAct for DecideAdmission {
    type Request = contract::DecideAdmissionRequest;
    type Command = Command;
    const GROUND: &'static str = "R17 bis R26, R186";
    const ASKS_RULES: bool = true;
    const TAKES_PLACE: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        match &request.decision {
            Some(Decision::Admit(admit)) => {
                let name = contract::AdmissionBasis::as_str_name;
                let basis = convert::parse_code(fields, "admit.basis", admit.basis, "ADMISSION_BASIS_", name);
                let support = convert::parse_support(fields, "admit.", admit.support_variant, admit.planned_dates);
                Some(Command::Admit(AdmitDecision {
                    deviation_reason: fields.text("admit.deviation_reason", &admit.deviation_reason, 0..=2000),
                    assigned_on: fields.optional_date("admit.assignment_date", admit.assignment_date.as_ref()),
                    basis: basis?,
                    support: support?,
                }))
            }
            Some(Decision::Refuse(refuse)) => refusal(fields, refuse).map(Command::Refuse),
            None => {
                fields.violation("decision", "must be admit or refuse");
                None
            }
        }
    }

    fn decide(episode: Episode, command: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        match command {
            Command::Admit(decision) => episode.admit(decision, &scene.deciding(&scene.rules())),
            Command::Refuse(decision) => episode.refuse(decision, &scene.deciding(&scene.rules())),
        }
    }
}

/// Reads a refusal in the field `refuse`.
pub(super) fn refusal(fields: &mut Fields, refuse: &contract::RefuseDecision) -> Option<RefuseDecision> {
    let name = contract::RefusalReason::as_str_name;
    let reason = convert::parse_code(fields, "refuse.reason", refuse.reason, "REFUSAL_REASON_", name);
    let text = fields.text("refuse.text", &refuse.text, 1..=2000);
    let deviation_reason = fields.text("refuse.deviation_reason", &refuse.deviation_reason, 0..=2000);
    Some(RefuseDecision { reason: reason?, text, deviation_reason })
}
