//! The way in: access facts from cases first, then the transaction, then Cedar.

use std::sync::Arc;

use jiff::Timestamp;
use lotse_kernel::names::{CaseName, JobcenterName};
use lotse_platform::{
    authorization::{Act, Authorized, Person, Policies, PolicyError, Resource},
    failure::Failure,
    principal::Caller,
    unit::{Desk, Unit},
};
use lotse_proto::cases::CaseFacts;

use crate::neighbours::cases::{Cases, CasesError};

/// The access policies of this service, validated.
///
/// # Errors
/// When they are not sound; the service does not start then.
pub fn policies() -> Result<Policies, PolicyError> {
    Policies::load(include_str!("../policy/providers.cedarschema"), include_str!("../policy/providers.cedar"))
}

/// Declares the marker types of acts, one per RPC.
macro_rules! acts {
    ($($act:ident),+ $(,)?) => {$(
        #[doc = concat!("The act `", stringify!($act), "`.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $act;

        impl lotse_platform::authorization::Act for $act {
            const NAME: &'static str = stringify!($act);
        }
    )+};
}

/// The acts of this service; the names are those of the RPCs and of the Cedar actions.
pub mod acts {
    acts! {
        RegisterProvider, GetProvider, ListProviders, RegisterOffer, GetOffer, ListOffers,
        CreateReferral, SendReferral, RecordAnswer, StartReferral, RecordReport, CompleteReferral, BreakOffReferral,
        RevokeReferral, GetReferral, ListReferrals,
        GetTimetable, TakeDutyStep,
    }
}

/// What every operation of this service works with; cheap to clone.
#[derive(Clone)]
pub struct Office {
    /// Database, clocks, keys and policies.
    pub desk: Desk,
    /// The neighbour that knows cases and their officers.
    pub cases: Arc<dyn Cases>,
}

impl std::fmt::Debug for Office {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Office").finish_non_exhaustive()
    }
}

/// A way into the transaction that was permitted.
#[derive(Debug)]
pub struct Entered<A> {
    /// The transaction.
    pub unit: Unit,
    /// The proof that the act was permitted.
    pub proof: Authorized<A>,
    /// What cases says about the case.
    pub facts: Arc<CaseFacts>,
}

impl Office {
    /// Lets a person in who may do `A` on the register of a jobcenter.
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
        let facts = vec![("jobcenter", jobcenter.jobcenter().to_string())];
        unit.authorize::<A>(&Person::default(), &Resource { kind: "Jobcenter", name, facts }).await
    }

    /// Lets a person in who may do `A` on the referrals of a case. `name` is what was asked for: the case or a referral of it.
    ///
    /// # Errors
    /// [`Failure::NotFound`] and [`Failure::NotPermitted`], audited; [`Failure::Unavailable`] while cases is away.
    pub async fn enter<A: Act>(&self, caller: &Caller, case: &CaseName, name: String) -> Result<Entered<A>, Failure> {
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
            Err(error @ CasesError::Unavailable(_)) => return Err(cases_failure(&error)),
        };
        let person = Person { staff_member: facts.caller_staff_member.clone(), team: facts.caller_team.clone() };
        let unit = self.desk.begin(caller, jobcenter).await?;
        let (unit, proof) = unit.authorize::<A>(&person, &resource(case, name, &facts)).await?;
        Ok(Entered { unit, proof, facts })
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

/// Cases is away: the caller may try again.
pub(crate) fn cases_failure(error: &CasesError) -> Failure {
    tracing::warn!(%error, "cases did not answer");
    Failure::Unavailable { dependency: "cases" }
}
