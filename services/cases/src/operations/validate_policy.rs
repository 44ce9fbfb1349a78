//! `PolicyService.ValidatePolicy`: the check of a draft beside the others (R8).

use lotse_platform::{principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::ValidatePolicy,
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
    request: contract::ValidatePolicyRequest,
) -> Result<contract::Policy, Error> {
    policy_making::perform::<ValidatePolicy>(desk, caller, request).await
}

impl PolicyAct for ValidatePolicy {
    type Request = contract::ValidatePolicyRequest;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn decide(policy: Policy, scene: Scene) -> Result<Policy, Refused> {
        policy.validate(&scene.book, scene.today)
    }
}
