//! The way in: access facts from cases first, then the transaction, then Cedar.

use std::sync::Arc;

use jiff::Timestamp;
use lotse_kernel::names::{CaseName, JobcenterName};
use lotse_platform::{
    authorization::{Act, Authorized, Person, Policies, PolicyError, Resource},
    case_access::{CaseAccess, Entered, latest_facts_of},
    failure::Failure,
    principal::Caller,
    rules::Rules,
    unit::{Desk, Unit},
};

/// The access policies of this service, validated.
///
/// # Errors
/// When they are not sound; the service does not start then.
pub fn policies() -> Result<Policies, PolicyError> {
    Policies::load(include_str!("../policy/providers.cedarschema"), include_str!("../policy/providers.cedar"))
}

/// The acts of this service; the names are those of the RPCs and of the Cedar actions.
pub mod acts {
    lotse_platform::acts! {
        RegisterProvider, GetProvider, ListProviders, RegisterOffer, GetOffer, ListOffers,
        CreateReferral, SendReferral, RecordAnswer, StartReferral, RecordReport, CompleteReferral, BreakOffReferral,
        RevokeReferral, GetReferral, ListReferrals,
        GetTimetable, TakeDutyStep, RouseReferrals, PreviewReferrals,
    }
}

/// What every operation of this service works with; cheap to clone.
#[derive(Clone)]
pub struct Office {
    /// Database, clocks, keys and policies.
    pub desk: Desk,
    /// The neighbour that knows cases and their officers.
    pub cases: Arc<dyn CaseAccess>,
}

impl std::fmt::Debug for Office {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Office").finish_non_exhaustive()
    }
}

impl Office {
    /// Lets in who may do `A` on the register of a jobcenter.
    ///
    /// # Errors
    /// [`Failure::NotFound`] and [`Failure::NotPermitted`], audited.
    pub async fn enter_register<A: Act>(
        &self,
        caller: &Caller,
        jobcenter: &JobcenterName,
        name: String,
    ) -> Result<(Unit, Authorized<A>), Failure> {
        let unit = self.desk.begin(caller, jobcenter.jobcenter().as_str()).await?;
        unit.authorize::<A>(&Person::default(), &register(jobcenter, name)).await
    }

    /// Lets a person in who may do `A` on the referrals of a case. `name` is what was asked for: the case or a referral of it.
    ///
    /// # Errors
    /// [`Failure::NotFound`] and [`Failure::NotPermitted`], audited; [`Failure::Unavailable`] while cases is away.
    pub async fn enter<A: Act>(&self, caller: &Caller, case: &CaseName, name: String) -> Result<Entered<A>, Failure> {
        self.desk.enter_case(&*self.cases, caller, case, name).await
    }

    /// By which rules dates of a case are computed, for a worker; asked before the transaction.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] while cases is away.
    pub async fn rules(&self, case: &CaseName) -> Result<Rules, Failure> {
        Rules::told(&*latest_facts_of(&*self.cases, case).await?).map_err(|error| error.failure())
    }

    /// Lets a worker or a sibling service in who asks about all of a jobcenter, with the business time it brings along.
    ///
    /// # Errors
    /// [`Failure::NotFound`] and [`Failure::NotPermitted`], audited.
    pub async fn enter_jobcenter_process<A: Act>(
        &self,
        caller: &Caller,
        jobcenter: &JobcenterName,
        now: Timestamp,
    ) -> Result<(Unit, Authorized<A>), Failure> {
        let unit = self.desk.begin_at(caller, jobcenter.jobcenter().as_str(), now).await?;
        unit.authorize::<A>(&Person::default(), &register(jobcenter, jobcenter.to_string())).await
    }

    /// Lets a worker or a sibling service in, with the business time it brings along.
    ///
    /// # Errors
    /// [`Failure::NotFound`] and [`Failure::NotPermitted`], audited.
    pub async fn enter_process<A: Act>(
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
fn register(jobcenter: &JobcenterName, name: String) -> Resource {
    Resource { kind: "Jobcenter", name, facts: vec![("jobcenter", jobcenter.jobcenter().to_string())] }
}
