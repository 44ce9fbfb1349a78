//! `PolicyService.DraftPolicy`: a local version that varies a federal rule (R8).

use lotse_kernel::names::{JobcenterName, PolicyName};
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::Caller,
    unit::{Claim, Desk},
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    convert_policy,
    domain::policies::{Policy, Standing},
    policy_making::GROUND,
    store::policies,
};

/// Drafts the version, or answers with it when the request was seen before.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::DraftPolicyRequest,
) -> Result<contract::Policy, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, proof, person) = access::enter::<acts::DraftPolicy>(unit, &parent, &parent.to_string()).await?;

    let mut fields = Fields::new();
    let draft = convert_policy::parse_draft(&mut fields, &parent, request.policy.as_ref());
    let request_id = fields.request_id(&request.request_id);
    let draft = fields.finish(draft)?.ok_or_else(|| Failure::Defect("a draft that was not read".to_owned()))?;

    let name = PolicyName::new(parent.clone(), unit.new_id());
    if let Claim::Seen { resource } = unit.claim(request_id, &request, &name.to_string()).await? {
        let seen: PolicyName = parse_name("name", &resource)?;
        return policies::show(&mut unit, &seen).await;
    }
    // What depends on the law and on the day comes after the claim: a repeated request answers the same when both have moved on.
    let book = policies::book(&mut unit, &parent).await?;
    let (mut version, retroactive_reason) =
        convert_policy::check_draft(request.policy.as_ref(), draft, &book, unit.today())?;
    policies::lock(&mut unit, &parent, version.key).await?;
    version.version = policies::next_number(&mut unit, &parent, version.key).await?;
    let stored = policies::Stored {
        policy: Policy {
            name,
            version,
            standing: Standing::Draft,
            retroactive_reason,
            drafter: Some(person.staff_member.parse().map_err(|_| Failure::NotPermitted)?),
        },
        version: 1,
        created_at: unit.now(),
    };
    policies::insert(&mut unit, &proof, &stored).await?;
    unit.commit(&stored.policy.name.to_string(), GROUND).await?;
    Ok(convert_policy::policy(&stored, &book))
}
