//! `StaffService.RegisterStaffMember`: somebody who works at the jobcenter.

use lotse_kernel::names::{JobcenterName, StaffName};
use lotse_platform::{
    failure::{Failure, Fault, OperationError, bare},
    fields::{Fields, parse_name},
    principal::Caller,
    unit::{Claim, Desk},
};
use lotse_proto::cases as contract;
use thiserror::Error;
use tonic::Code;

use crate::{
    access::{self, acts},
    convert,
    store::{jobcenters, staff},
};

/// Why a staff member is not registered.
#[derive(Debug, Error)]
pub enum Error {
    /// The subject is registered in this jobcenter.
    #[error("the subject is registered in this jobcenter")]
    SubjectExists,
    /// What any operation may meet.
    #[error(transparent)]
    Shared(#[from] Failure),
}

impl OperationError for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::SubjectExists => {
                Fault::new(Code::AlreadyExists, bare(contract::ErrorReason::StaffSubjectExists.as_str_name()))
            }
            Self::Shared(failure) => failure.fault(),
        }
    }
}

/// Registers the staff member, or answers with it when the request was seen before.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::RegisterStaffMemberRequest,
) -> Result<contract::StaffMember, Error> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, proof, _) = access::enter::<acts::RegisterStaffMember>(unit, &parent, &parent.to_string()).await?;
    if jobcenters::load(&mut unit, &parent).await?.is_none() {
        return Err(Failure::NotFound { name: parent.to_string() }.into());
    }

    let mut fields = Fields::new();
    let wanted = fields.required("staff_member", request.staff_member.as_ref()).cloned().unwrap_or_default();
    let member = convert::parse_staff_member(&mut fields, StaffName::new(parent, unit.new_id()), &wanted);
    let request_id = fields.request_id(&request.request_id);
    let member = fields.finish(member)?;

    let name = member.name.to_string();
    if let Claim::Seen { resource } = unit.claim(request_id, &request, &name).await? {
        let seen: StaffName = parse_name("name", &resource)?;
        let stored = staff::load(&mut unit, &seen).await?.ok_or(Failure::NotFound { name: resource })?;
        return Ok(convert::staff_member(stored));
    }
    staff::insert(&mut unit, &proof, &member).await.map_err(|failure| {
        if convert::broke(&failure, "staff_members_subject") { Error::SubjectExists } else { failure.into() }
    })?;
    unit.commit(&name, "§ 44g SGB II").await?;
    Ok(convert::staff_member(member))
}
