//! What cases knows about who may act for a case, and the way into a transaction that rests on it: the same for every service
//! that keeps records of cases.

use std::{
    collections::HashMap,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use jiff::Timestamp;
use lotse_kernel::{
    names::{CaseName, EpisodeName},
    policy::BrokenRelease,
};
use lotse_proto::cases::{CaseFacts, GetFactsRequest, case_access_service_client::CaseAccessServiceClient};
use tokio::sync::Mutex;
use tonic::{Code, Status};

use crate::{
    authorization::{Act, Authorized, Person, Resource},
    channel::Peer,
    failure::Failure,
    principal::Caller,
    rules::Rules,
    unit::{Desk, Unit},
};

/// How long access facts may be old.
const MAX_AGE: Duration = Duration::from_secs(5);

/// How many facts are remembered at most.
const MAX_REMEMBERED: usize = 10_000;

/// Why cases did not answer.
#[derive(Debug, thiserror::Error)]
pub enum CasesError {
    /// There is nothing of that name.
    #[error("cases knows nothing of that name")]
    NotFound,
    /// Cases is away or does not understand us; try again.
    #[error("cases is away")]
    Unavailable(#[source] Box<Status>),
    /// The answer is not what the contract says.
    #[error("cases answered with a malformed {field}")]
    Malformed {
        /// The field at fault.
        field: &'static str,
    },
    /// There is no federal law to put beside what it told.
    #[error(transparent)]
    Broken(#[from] BrokenRelease),
}

impl CasesError {
    /// What a caller is told: cases is away, or said what it must not; either way trying again may help, and the log says which. What is
    /// broken here is told as such.
    #[must_use]
    pub fn failure(&self) -> Failure {
        if let Self::Broken(broken) = self {
            return broken.clone().into();
        }
        tracing::warn!(error = %self, "cases did not answer as agreed");
        Failure::Unavailable { dependency: "cases" }
    }
}

impl From<Status> for CasesError {
    fn from(status: Status) -> Self {
        if status.code() == Code::NotFound { Self::NotFound } else { Self::Unavailable(Box::new(status)) }
    }
}

/// Reads access facts from cases, always before a transaction begins.
pub trait CaseAccess: Send + Sync {
    /// The facts that decide access to the records of a case, for the principal with this subject; without a subject the facts
    /// about the case alone. At most five seconds old.
    fn facts<'a>(&'a self, case: &'a str, subject: &'a str) -> BoxFuture<'a, Result<Arc<CaseFacts>, CasesError>>;

    /// The facts about the case alone as they are now: whoever is woken because a rule changed must not sleep by the one before.
    fn latest_facts<'a>(&'a self, case: &'a str) -> BoxFuture<'a, Result<Arc<CaseFacts>, CasesError>>;
}

type Remembered = HashMap<(String, String), (Instant, Arc<CaseFacts>)>;

/// Cases over its process API.
pub struct RemoteCaseAccess {
    client: CaseAccessServiceClient<Peer>,
    remembered: Mutex<Remembered>,
}

impl fmt::Debug for RemoteCaseAccess {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RemoteCaseAccess").finish_non_exhaustive()
    }
}

impl RemoteCaseAccess {
    /// Cases behind a channel.
    #[must_use]
    pub fn new(peer: Peer) -> Self {
        Self { client: CaseAccessServiceClient::new(peer), remembered: Mutex::new(HashMap::new()) }
    }

    /// A client for what is asked of cases beside the access facts, and never remembered.
    #[must_use]
    pub fn client(&self) -> CaseAccessServiceClient<Peer> {
        self.client.clone()
    }

    async fn ask(&self, key: (String, String)) -> Result<Arc<CaseFacts>, CasesError> {
        let request = GetFactsRequest { case: key.0.clone(), subject: key.1.clone() };
        let facts = Arc::new(self.client().get_facts(request).await?.into_inner());
        self.remember(key, facts.clone()).await;
        Ok(facts)
    }

    async fn recall(&self, key: &(String, String)) -> Option<Arc<CaseFacts>> {
        let remembered = self.remembered.lock().await;
        remembered.get(key).filter(|(since, _)| since.elapsed() < MAX_AGE).map(|(_, facts)| facts.clone())
    }

    async fn remember(&self, key: (String, String), facts: Arc<CaseFacts>) {
        let mut remembered = self.remembered.lock().await;
        if remembered.len() >= MAX_REMEMBERED {
            remembered.retain(|_, (since, _)| since.elapsed() < MAX_AGE);
        }
        if remembered.len() < MAX_REMEMBERED || remembered.contains_key(&key) {
            remembered.insert(key, (Instant::now(), facts));
        }
    }
}

impl CaseAccess for RemoteCaseAccess {
    fn facts<'a>(&'a self, case: &'a str, subject: &'a str) -> BoxFuture<'a, Result<Arc<CaseFacts>, CasesError>> {
        Box::pin(async move {
            let key = (case.to_owned(), subject.to_owned());
            match self.recall(&key).await {
                Some(facts) => Ok(facts),
                None => self.ask(key).await,
            }
        })
    }

    fn latest_facts<'a>(&'a self, case: &'a str) -> BoxFuture<'a, Result<Arc<CaseFacts>, CasesError>> {
        Box::pin(self.ask((case.to_owned(), String::new())))
    }
}

/// The facts about a case for a worker or a sibling, asked before the transaction; empty when the case is not there any more.
///
/// # Errors
/// [`Failure::Unavailable`] while cases is away.
pub async fn facts_of(cases: &(impl CaseAccess + ?Sized), case: &CaseName) -> Result<Arc<CaseFacts>, Failure> {
    found(cases.facts(&case.to_string(), "").await)
}

/// As [`facts_of`], but as they are now.
///
/// # Errors
/// [`Failure::Unavailable`] while cases is away.
pub async fn latest_facts_of(cases: &(impl CaseAccess + ?Sized), case: &CaseName) -> Result<Arc<CaseFacts>, Failure> {
    found(cases.latest_facts(&case.to_string()).await)
}

fn found(answer: Result<Arc<CaseFacts>, CasesError>) -> Result<Arc<CaseFacts>, Failure> {
    match answer {
        Ok(facts) => Ok(facts),
        Err(CasesError::NotFound) => Ok(Arc::default()),
        Err(error) => Err(error.failure()),
    }
}

/// The case manager of an episode of the case, or the empty text: of an older one that is not over the one that it keeps, of any other the one
/// of the running episode, who keeps the responsibility for the case (R81).
#[must_use]
pub fn manager_of<'f>(facts: &'f CaseFacts, episode: &EpisodeName) -> &'f str {
    let episode = episode.to_string();
    let older = facts.older_episodes.iter().find(|older| older.episode == episode);
    older.map_or(&facts.case_manager, |older| &older.case_manager)
}

/// Whether the asked subject is an officer of the case or manages this one of its older episodes: access policies know the case alone, so
/// that who was let in for an older episode is asked here for which.
#[must_use]
pub fn may_act_in(facts: &CaseFacts, episode: &EpisodeName) -> bool {
    let officers = [facts.placement_officer.as_str(), facts.case_manager.as_str(), manager_of(facts, episode)];
    !facts.caller_staff_member.is_empty() && officers.contains(&facts.caller_staff_member.as_str())
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

impl<A> Entered<A> {
    /// By which rules dates of the case are computed.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when cases told them otherwise than agreed.
    pub fn rules(&self) -> Result<Rules, Failure> {
        Rules::told(&self.facts).map_err(|error| error.failure())
    }
}

impl Desk {
    /// Lets a person in who may do `A` on the records of a case. `name` is what was asked for: the case or a record of it.
    ///
    /// # Errors
    /// [`Failure::NotFound`] and [`Failure::NotPermitted`], audited; [`Failure::Unavailable`] while cases is away.
    pub async fn enter_case<A: Act>(
        &self,
        cases: &(impl CaseAccess + ?Sized),
        caller: &Caller,
        case: &CaseName,
        name: String,
    ) -> Result<Entered<A>, Failure> {
        let jobcenter = case.jobcenter().as_str();
        // A foreign name is refused at home; cases is not even asked about it.
        let facts = if caller.principal.jobcenter.as_deref() == Some(jobcenter) {
            cases.facts(&case.to_string(), &caller.principal.subject).await
        } else {
            Err(CasesError::NotFound)
        };
        let facts = match facts {
            Ok(facts) => facts,
            Err(CasesError::NotFound) => {
                let unit = self.begin(caller, jobcenter).await?;
                return Err(unit.refuse(name.clone(), Failure::NotFound { name }).await);
            }
            Err(error @ (CasesError::Unavailable(_) | CasesError::Malformed { .. } | CasesError::Broken(_))) => {
                return Err(error.failure());
            }
        };
        let person = Person { staff_member: facts.caller_staff_member.clone(), team: facts.caller_team.clone() };
        let unit = self.begin(caller, jobcenter).await?;
        let (unit, proof) = unit.authorize::<A>(&person, &resource(case, name, &facts)).await?;
        Ok(Entered { unit, proof, facts })
    }

    /// Lets a worker or a sibling service in, with the business time it brings along.
    ///
    /// # Errors
    /// [`Failure::NotFound`] and [`Failure::NotPermitted`], audited.
    pub async fn enter_case_process<A: Act>(
        &self,
        caller: &Caller,
        case: &CaseName,
        name: String,
        now: Timestamp,
    ) -> Result<(Unit, Authorized<A>), Failure> {
        let unit = self.begin_at(caller, case.jobcenter().as_str(), now).await?;
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
            ("older_manager", older_manager(facts)),
        ],
    }
}

/// The asked subject, where they manage an older episode of the case that is not over.
fn older_manager(facts: &CaseFacts) -> String {
    let caller = &facts.caller_staff_member;
    let manages = facts.older_episodes.iter().any(|older| older.case_manager == *caller);
    if manages { caller.clone() } else { String::new() }
}
