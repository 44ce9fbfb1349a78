//! `ProviderService.RegisterProvider`: a provider enters the register.

use lotse_kernel::names::{JobcenterName, ProviderName};
use lotse_platform::{
    failure::{Failure, Fault, OperationError, bare, broken_constraint},
    fields::{Fields, parse_name},
    principal::Caller,
    unit::Claim,
};
use lotse_proto::providers as contract;
use thiserror::Error;
use tonic::Code;

use super::REGISTER;
use crate::{
    access::{Office, acts},
    convert,
    store::providers::{self, Provider},
};

/// Why a provider is not registered.
#[derive(Debug, Error)]
pub enum RegisterProviderError {
    /// What any operation may meet.
    #[error(transparent)]
    Common(#[from] Failure),
    /// The name is registered in this jobcenter.
    #[error("a provider of this name is registered in this jobcenter")]
    ProviderExists,
}

impl OperationError for RegisterProviderError {
    fn fault(&self) -> Fault {
        match self {
            Self::Common(failure) => failure.fault(),
            Self::ProviderExists => {
                Fault::new(Code::AlreadyExists, bare(contract::ErrorReason::ProviderExists.as_str_name()))
            }
        }
    }
}

/// Registers the provider, or answers with it when the request was seen before.
///
/// # Errors
/// [`RegisterProviderError`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::RegisterProviderRequest,
) -> Result<contract::Provider, RegisterProviderError> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let (mut unit, proof) =
        office.enter_register::<acts::RegisterProvider>(caller, &parent, parent.to_string()).await?;
    let mut fields = Fields::new();
    let wanted = fields.required("provider", request.provider.as_ref()).cloned().unwrap_or_default();
    let provider = Provider {
        name: ProviderName::new(parent, unit.new_id()),
        version: 1,
        display_name: fields.line("provider.display_name", &wanted.display_name, 1..=200),
        email: fields.email("provider.email", &wanted.email),
        phone: fields.line("provider.phone", &wanted.phone, 0..=40),
        address_lines: fields.lines("provider.address_lines", &wanted.address_lines, 1..=5, 1..=100),
        created_at: unit.now(),
    };
    let request_id = fields.request_id(&request.request_id);
    let (provider, request_id) = fields.finish((provider, request_id))?;

    let name = provider.name.to_string();
    if let Claim::Seen { resource } = unit.claim(request_id, &request, &name).await? {
        let seen: ProviderName = parse_name("name", &resource)?;
        return Ok(convert::provider(providers::load(&mut unit, proof, &seen).await?));
    }
    providers::insert(&mut unit, proof, &provider).await.map_err(taken)?;
    unit.commit(&name, REGISTER).await?;
    Ok(convert::provider(provider))
}

fn taken(failure: Failure) -> RegisterProviderError {
    match failure {
        Failure::Database(error) if broken_constraint(&error) == Some("providers_display_name") => {
            RegisterProviderError::ProviderExists
        }
        failure => failure.into(),
    }
}
