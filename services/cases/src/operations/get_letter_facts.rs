//! `CaseAccessService.GetLetterFacts` (process API): social data on its way into a letter.

use lotse_kernel::names::{CaseName, DutyName, EpisodeName, StaffName};
use lotse_platform::{
    failure::Failure,
    fields::{Fields, contract_date, parse_name},
    principal::Caller,
    unit::{Desk, Unit},
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    store::{cases, duties, episodes, jobcenters, staff},
};

/// Reads what the letter needs; the read is audited.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetLetterFactsRequest,
) -> Result<contract::LetterFacts, Failure> {
    let name: CaseName = parse_name("case", &request.case)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, &name, &request.case).await?;
    let (mut unit, _) = unit.authorize::<acts::GetLetterFacts>(&person, &resource).await?;
    let (episode, duty) = subject(&name, &request.cause)?;

    let case = cases::load(&mut unit, &name).await?;
    let jobcenter = jobcenters::load(&mut unit, name.jobcenter_name()).await?;
    let jobcenter = jobcenter.ok_or_else(|| Failure::Defect("a case without its jobcenter".to_owned()))?;
    let episode = episodes::load(&mut unit, &episode).await?.episode;
    let due = match &duty {
        Some(duty) => Some(duties::load(&mut unit, duty).await?.duty),
        None => None,
    };
    let officer = episode.case_manager().unwrap_or(&case.placement_officer).clone();
    let officer = member(&mut unit, &officer).await?;
    let contact = member(&mut unit, &case.placement_officer).await?;
    let closing = episode.closing();
    let facts = contract::LetterFacts {
        jobcenter_name: jobcenter.display_name,
        jobcenter_address_lines: jobcenter.address_lines,
        land: jobcenter.place.land().to_string(),
        person_name: format!("{} {}", case.person.given_name, case.person.family_name),
        person_address_lines: case.person.address_lines,
        customer_number: case.person.customer_number,
        officer_name: officer.display_name,
        officer_phone: officer.phone,
        officer_email: officer.email,
        officer: officer.name.to_string(),
        target_date: due.as_ref().map(|duty| contract_date(duty.deadline().target_on())),
        due_date: due.as_ref().map(|duty| contract_date(duty.deadline().due_on())),
        end_reason: closing.map(|closing| closing.note.reason.code().to_owned()).unwrap_or_default(),
        aftercare_until_date: episode.aftercare_until().map(contract_date),
        end_date: closing.map(|closing| contract_date(closing.ended_on)),
        contact_name: contact.display_name,
        contact_phone: contact.phone,
    };
    unit.commit_read(&request.cause, "§ 67b SGB X").await?;
    Ok(facts)
}

/// The episode a letter is about, and the duty if it is about one; both of this case.
fn subject(case: &CaseName, asked: &str) -> Result<(EpisodeName, Option<DutyName>), Failure> {
    let duty = asked.parse::<DutyName>().ok();
    let (episode, duty) = match duty.as_ref().and_then(DutyName::episode).cloned() {
        Some(episode) => (episode, duty),
        // No letter is about a duty outside case management.
        None => (parse_name::<EpisodeName>("cause", asked)?, None),
    };
    if episode.case() == case {
        return Ok((episode, duty));
    }
    let mut fields = Fields::new();
    fields.violation("cause", "must belong to the case");
    fields.finish((episode, duty))
}

async fn member(unit: &mut Unit, name: &StaffName) -> Result<staff::StaffMember, Failure> {
    staff::load(unit, name).await?.ok_or_else(|| Failure::NotFound { name: name.to_string() })
}
