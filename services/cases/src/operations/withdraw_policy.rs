//! `PolicyService.WithdrawPolicy`: a version is given up before it was approved (R8).

use lotse_platform::{principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::WithdrawPolicy,
    domain::policies::{Policy, Refused},
    policy_making::{self, Error, PolicyAct, Scene},
};

/// Performs the act.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::WithdrawPolicyRequest,
) -> Result<contract::Policy, Error> {
    policy_making::perform::<WithdrawPolicy>(desk, caller, request).await
}

impl PolicyAct for WithdrawPolicy {
    type Request = contract::WithdrawPolicyRequest;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn decide(policy: Policy, _: Scene) -> Result<Policy, Refused> {
        policy.withdraw()
    }
}
