//! `SteeringService.GetStaffFigures`: what one member of staff did and has to do, for that person; for their team lead only where an agreement with
//! the staff council allows it (R110, R192).

use lotse_kernel::{
    names::{JobcenterName, StaffName},
    policy::rules::StaffFigures,
};
use lotse_platform::{
    failure::{Failure, Fault, OperationError, bare},
    fields::{Fields, parse_name},
    principal::{Caller, Role},
    unit::{Desk, Unit},
};
use lotse_proto::cases as contract;
use thiserror::Error;
use tonic::Code;

use super::get_steering_figures::days;
use crate::{
    access::{self, acts},
    convert_steering,
    domain::figures,
    store::{
        figures::{self as store, Whose},
        policies, staff,
    },
};

/// Why figures of a person are not told.
#[derive(Debug, Error)]
pub enum Error {
    /// What any operation may meet.
    #[error(transparent)]
    Shared(#[from] Failure),
    /// No agreement lets a team lead see them.
    #[error("no agreement with the staff council allows it")]
    NotAgreed {
        /// The version that says so.
        rule_version: String,
    },
}

impl OperationError for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::Shared(failure) => failure.fault(),
            Self::NotAgreed { rule_version } => {
                let reason = contract::ErrorReason::StaffFiguresNotAgreed.as_str_name();
                Fault::new(Code::PermissionDenied, bare(reason)).with("rule_version", rule_version.clone())
            }
        }
    }
}

/// Counts for one member of staff.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::GetStaffFiguresRequest,
) -> Result<contract::StaffFigures, Error> {
    let name: StaffName = parse_name("name", &request.name)?;
    let unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (mut unit, proof, person) =
        access::enter::<acts::GetStaffFigures>(unit, name.jobcenter_name(), &request.name).await?;
    let Some(member) = staff::load(&mut unit, &name).await? else {
        return Err(Failure::NotFound { name: request.name }.into());
    };
    let is_own = person.staff_member == name.to_string();
    let leads = caller.principal.roles.contains(&Role::TeamLead) && !person.team.is_empty();
    let may_ask = is_own || (leads && person.team == member.team);
    if !may_ask {
        return Err(unit.refuse(request.name, Failure::NotPermitted).await.into());
    }
    let mut allowed = None;
    if !is_own {
        let (read, ground) = agreed(unit, name.jobcenter_name(), &request.name).await?;
        (unit, allowed) = (read, Some(ground));
    }
    let mut fields = Fields::new();
    let days = days(&mut fields, (request.from_date.as_ref(), request.to_date.as_ref()), unit.today());
    let days = fields.finish(days)?;

    let (jobcenter, whose) = (name.jobcenter_name(), Whose::Staff(&request.name, name.id()));
    let happened = store::happened(&mut unit, &proof, jobcenter, (days, whose)).await?;
    let movements = store::movements(&mut unit, &proof, jobcenter, (days, whose)).await?;
    let workload = store::workload(&mut unit, &proof, &name).await?;
    let employment = store::employment(&mut unit, &proof, jobcenter, (days, whose)).await?;
    let counted = happened.into_iter().chain(figures::movements(&movements)).chain(employment);
    let groups = figures::by_kind(counted.collect());
    let ground = allowed.as_ref().map(|(_, legal_basis): &(String, String)| legal_basis.clone());
    let answer = convert_steering::staff_figures((&member, days), &groups, workload, allowed);
    // Whoever reads the figures of another leaves a trace.
    if let Some(ground) = ground {
        unit.commit_read(&request.name, &ground).await?;
    }
    Ok(answer)
}

/// What lets the lead of a team read figures of a person: how the version is cited, and the agreement that it stands on. Where none does, that is
/// audited and told.
///
/// # Errors
/// [`Error::NotAgreed`].
pub(super) async fn agreed(
    mut unit: Unit,
    jobcenter: &JobcenterName,
    asked: &str,
) -> Result<(Unit, (String, String)), Error> {
    let book = policies::book(&mut unit, jobcenter).await?;
    let rule = book.rule::<StaffFigures>(unit.today(), unit.today());
    let rule = rule.map_err(|unreadable| Failure::Defect(unreadable.to_string()))?;
    let rule = rule.ok_or_else(|| Failure::Defect("nothing says who sees figures of a person".to_owned()))?;
    if rule.rule.team_lead {
        return Ok((unit, (rule.citation, rule.legal_basis)));
    }
    // What is audited is the refusal; the reason that it gives is the rule's.
    Err(match unit.refuse(asked.to_owned(), Failure::NotPermitted).await {
        Failure::NotPermitted => Error::NotAgreed { rule_version: rule.citation },
        failure => failure.into(),
    })
}
