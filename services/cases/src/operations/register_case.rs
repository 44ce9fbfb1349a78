//! `CaseService.RegisterCase`: a person becomes a case. The ten stops of a command can be read here from top to bottom.

use jiff::civil::Date;
use lotse_kernel::names::{CaseName, JobcenterName};
use lotse_platform::{
    failure::{Failure, Fault, OperationError, bare},
    fields::{Fields, parse_name},
    principal::Caller,
    unit::{Claim, Desk, Unit},
};
use lotse_proto::cases as contract;
use thiserror::Error;
use tonic::Code;

use crate::{
    access::{self, acts},
    acting::Ground,
    convert, convert_profile,
    store::{cases, staff},
    watching,
};

/// Why a case is not registered.
#[derive(Debug, Error)]
pub enum Error {
    /// The customer number is registered in this jobcenter.
    #[error("the customer number is registered in this jobcenter")]
    CustomerNumberExists,
    /// What any operation may meet.
    #[error(transparent)]
    Shared(#[from] Failure),
}

impl OperationError for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::CustomerNumberExists => {
                Fault::new(Code::AlreadyExists, bare(contract::ErrorReason::CustomerNumberExists.as_str_name()))
            }
            Self::Shared(failure) => failure.fault(),
        }
    }
}

/// Registers the case, or answers with it when the request was seen before.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::RegisterCaseRequest,
) -> Result<contract::Case, Error> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, proof, person) = access::enter::<acts::RegisterCase>(unit, &parent, &parent.to_string()).await?;

    let mut fields = Fields::new();
    let case = parse(&unit, &mut fields, &parent, &request);
    let request_id = fields.request_id(&request.request_id);
    let case = fields.finish(case)?.ok_or_else(|| Failure::Defect("a case without its officer".to_owned()))?;

    let name = case.name.to_string();
    if let Claim::Seen { resource } = unit.claim(request_id, &request, &name).await? {
        let seen: CaseName = parse_name("name", &resource)?;
        return Ok(convert::case(cases::load(&mut unit, &seen).await?));
    }
    // What an officer may do changes: it is asked after the claim, so that a repeated request answers as before.
    let seat = staff::seat_with(&mut unit, &case.placement_officer, "PLACEMENT_OFFICER").await?;
    let mut fields = Fields::new();
    if seat.is_none() {
        fields.violation("case.placement_officer", "must be a staff member with the function placement officer");
    }
    let seat = fields.finish(seat)?.ok_or_else(|| Failure::Defect("a case without its seat".to_owned()))?;
    let ground = Ground::read_at(&mut unit, &parent, &seat).await?;
    let watch = watching::registered(&case, &ground, unit.today())?;
    let registered = cases::insert(&mut unit, &proof, &case, watch.as_ref(), &person.staff_member).await;
    registered.map_err(|failure| {
        if convert::broke(&failure, "cases_customer_number") { Error::CustomerNumberExists } else { failure.into() }
    })?;
    let next_step_on = watch.and_then(|stored| stored.next_step_on);
    watching::wake(&mut unit, desk, &parent, next_step_on).await?;
    unit.commit(&name, "§ 67a SGB X").await?;
    Ok(convert::case(case))
}

fn parse(
    unit: &Unit,
    fields: &mut Fields,
    parent: &JobcenterName,
    request: &contract::RegisterCaseRequest,
) -> Option<cases::Case> {
    let today = unit.today();
    let wanted = fields.required("case", request.case.as_ref()).cloned().unwrap_or_default();
    let person = fields.required("case.person", wanted.person.as_ref()).cloned().unwrap_or_default();
    let born_on = fields.date("case.person.birth_date", person.birth_date.as_ref());
    if born_on > today {
        fields.violation("case.person.birth_date", "must not be in the future");
    }
    let person = cases::Person {
        given_name: fields.line("case.person.given_name", &person.given_name, 1..=200),
        family_name: fields.line("case.person.family_name", &person.family_name, 1..=200),
        born_on,
        customer_number: fields.line("case.person.customer_number", &person.customer_number, 1..=20),
        address_lines: fields.lines("case.person.address_lines", &person.address_lines, 1..=5, 1..=100),
    };
    let benefit_unit_number = fields.line("case.benefit_unit_number", &wanted.benefit_unit_number, 1..=20);
    let team = fields.slug("case.team", &wanted.team, 40);
    let profile = convert_profile::parse_profile(fields, "case.profile", wanted.profile.as_ref(), today);
    // A day that could not be read was told before.
    let known = profile.as_ref().map(|profile| profile.established_on).filter(|day| *day != Date::ZERO);
    if known.is_some_and(|day| day < born_on) {
        fields.violation("case.profile.established_date", "must not be before the birth");
    }
    let officer = convert::parse_staff_name(fields, "case.placement_officer", &wanted.placement_officer, parent);
    let (placement_officer, profile) = (officer?, profile?);
    Some(cases::Case {
        name: CaseName::new(parent.clone(), unit.new_id()),
        version: 1,
        person,
        benefit_unit_number,
        team,
        placement_officer,
        case_manager: None,
        current_episode: None,
        contact_changes: 0,
        team_decisions: Vec::new(),
        profile,
        created_at: unit.now(),
    })
}
