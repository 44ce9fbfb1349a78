//! `EpisodeService.CommissionSpecialised`: a specialised case manager beside the case manager (row 7b, R30, R100, R136, R140).

use lotse_kernel::names::{JobcenterName, StaffName};
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases::{self as contract, commission::Commissioned as Named};

use crate::{
    access::acts::CommissionSpecialised,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Commissioning, Decided, Episode},
        records::{Commissioned, Release},
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
    request: contract::CommissionSpecialisedRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<CommissionSpecialised>(desk, caller, request).await
}

impl EpisodeAct for CommissionSpecialised {
    type Request = contract::CommissionSpecialisedRequest;
    type Command = Commissioning;
    const GROUND: &'static str = "R30, R100, R136, R140";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(
        fields: &mut Fields,
        request: &Self::Request,
        _: &Scene,
        jobcenter: &JobcenterName,
    ) -> Option<Self::Command> {
        let commission = fields.required("commission", request.commission.as_ref())?;
        let to = commissioned(fields, commission.commissioned.as_ref(), jobcenter);
        let code = contract::TargetGroup::as_str_name;
        let group = commission.target_group;
        let target_group = convert::parse_code(fields, "commission.target_group", group, "TARGET_GROUP_", code);
        let purpose = fields.text("commission.purpose", &commission.purpose, 1..=2000);
        let legal_basis = fields.line("commission.legal_basis", &commission.legal_basis, 1..=200);
        let release = release(fields, commission.release.as_ref());
        Some(Commissioning { to: to?, target_group: target_group?, purpose, legal_basis, release: release? })
    }

    fn officers(wanted: &Self::Command) -> Vec<(StaffName, &'static str)> {
        match &wanted.to {
            Commissioned::StaffMember(specialist) => vec![(specialist.clone(), "CASE_MANAGER")],
            Commissioned::ThirdParty(_) => Vec::new(),
        }
    }

    fn decide(episode: Episode, wanted: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.commission_specialised(wanted, scene.actor.clone(), scene.today)
    }
}

fn commissioned(fields: &mut Fields, named: Option<&Named>, jobcenter: &JobcenterName) -> Option<Commissioned> {
    match named {
        Some(Named::StaffMember(name)) => {
            convert::parse_staff_name(fields, "commission.staff_member", name, jobcenter).map(Commissioned::StaffMember)
        }
        Some(Named::ThirdParty(name)) => {
            Some(Commissioned::ThirdParty(fields.line("commission.third_party", name, 1..=200)))
        }
        None => {
            fields.violation("commission.commissioned", "must be staff_member or third_party");
            None
        }
    }
}

fn release(fields: &mut Fields, release: Option<&contract::ConfidentialityRelease>) -> Option<Release> {
    let release = fields.required("commission.release", release)?;
    Some(Release {
        released_on: fields.date("commission.release.release_date", release.release_date.as_ref()),
        to_jobcenter: release.to_jobcenter,
        to_commissioned_body: release.to_commissioned_body,
    })
}
