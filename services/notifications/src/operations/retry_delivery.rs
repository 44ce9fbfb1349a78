//! `DeliveryService.RetryDelivery`: a person mended the cause and tries again.

use lotse_kernel::names::DeliveryName;
use lotse_platform::{
    failure::{Failure, Fault, OperationError, bare},
    fields::{Fields, parse_name},
    principal::Caller,
    unit::Claim,
};
use lotse_proto::{cases::NoticeAudience, notifications as contract};
use thiserror::Error;
use tonic::Code;

use crate::{
    access::{self, acts},
    convert,
    domain::delivery::NotFailed,
    role::Office,
    store::deliveries,
};

/// Why a delivery is not retried.
#[derive(Debug, Error)]
pub enum Error {
    /// It is under way or done.
    #[error(transparent)]
    WrongState(#[from] NotFailed),
    /// What any operation may meet.
    #[error(transparent)]
    Shared(#[from] Failure),
}

impl OperationError for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::WrongState(NotFailed { state }) => {
                let reason = bare(contract::ErrorReason::WrongState.as_str_name());
                Fault::new(Code::FailedPrecondition, reason).with("state", *state).with("allowed", "FAILED")
            }
            Self::Shared(failure) => failure.fault(),
        }
    }
}

/// Puts a failed delivery back to the queue, to the recipient's present address.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::RetryDeliveryRequest,
) -> Result<contract::Delivery, Error> {
    let name: DeliveryName = parse_name("name", &request.name)?;
    let person = office.person(caller).await?;
    let address = present_address(office, caller, &name).await?;
    let mut unit = office.desk.begin(caller, name.jobcenter().as_str()).await?;
    let team = if unit.is_home() { deliveries::access_facts(&mut unit, &name).await? } else { None };
    let (mut unit, proof) = unit.authorize::<acts::RetryDelivery>(&person, &access::delivery(&name, team)).await?;
    let delivery = deliveries::load(&mut unit, &proof, &name).await?;

    let mut fields = Fields::new();
    let (request_id, version) = (fields.request_id(&request.request_id), fields.etag(&request.etag));
    fields.finish(())?;

    if unit.claim(request_id, &request, &name.to_string()).await? != Claim::New {
        return Ok(convert::delivery(&delivery, office.sender.as_ref()));
    }
    if delivery.version != version {
        return Err(Failure::StaleEtag.into());
    }
    let now = office.desk.wall.now();
    let delivery = deliveries::update_retried(&mut unit, &proof, delivery.retry(now)?, now, address.as_deref()).await?;
    unit.ring_after_commit();
    unit.commit(&name.to_string(), "§ 44b SGB II").await?;
    Ok(convert::delivery(&delivery, office.sender.as_ref()))
}

/// The recipient's address as cases knows it now; `None` when the recipient has left, or is none of the caller's colleagues.
async fn present_address(office: &Office, caller: &Caller, name: &DeliveryName) -> Result<Option<String>, Failure> {
    let home = caller.principal.jobcenter.as_deref();
    if home.is_some_and(|home| home != name.jobcenter().as_str()) {
        return Ok(None);
    }
    let recipient = name.notice().staff();
    let audience = NoticeAudience { staff_member: recipient.to_string(), ..NoticeAudience::default() };
    let found = office.staff.recipients(recipient.jobcenter_name(), &audience).await?;
    Ok(found.into_iter().next().map(|recipient| recipient.address))
}
