//! `PolicyService.ApprovePolicy`: the second pair of eyes, after which a version is never edited (R8).

use lotse_platform::{principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::ApprovePolicy,
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
    request: contract::ApprovePolicyRequest,
) -> Result<contract::Policy, Error> {
    policy_making::perform::<ApprovePolicy>(desk, caller, request).await
}

impl PolicyAct for ApprovePolicy {
    type Request = contract::ApprovePolicyRequest;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn decide(policy: Policy, scene: Scene) -> Result<Policy, Refused> {
        policy.approve(scene.actor, scene.now, &scene.book, scene.today)
    }
}
