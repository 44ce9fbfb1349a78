//! `PolicyService.ResolvePolicy`: the version that governs a fact, chosen by the fact's date and never by today (R8).

use jiff::civil::Date;
use lotse_kernel::{names::JobcenterName, policy::PolicyKey};
use lotse_platform::{
    failure::{Failure, Fault, OperationError, bare},
    fields::{Fields, parse_name},
    principal::Caller,
    unit::Desk,
};
use lotse_proto::cases as contract;
use thiserror::Error;
use tonic::Code;

use crate::{
    access::{self, acts},
    convert_policy,
    store::policies,
};

/// Why no version is found.
#[derive(Debug, Error)]
pub enum Error {
    /// None holds.
    #[error("no version of {key} governs a fact of {fact_on}")]
    NotInForce {
        /// Of which rule.
        key: PolicyKey,
        /// On which day.
        fact_on: Date,
    },
    /// What any operation may meet.
    #[error(transparent)]
    Shared(#[from] Failure),
}

impl OperationError for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::NotInForce { key, fact_on } => {
                Fault::new(Code::NotFound, bare(contract::ErrorReason::PolicyNotInForce.as_str_name()))
                    .with("key", key.code())
                    .with("fact_date", fact_on.to_string())
            }
            Self::Shared(failure) => failure.fault(),
        }
    }
}

/// Finds the version.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ResolvePolicyRequest,
) -> Result<contract::Policy, Error> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, _, _) = access::enter::<acts::ResolvePolicy>(unit, &parent, &parent.to_string()).await?;
    let mut fields = Fields::new();
    let key = convert_policy::parse_key(&mut fields, "key", request.key);
    let fact_on = fields.date("fact_date", request.fact_date.as_ref());
    let key = fields.finish(key)?.ok_or_else(|| Failure::Defect("a key that was not read".to_owned()))?;

    let book = policies::book(&mut unit, &parent).await?;
    let governing = book.governing(key, fact_on, unit.today()).ok_or(Error::NotInForce { key, fact_on })?;
    let stored = policies::find(&mut unit, &parent, governing).await?;
    Ok(convert_policy::policy(&stored, &book))
}
