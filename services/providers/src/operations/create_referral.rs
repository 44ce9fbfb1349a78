//! `ReferralService.CreateReferral`: an officer of the case drafts a referral to an offer.

use lotse_kernel::{
    defaults::Months,
    legal::{Surroundings, Unanswered},
    names::{CaseName, EpisodeName, OfferName, ReferralName},
    policy::rules::ProviderReport,
};
use lotse_platform::{
    case_access::{Entered, latest_facts_of},
    failure::Failure,
    fields::{Fields, parse_name},
    principal::Caller,
    unit::Claim,
};
use lotse_proto::{cases::OpenStep, providers as contract};
use tonic_types::FieldViolation;
use uuid::Uuid;

use super::{KEEPING, VerbError};
use crate::{
    access::{Office, acts},
    convert,
    domain::{plan_step::PlanStep, referral::Referral},
    store::{
        offers,
        referrals::{self, Stored},
    },
};

/// The field that holds the agreed interval.
const INTERVAL: &str = "referral.report_interval_months";

/// The field that names the step of the plan.
const STEP: &str = "referral.plan_step";

/// A request that was read.
struct Wish {
    offer: OfferName,
    report_interval: Option<Months>,
    plan_step: Option<PlanStep>,
    request_id: Uuid,
}

/// Drafts the referral, or answers with it when the request was seen before.
///
/// # Errors
/// [`VerbError`]; never a wrong state.
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::CreateReferralRequest,
) -> Result<contract::Referral, VerbError> {
    let case: CaseName = parse_name("parent", &request.parent)?;
    let open_steps = open_steps(office, caller, &case, &request).await?;
    let entered = office.enter::<acts::CreateReferral>(caller, &case, case.to_string()).await?;
    let rules = entered.rules()?;
    let Entered { mut unit, proof, facts } = entered;
    let wish = parse(&request, &case)?;

    let name = ReferralName::new(case, unit.new_id());
    if let Claim::Seen { resource } = unit.claim(wish.request_id, &request, &name.to_string()).await? {
        let seen: ReferralName = parse_name("name", &resource)?;
        let stored = referrals::load(&mut unit, proof, &seen).await?;
        return Ok(convert::referral(&stored, rules.on(unit.today())).map_err(Failure::from)?);
    }
    let episode = facts.current_episode.parse::<EpisodeName>().ok().filter(|_| facts.episode_active);
    let episode = episode.ok_or(VerbError::EpisodeNotActive)?;
    let mut violations = Vec::from_iter(too_long(wish.report_interval, rules.on(unit.today())).map_err(Failure::from)?);
    if !offers::exists(&mut unit, proof, &wish.offer).await? {
        violations.push(FieldViolation::new("referral.offer", "must be a registered offer of this jobcenter"));
    }
    let is_open = |step: &PlanStep| {
        open_steps.iter().any(|open| (&open.goal_key, &open.step_key) == (&step.goal_key, &step.step_key))
    };
    if !wish.plan_step.as_ref().is_none_or(is_open) {
        let rule = "must be a step of the plan of the running episode that is neither done nor given up";
        violations.push(FieldViolation::new(STEP, rule));
    }
    if !violations.is_empty() {
        return Err(Failure::Fields(violations).into());
    }
    let referral = Referral::draft(name, wish.offer, episode, wish.report_interval, wish.plan_step);
    let stored = Stored { referral, created_at: unit.now() };
    referrals::insert(&mut unit, proof, &stored).await?;
    let shown = convert::referral(&stored, rules.on(unit.today())).map_err(Failure::from)?;
    unit.commit(&stored.referral.name.to_string(), KEEPING).await?;
    Ok(shown)
}

/// The steps of the plan that are still to be done, asked before the transaction and only where the referral names one. Asked as they are now and not
/// remembered: whoever refers right after planning must not hear that there is no such step. Cases is not asked about a foreign name.
async fn open_steps(
    office: &Office,
    caller: &Caller,
    case: &CaseName,
    request: &contract::CreateReferralRequest,
) -> Result<Vec<OpenStep>, Failure> {
    let names_one = request.referral.as_ref().is_some_and(|referral| referral.plan_step.is_some());
    if !names_one || caller.principal.jobcenter.as_deref() != Some(case.jobcenter().as_str()) {
        return Ok(Vec::new());
    }
    Ok(latest_facts_of(&*office.cases, case).await?.open_steps.clone())
}

fn parse(request: &contract::CreateReferralRequest, case: &CaseName) -> Result<Wish, Failure> {
    let mut fields = Fields::new();
    let wanted = fields.required("referral", request.referral.as_ref()).cloned().unwrap_or_default();
    let offer = fields.name::<OfferName>("referral.offer", &wanted.offer);
    if offer.as_ref().is_some_and(|offer| offer.jobcenter() != case.jobcenter()) {
        fields.violation("referral.offer", "must be a registered offer of this jobcenter");
    }
    let months = wanted.report_interval_months;
    if months < 0 {
        fields.violation(INTERVAL, "must not be negative");
    }
    let report_interval = (months > 0).then_some(Months(months));
    let plan_step = wanted.plan_step.as_ref().map(|told| convert::plan_step(&mut fields, STEP, told));
    let request_id = fields.request_id(&request.request_id);
    let offer = fields.finish(offer)?.ok_or_else(|| Failure::Defect("a referral without its offer".to_owned()))?;
    Ok(Wish { offer, report_interval, plan_step, request_id })
}

/// What is wrong with an interval that was agreed today (R90). Which version governs the reports is decided by the day on which the service
/// begins, and that may be today at the earliest: a draft is held against the version of today, the dates of the reports against that of
/// their service.
fn too_long(agreed: Option<Months>, around: Surroundings<'_>) -> Result<Option<FieldViolation>, Unanswered> {
    let Some(Months(agreed)) = agreed else { return Ok(None) };
    let governing = around.rule::<ProviderReport>(INTERVAL, around.today)?;
    let (longest, policy) = (governing.rule.longest_months, governing.citation);
    let text =
        || format!("must be 0 to {longest}, the longest that {policy} allows for a service beginning {}", around.today);
    Ok((agreed > longest).then(|| FieldViolation::new(INTERVAL, text())))
}
