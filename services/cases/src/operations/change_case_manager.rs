//! `EpisodeService.ChangeCaseManager`: another case manager takes over (rows 5b and 7a, R29, R125, R126).

use lotse_kernel::names::{JobcenterName, StaffName};
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::ChangeCaseManager,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Decided, Episode, TakingOver},
        records::HandoverPackage,
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
    request: contract::ChangeCaseManagerRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<ChangeCaseManager>(desk, caller, request).await
}

impl EpisodeAct for ChangeCaseManager {
    type Request = contract::ChangeCaseManagerRequest;
    type Command = TakingOver;
    const GROUND: &'static str = "R29, R125, R126";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(
        fields: &mut Fields,
        request: &Self::Request,
        _: &Scene,
        jobcenter: &JobcenterName,
    ) -> Option<Self::Command> {
        let case_manager = convert::parse_staff_name(fields, "case_manager", &request.case_manager, jobcenter);
        let code = contract::CaseManagerChangeReason::as_str_name;
        let reason = convert::parse_code(fields, "reason", request.reason, "CASE_MANAGER_CHANGE_REASON_", code);
        let informed_on = fields.date("informed_date", request.informed_date.as_ref());
        let package = package(fields, "package", request.package.as_ref());
        Some(TakingOver { case_manager: case_manager?, reason: reason?, package: package?, informed_on })
    }

    fn officers(taking: &Self::Command) -> Vec<(StaffName, &'static str)> {
        vec![(taking.case_manager.clone(), "CASE_MANAGER")]
    }

    fn decide(episode: Episode, taking: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.change_case_manager(taking, scene.actor.clone(), scene.today)
    }
}

/// Reads what is handed over, in the field `path`.
pub(super) fn package(
    fields: &mut Fields,
    path: &str,
    package: Option<&contract::HandoverPackage>,
) -> Option<HandoverPackage> {
    let package = fields.required(path, package)?;
    Some(HandoverPackage {
        situation: fields.text(&format!("{path}.situation"), &package.situation, 1..=4000),
        agreements: fields.text(&format!("{path}.agreements"), &package.agreements, 0..=4000),
        next_steps: fields.text(&format!("{path}.next_steps"), &package.next_steps, 1..=4000),
    })
}
