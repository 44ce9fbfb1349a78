//! The way in: access facts from cases first, then the transaction, then Cedar.

use std::sync::Arc;

use jiff::Timestamp;
use lotse_kernel::names::{CaseName, JobcenterName};
use lotse_platform::authorization::{Act, Authorized, Person, Resource};
use lotse_platform::case_access::{Entered, latest_facts_of};
use lotse_platform::failure::Failure;
use lotse_platform::principal::Caller;
use lotse_platform::rules::Rules;
use lotse_platform::unit::Unit;
use lotse_proto::cases::CaseFacts;

use crate::Documents;
use crate::files::FileError;
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
        let Entered { unit, proof, facts } = self.desk.enter_case(&*self.cases, caller, case, name).await?;
        Ok((unit, proof, facts))
    }

    /// By which rules dates of a case are computed, for a worker; asked before the transaction.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] while cases is away.
    pub(crate) async fn rules(&self, case: &CaseName) -> Result<Rules, Failure> {
        Rules::told(&*latest_facts_of(&*self.cases, case).await?).map_err(|error| error.failure())
    }

    /// Lets in who asks about all of a jobcenter.
    ///
    /// # Errors
    /// [`Failure::NotFound`] and [`Failure::NotPermitted`], audited.
    pub(crate) async fn enter_jobcenter<A: Act>(
        &self,
        caller: &Caller,
        jobcenter: &JobcenterName,
    ) -> Result<(Unit, Authorized<A>), Failure> {
        let unit = self.desk.begin(caller, jobcenter.jobcenter().as_str()).await?;
        unit.authorize::<A>(&Person::default(), &cell(jobcenter)).await
    }

    /// Lets a worker in who changes something in all of a jobcenter, with the business time it brings along.
    ///
    /// # Errors
    /// [`Failure::NotFound`] and [`Failure::NotPermitted`], audited.
    pub(crate) async fn enter_jobcenter_process<A: Act>(
        &self,
        caller: &Caller,
        jobcenter: &JobcenterName,
        now: Timestamp,
    ) -> Result<(Unit, Authorized<A>), Failure> {
        let unit = self.desk.begin_at(caller, jobcenter.jobcenter().as_str(), now).await?;
        unit.authorize::<A>(&Person::default(), &cell(jobcenter)).await
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
        self.desk.enter_case_process(caller, case, name, now).await
    }
}

/// What belongs to the jobcenter and to no case, as policies look at it.
fn cell(jobcenter: &JobcenterName) -> Resource {
    let facts = vec![("jobcenter", jobcenter.jobcenter().to_string())];
    Resource { kind: "Cell", name: jobcenter.to_string(), facts }
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
        FileError::Refused { what } => {
            tracing::error!("the object store refuses: {what}");
            Failure::Unavailable { dependency: "object store" }
        }
        FileError::Key(key) => key_failure(key),
        FileError::Damaged { what } => Failure::Defect(what.clone()),
    }
}
