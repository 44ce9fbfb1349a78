//! The one way in which a policy version moves after it was drafted: validated, approved or withdrawn, all go through [`perform`].

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    names::{PolicyName, StaffName},
    policy::{Book, PolicyKey},
    workflow::{ActivationInput, Sender, WorkflowInput as _},
};
use lotse_platform::{
    authorization::Act,
    failure::{Failure, Fault, OperationError, bare},
    fields::{Fields, parse_name},
    outbox,
    principal::Caller,
    unit::{Claim, Desk, Unit},
};
use lotse_proto::cases as contract;
use prost::Message;
use thiserror::Error;
use tonic::Code;
use tonic_types::FieldViolation;

use crate::{
    access, convert_policy,
    domain::policies::{Policy, PolicyState, Refused, Standing, activation},
    store::policies,
};

/// The ground of everything that is done with policies: what a jobcenter may set itself is set by its own decision.
pub const GROUND: &str = "§ 44b SGB II; R8";

/// Why an act on a version did not happen.
#[derive(Debug, Error)]
pub enum Error {
    /// The domain refuses.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// What any operation may meet.
    #[error(transparent)]
    Shared(#[from] Failure),
}

impl OperationError for Error {
    fn fault(&self) -> Fault {
        use contract::ErrorReason as Reason;
        let wrong_state = |reason: Reason| Fault::new(Code::FailedPrecondition, bare(reason.as_str_name()));
        match self {
            Self::Shared(failure) => failure.fault(),
            Self::Refused(refused) => match refused {
                Refused::WrongState { state, allowed } => {
                    let allowed: Vec<_> = allowed.iter().copied().map(PolicyState::code).collect();
                    wrong_state(Reason::PolicyWrongState).with("state", state.code()).with("allowed", allowed.join(","))
                }
                Refused::Collides { citation } => {
                    let text =
                        format!("must end before {citation} begins, which is approved for days of it; or correct that");
                    Fault {
                        violations: vec![FieldViolation::new("valid_to_date", text)],
                        ..wrong_state(Reason::PolicyCollides).with("citation", citation.clone())
                    }
                }
                Refused::Begun { valid_from } => {
                    let text = format!("must say why the version holds from {valid_from} on, a day that has come");
                    Fault {
                        violations: vec![FieldViolation::new("retroactive_reason", text)],
                        ..wrong_state(Reason::PolicyBegun).with("valid_from_date", valid_from.to_string())
                    }
                }
                Refused::Unsound(faults) => {
                    let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
                    let violations = faults.iter().map(|fault| FieldViolation::new(&fault.field, &fault.text));
                    Fault {
                        violations: violations.collect(),
                        ..wrong_state(Reason::PolicyUnsound).with("fields", fields.join(","))
                    }
                }
                Refused::FourEyes => Fault::new(Code::PermissionDenied, bare(Reason::FourEyes.as_str_name())),
            },
        }
    }
}

/// What an act may look at beside the version.
#[derive(Debug)]
pub struct Scene {
    /// The business date.
    pub today: Date,
    /// The business time.
    pub now: Timestamp,
    /// The acting staff member.
    pub actor: StaffName,
    /// The approved versions under which the jobcenter lives.
    pub book: Arc<Book>,
}

/// One act on a version.
pub trait PolicyAct: Act {
    /// The contract's request.
    type Request: Message + Default + Sync;

    /// Name, etag and `request_id`, which every act has.
    fn target(request: &Self::Request) -> (&str, &str, &str);

    /// Asks the domain.
    ///
    /// # Errors
    /// Why the domain refuses.
    fn decide(policy: Policy, scene: Scene) -> Result<Policy, Refused>;
}

/// Performs an act: the ten stops in order, the same for each.
///
/// # Errors
/// See [`enum@Error`].
pub async fn perform<A: PolicyAct>(
    desk: &Desk,
    caller: &Caller,
    request: A::Request,
) -> Result<contract::Policy, Error> {
    let (asked, etag, request_id) = A::target(&request);
    let name: PolicyName = parse_name("name", asked)?;
    let unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (mut unit, _proof, person) = access::enter::<A>(unit, name.jobcenter_name(), asked).await?;
    let stored = policies::load(&mut unit, &name).await?;

    let mut fields = Fields::new();
    let (request_id, version) = (fields.request_id(request_id), fields.etag(etag));
    fields.finish(())?;

    if unit.claim(request_id, &request, asked).await? != Claim::New {
        // What was read before the claim waited for the first call may be what that call changed.
        return Ok(policies::show(&mut unit, &name).await?);
    }
    if stored.version != version {
        return Err(Failure::StaleEtag.into());
    }
    // Two versions of one rule are not approved at the same time: each would look for collisions before the other is there.
    policies::lock(&mut unit, name.jobcenter_name(), stored.policy.version.key).await?;
    let scene = Scene {
        today: unit.today(),
        now: unit.now(),
        actor: person.staff_member.parse().map_err(|_| Failure::NotPermitted)?,
        book: policies::book(&mut unit, name.jobcenter_name()).await?,
    };
    let book = Arc::clone(&scene.book);
    let policy = match A::decide(stored.policy, scene) {
        Err(Refused::FourEyes) => {
            unit.take_back(desk, asked).await?;
            return Err(Refused::FourEyes.into());
        }
        other => other?,
    };
    policies::save_standing(&mut unit, &policy, version).await?;
    let is_approved = matches!(policy.standing, Standing::Approved { .. });
    if is_approved && activation::replans(&policy.version) {
        let (key, first_on) = (policy.version.key, policy.version.valid_from);
        start_activation(&mut unit, desk, policy.name.clone(), key, first_on)?;
    }
    unit.commit(asked, GROUND).await?;
    let book = if is_approved { Arc::new(book.with(policy.version.clone())) } else { book };
    let after = policies::Stored { policy, version: version + 1, created_at: stored.created_at };
    Ok(convert_policy::policy(&after, &book))
}

/// Starts the workflow that waits for the first day and has open duties computed again. It is told once: what is approved is never edited.
///
/// # Errors
/// [`Failure::Defect`] when its input cannot be written, which no name causes.
pub fn start_activation(
    unit: &mut Unit,
    desk: &Desk,
    policy: PolicyName,
    key: PolicyKey,
    first_on: Date,
) -> Result<(), Failure> {
    let input = ActivationInput::new(policy, key, first_on, !desk.clock.is_simulated());
    let (workflow_id, start) = (input.workflow_id().to_string(), Some(outbox::Start::of(&input)?));
    outbox::enqueue(
        unit,
        outbox::Event { workflow_id, seq: 1, sender: Sender::Cases.code(), kind: "POLICY_APPROVED", start },
    );
    Ok(())
}
