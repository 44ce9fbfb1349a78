//! The way in: access facts from cases first, then the transaction, then Cedar.

use std::sync::Arc;

use jiff::Timestamp;
use lotse_kernel::names::CaseName;
use lotse_platform::authorization::{Act, Authorized, Person, Resource};
use lotse_platform::failure::Failure;
use lotse_platform::principal::Caller;
use lotse_platform::unit::Unit;
use lotse_proto::cases::CaseFacts;

use crate::Documents;
use crate::files::FileError;
use crate::neighbours::cases::CasesError;
use crate::vault::KeyError;

impl Documents {
    /// Lets a person in who may do `A` on the letters of a case. `name` is what was asked for: the case or a letter of it.
    ///
    /// # Errors
    /// [`Failure::NotFound`] and [`Failure::NotPermitted`], audited; [`Failure::Unavailable`] while cases is away.
    pub(crate) async fn enter<A: Act>(
        &self,
        caller: &Caller,
        case: &CaseName,
        name: String,
    ) -> Result<(Unit, Authorized<A>, Arc<CaseFacts>), Failure> {
        let jobcenter = case.jobcenter().as_str();
        // A foreign name is refused at home; cases is not even asked about it.
        if caller.principal.jobcenter.as_deref() != Some(jobcenter) {
            let unit = self.desk.begin(caller, jobcenter).await?;
            return Err(unit.refuse(name.clone(), Failure::NotFound { name }).await);
        }
        let facts = match self.cases.facts(&case.to_string(), &caller.principal.subject).await {
            Ok(facts) => facts,
            Err(CasesError::NotFound) => {
                let unit = self.desk.begin(caller, jobcenter).await?;
                return Err(unit.refuse(name.clone(), Failure::NotFound { name }).await);
            }
            Err(error) => return Err(cases_failure(&error)),
        };
        let person = Person { staff_member: facts.caller_staff_member.clone(), team: facts.caller_team.clone() };
        let unit = self.desk.begin(caller, jobcenter).await?;
        let (unit, proof) = unit.authorize::<A>(&person, &resource(case, name, &facts)).await?;
        Ok((unit, proof, facts))
    }

    /// Lets a worker or a sibling service in, with the business time it brings along.
    ///
    /// # Errors
    /// As [`Documents::enter`].
    pub(crate) async fn enter_process<A: Act>(
        &self,
        caller: &Caller,
        case: &CaseName,
        name: String,
        now: Timestamp,
    ) -> Result<(Unit, Authorized<A>), Failure> {
        let unit = self.desk.begin_at(caller, case.jobcenter().as_str(), now).await?;
        unit.authorize::<A>(&Person::default(), &resource(case, name, &CaseFacts::default())).await
    }
}

fn resource(case: &CaseName, name: String, facts: &CaseFacts) -> Resource {
    Resource {
        kind: "Case",
        name,
        facts: vec![
            ("jobcenter", case.jobcenter().to_string()),
            ("team", facts.team.clone()),
            ("placement_officer", facts.placement_officer.clone()),
            ("case_manager", facts.case_manager.clone()),
        ],
    }
}

/// Cases is away, or said what it must not: either way the caller may try again, and the log says which.
pub(crate) fn cases_failure(error: &CasesError) -> Failure {
    tracing::warn!(%error, "cases did not answer as agreed");
    Failure::Unavailable { dependency: "cases" }
}

/// A key is missing or does not fit: an operator must act.
pub(crate) fn key_failure(error: &KeyError) -> Failure {
    tracing::error!(%error, "a key of a jobcenter is not usable");
    match error {
        KeyError::Missing { .. } | KeyError::File { .. } => Failure::Unavailable { dependency: "keys" },
        KeyError::Malformed { .. } | KeyError::Mismatch | KeyError::Crypto => Failure::Defect(error.to_string()),
    }
}

/// The object store is away, a key is missing, or a file is damaged.
pub(crate) fn file_failure(error: &FileError) -> Failure {
    match error {
        FileError::Unavailable(source) => {
            tracing::warn!(error = %source, "the object store did not answer");
            Failure::Unavailable { dependency: "object store" }
        }
        FileError::Key(key) => key_failure(key),
        FileError::Damaged { what } => Failure::Defect(what.clone()),
    }
}
