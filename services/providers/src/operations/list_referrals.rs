//! `ReferralService.ListReferrals`: the referrals of a case, or of a step of its plan, newest first.

use lotse_kernel::names::CaseName;
use lotse_platform::{
    case_access::Entered,
    failure::Failure,
    fields::{Fields, parse_name},
    paging::Page,
    principal::Caller,
};
use lotse_proto::providers as contract;

use crate::{
    access::{Office, acts},
    convert,
    store::referrals,
};

/// Lists the referrals.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::ListReferralsRequest,
) -> Result<contract::ListReferralsResponse, Failure> {
    let case: CaseName = parse_name("parent", &request.parent)?;
    let entered = office.enter::<acts::ListReferrals>(caller, &case, case.to_string()).await?;
    let rules = entered.rules()?;
    let Entered { mut unit, proof, .. } = entered;
    let mut fields = Fields::new();
    let of = request.plan_step.as_ref().map(|told| convert::plan_step(&mut fields, "plan_step", told));
    let of = fields.finish(of)?;
    let list = match &of {
        Some(step) => format!("referrals/{case}/{}/{}", step.goal_key, step.step_key),
        None => format!("referrals/{case}"),
    };
    let page = Page::parse(&list, request.page_size, &request.page_token)?;
    let mut rows = referrals::list(&mut unit, proof, &case, of.as_ref(), &page).await?;
    let next_page_token = page.cut(&mut rows, |row| row.referral.name.id());
    let around = rules.on(unit.today());
    let referrals = rows.iter().map(|row| convert::referral(row, around)).collect::<Result<_, _>>()?;
    Ok(contract::ListReferralsResponse { referrals, next_page_token })
}
