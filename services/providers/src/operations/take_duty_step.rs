//! `ReferralProcessService.TakeDutyStep`: time takes a step, and somebody is told.

use lotse_kernel::{
    duty::{DutyKind, DutyStep},
    names::{EpisodeName, ReferralName},
};
use lotse_platform::{
    case_access::{latest_facts_of, manager_of},
    convert,
    failure::Failure,
    fields::{Fields, business_time, parse_name},
    principal::Caller,
    rules::Rules,
};
use lotse_proto::{
    cases::{CaseFacts, NoticeAudience, StaffFunction},
    common, providers as contract,
};
use uuid::Uuid;

use super::KEEPING;
use crate::{
    access::{Office, acts},
    domain::timetable::{AskedStep, Taken, lead_hears, take, timetable},
    store::referrals,
};

/// Takes the step, if it is the next one and its day has come. Asked for again, it names who is to be told by now.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::TakeDutyStepRequest,
) -> Result<contract::TakeDutyStepResponse, Failure> {
    let name: ReferralName = parse_name("name", &request.name)?;
    let now = business_time(request.business_time.as_ref())?;
    // Who is to be told, and by which rules, is asked before the transaction: no network call inside it. By the rules of some seconds ago the
    // step might not be due yet, and the workflow would sleep until their date.
    let facts = latest_facts_of(&*office.cases, name.case()).await?;
    let rules = Rules::told(&facts).map_err(|error| error.failure())?;
    let (mut unit, proof) =
        office.enter_process::<acts::TakeDutyStep>(caller, name.case(), name.to_string(), now).await?;
    let (asked, request_id) = parse(&request)?;
    // A step that is taken again has the same id at a later time of its workflow; only what is written is claimed for good.
    let timeless = contract::TakeDutyStepRequest { business_time: None, ..request };
    unit.claim(request_id, &timeless, &name.to_string()).await?;

    let around = rules.on(unit.today());
    let stored = referrals::lock(&mut unit, proof, &name).await?;
    let (mut referral, taken) = take(stored.referral, asked, around)?;
    if taken == Taken::Now {
        referral = referrals::update(&mut unit, proof, referral).await?;
        unit.commit(&name.to_string(), KEEPING).await?;
    }
    Ok(contract::TakeDutyStepResponse {
        taken: taken == Taken::Now,
        audiences: if taken == Taken::Nothing {
            Vec::new()
        } else {
            audiences(&facts, &referral.episode, lead_hears(&referral, asked, around)?)
        },
        timetable: Some(convert::timetable(&timetable(&referral, around)?)),
    })
}

fn parse(request: &contract::TakeDutyStepRequest) -> Result<(AskedStep, Uuid), Failure> {
    let mut fields = Fields::new();
    let kind: common::DutyKind = fields.choice("kind", request.kind);
    let step: common::DutyStep = fields.choice("step", request.step);
    let asked = AskedStep {
        kind: kind.as_str_name().trim_start_matches("DUTY_KIND_").parse().unwrap_or(DutyKind::ProviderAnswer),
        reports: fields.number("reports", request.reports, 0..=1_000),
        step: step.as_str_name().trim_start_matches("DUTY_STEP_").parse().unwrap_or(DutyStep::Open),
        round: fields.number("round", request.round, 1..=1_000),
    };
    let request_id = fields.request_id(&request.request_id);
    fields.finish((asked, request_id))
}

/// The responsible officer of the referral's episode; from the escalation on that the policy names the team's lead too (R141).
fn audiences(facts: &CaseFacts, episode: &EpisodeName, lead_hears: bool) -> Vec<NoticeAudience> {
    let manager = manager_of(facts, episode);
    let officer = if manager.is_empty() { facts.placement_officer.as_str() } else { manager };
    let mut told = Vec::new();
    if !officer.is_empty() {
        told.push(NoticeAudience { staff_member: officer.to_owned(), ..NoticeAudience::default() });
    }
    if lead_hears && !facts.team.is_empty() {
        let (function, team) = (StaffFunction::TeamLead.into(), facts.team.clone());
        told.push(NoticeAudience { function, team, ..NoticeAudience::default() });
    }
    told
}
