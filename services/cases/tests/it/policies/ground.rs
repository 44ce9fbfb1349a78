//! Drafts that are right, the acts on them, and what the contract's tests send to `PolicyService`.

use std::sync::atomic::{AtomicU32, Ordering};

use jiff::civil::Date;
use lotse_devstack::{
    contract::{ABROAD, Misfit, Right, Told},
    service::Client,
};
use lotse_kernel::dates::add_days;
use lotse_platform::fields::contract_date;
use lotse_proto::cases::{
    self as contract, OpenDuties, Policy, PolicyKey, PolicyParameter, policy_parameter::Value,
    policy_service_client::PolicyServiceClient,
};
use prost::Message;
use tonic::{Code, Status};

use crate::{
    house::{House, TODAY, request_id},
    story::instant,
};

pub const PARENT: &str = "jobcenters/musterstadt";

pub fn parameter(name: &str, value: Value) -> PolicyParameter {
    PolicyParameter { name: name.into(), value: Some(value), ..Default::default() }
}

/// Escalations every so many days, with the federal values otherwise.
pub fn escalating_every(days: i32) -> Vec<PolicyParameter> {
    let values =
        [("interval_days", days), ("longest_pause_days", 28), ("provider_lead_round", 2), ("provider_days", 84)];
    values.map(|(name, number)| parameter(name, Value::Number(number))).into()
}

/// A soft limit of so many months, with the federal values otherwise.
pub fn limit(months: i32, valid_from: Date) -> Policy {
    let number = |name, number| parameter(name, Value::Number(number));
    Policy {
        key: PolicyKey::RegularMaximum.into(),
        valid_from_date: Some(contract_date(valid_from)),
        legal_basis: "Dienstanweisung 3/2026".into(),
        parameters: vec![
            number("months", months),
            number("first_notice_months", 3),
            number("second_notice_months", 1),
            number("grace_working_days", 1),
            parameter("approver", Value::Code("TEAM_LEAD".into())),
            number("extension_months", 24),
            number("extension_opening_days", 30),
            parameter("extension_anchor", Value::Code("LIKE_NUMBERED_DAY".into())),
        ],
        open_duties: OpenDuties::Keep.into(),
        ..Default::default()
    }
}

pub fn until(policy: Policy, day: Date) -> Policy {
    Policy { valid_to_date: Some(contract_date(day)), ..policy }
}

/// A version that may begin on the day of its approval, or have begun before.
pub fn at_once(policy: Policy) -> Policy {
    Policy { retroactive_reason: "Die Dienstanweisung gilt ab sofort.".into(), ..policy }
}

/// An id for a request that was never sent.
pub fn fresh_id() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    request_id(&format!("policy {}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

pub fn draft_of(policy: Policy) -> contract::DraftPolicyRequest {
    contract::DraftPolicyRequest { parent: PARENT.into(), policy: Some(policy), request_id: fresh_id() }
}

/// A request of one of the three acts on a version, at the state in which it was last read.
macro_rules! act {
    ($request:ident, $policy:expr) => {
        contract::$request { name: $policy.name.clone(), etag: $policy.etag.clone(), request_id: fresh_id() }
    };
}

impl House {
    pub fn policies(&self, subject: &str) -> PolicyServiceClient<Client> {
        PolicyServiceClient::new(self.who(subject))
    }

    pub async fn draft(&self, policy: Policy) -> Result<Policy, Status> {
        Ok(self.policies("doris").draft_policy(draft_of(policy)).await?.into_inner())
    }

    pub async fn validate(&self, policy: &Policy) -> Result<Policy, Status> {
        Ok(self.policies("doris").validate_policy(act!(ValidatePolicyRequest, policy)).await?.into_inner())
    }

    pub async fn approve(&self, by: &str, policy: &Policy) -> Result<Policy, Status> {
        Ok(self.policies(by).approve_policy(act!(ApprovePolicyRequest, policy)).await?.into_inner())
    }

    pub async fn withdraw(&self, policy: &Policy) -> Result<Policy, Status> {
        Ok(self.policies("hanna").withdraw_policy(act!(WithdrawPolicyRequest, policy)).await?.into_inner())
    }

    /// A version that has gone the whole way.
    pub async fn in_force(&self, policy: Policy) -> Policy {
        let drafted = self.draft(policy).await.expect("a draft");
        let validated = self.validate(&drafted).await.expect("a sound draft");
        self.approve("gerda", &validated).await.expect("a second person")
    }

    pub async fn resolve(&self, key: PolicyKey, fact_on: Date) -> Result<Policy, Status> {
        let request = contract::ResolvePolicyRequest {
            parent: PARENT.into(),
            key: key.into(),
            fact_date: Some(contract_date(fact_on)),
        };
        Ok(self.policies("anna").resolve_policy(request).await?.into_inner())
    }

    /// A version as it is read now.
    pub async fn read(&self, policy: &Policy) -> Policy {
        let request = contract::GetPolicyRequest { name: policy.name.clone() };
        self.policies("anna").get_policy(request).await.expect("a version").into_inner()
    }

    /// Every version of a key.
    pub async fn listed(&self, key: PolicyKey) -> Vec<Policy> {
        let request = contract::ListPoliciesRequest { parent: PARENT.into(), key: key.into(), ..Default::default() };
        self.policies("emil").list_policies(request).await.expect("a list").into_inner().policies
    }

    /// A draft of its own, some weeks ahead of wherever the clock stands.
    async fn next_draft(&self) -> Policy {
        self.draft(limit(18, add_days(self.today(), 30))).await.expect("a draft")
    }

    /// The first page of a version of its own that begins on a day and takes open duties over.
    async fn first_page(&self, begins: Date) -> contract::ReplanDutiesRequest {
        let replanning = Policy { open_duties: OpenDuties::Replan.into(), ..at_once(limit(18, begins)) };
        let name = self.in_force(replanning).await.name;
        let business_time = Some(instant(self.today()));
        contract::ReplanDutiesRequest { name, page: 1, business_time, request_id: fresh_id() }
    }

    /// What the contract's tests send to `PolicyService` and to its process API; `None` for other services.
    pub async fn of_the_policies(&self, rpc: &str) -> Option<Right> {
        let doris = || self.who("doris");
        let right = match rpc {
            "PolicyService.DraftPolicy" => {
                let request = draft_of(limit(18, add_days(self.today(), 30)));
                let mut other = request.clone();
                other.policy.get_or_insert_default().note = "anders".into();
                Right::new(doris(), &request).or(&other)
            }
            "PolicyService.ValidatePolicy" => {
                Right::new(doris(), &act!(ValidatePolicyRequest, self.next_draft().await))
            }
            "PolicyService.ApprovePolicy" => {
                let validated = self.validate(&self.next_draft().await).await.expect("a sound draft");
                Right::new(self.who("gerda"), &act!(ApprovePolicyRequest, validated)).not_by(
                    "controlling",
                    self.who("hanna"),
                    Told::Forbidden,
                )
            }
            "PolicyService.WithdrawPolicy" => {
                Right::new(doris(), &act!(WithdrawPolicyRequest, self.next_draft().await))
            }
            "PolicyService.GetPolicy" => {
                Right::new(self.who("bernd"), &contract::GetPolicyRequest { name: self.next_draft().await.name })
            }
            "PolicyService.SimulatePolicy" => {
                Right::new(self.who("hanna"), &contract::SimulatePolicyRequest { name: self.next_draft().await.name })
            }
            "PolicyService.ListPolicies" => {
                let request = contract::ListPoliciesRequest { parent: PARENT.into(), ..Default::default() };
                Right::new(self.who("bernd"), &request)
            }
            "PolicyService.ResolvePolicy" => {
                let request = contract::ResolvePolicyRequest {
                    parent: PARENT.into(),
                    key: PolicyKey::RegularMaximum.into(),
                    fact_date: Some(contract_date(TODAY)),
                };
                Right::new(self.who("bernd"), &request)
            }
            "PolicyService.GetActivationReport" => {
                let name = self.in_force(limit(18, add_days(self.today(), 30))).await.name;
                Right::new(doris(), &contract::GetActivationReportRequest { name, ..Default::default() }).not_by(
                    "a case manager",
                    self.who("anna"),
                    Told::Forbidden,
                )
            }
            "PolicyProcessService.GetActivation" => {
                let name = self.in_force(limit(18, add_days(self.today(), 30))).await.name;
                let business_time = Some(instant(self.today()));
                return Some(Right::new(self.sibling(), &contract::GetActivationRequest { name, business_time }));
            }
            "PolicyProcessService.ReplanDuties" => {
                let request = self.first_page(self.today()).await;
                let other = contract::ReplanDutiesRequest { page: 2, ..request.clone() };
                return Some(Right::new(self.sibling(), &request).or(&other));
            }
            _ => return None,
        };
        let reads = ["Get", "List", "Resolve"].iter().any(|verb| rpc.contains(&format!(".{verb}")));
        let right = if reads { right } else { right.not_by("a case manager", self.who("anna"), Told::Forbidden) };
        let abroad = self.service.person("doris", Some(ABROAD), &["team-lead", "controlling"]).expect("a token");
        Some(right.not_by("somebody from abroad", abroad, Told::Nothing))
    }

    /// A write of `PolicyService` at the wrong time; `None` for the one that has none.
    pub async fn misfit_of_the_policies(&self, rpc: &str) -> Option<Misfit> {
        let wrong = |by: &str, message: Vec<u8>| {
            Some(Misfit::Refused(self.who(by), message, Code::FailedPrecondition, "POLICY_WRONG_STATE"))
        };
        match rpc {
            "PolicyService.DraftPolicy" => None,
            "PolicyService.ValidatePolicy" => {
                let validated = self.validate(&self.next_draft().await).await.expect("a sound draft");
                wrong("doris", act!(ValidatePolicyRequest, validated).encode_to_vec())
            }
            "PolicyService.ApprovePolicy" => {
                wrong("gerda", act!(ApprovePolicyRequest, self.next_draft().await).encode_to_vec())
            }
            "PolicyService.WithdrawPolicy" => {
                let withdrawn = self.withdraw(&self.next_draft().await).await.expect("a draft");
                wrong("doris", act!(WithdrawPolicyRequest, withdrawn).encode_to_vec())
            }
            "PolicyProcessService.ReplanDuties" => {
                let early = self.first_page(add_days(self.today(), 30)).await;
                Some(Misfit::Idle(self.sibling(), early.encode_to_vec()))
            }
            _ => unreachable!("no wrong time of {rpc} is known"),
        }
    }
}
