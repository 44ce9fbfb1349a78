//! What cases knows: who may act for a case, and who is to be told about it.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use lotse_platform::channel::Peer;
use lotse_proto::cases::{CaseFacts, GetFactsRequest, case_access_service_client::CaseAccessServiceClient};
use tokio::sync::Mutex;
use tonic::{Code, Status};

/// How long access facts may be old.
const MAX_AGE: Duration = Duration::from_secs(5);

/// How many facts are remembered at most.
const MAX_REMEMBERED: usize = 10_000;

/// Why cases did not answer.
#[derive(Debug, thiserror::Error)]
pub enum CasesError {
    /// There is no such case.
    #[error("cases knows nothing of that name")]
    NotFound,
    /// Cases is away or does not understand us; try again.
    #[error("cases is away")]
    Unavailable(#[source] Box<Status>),
}

impl From<Status> for CasesError {
    fn from(status: Status) -> Self {
        if status.code() == Code::NotFound { Self::NotFound } else { Self::Unavailable(Box::new(status)) }
    }
}

/// Reads from cases, always before a transaction begins.
pub trait Cases: Send + Sync {
    /// The facts that decide access to the records of a case, for the principal with this subject; without a subject the facts
    /// about the case alone. At most five seconds old.
    fn facts<'a>(&'a self, case: &'a str, subject: &'a str) -> BoxFuture<'a, Result<Arc<CaseFacts>, CasesError>>;
}

type Remembered = HashMap<(String, String), (Instant, Arc<CaseFacts>)>;

/// Cases over its process API.
pub struct RemoteCases {
    client: CaseAccessServiceClient<Peer>,
    remembered: Mutex<Remembered>,
}

impl std::fmt::Debug for RemoteCases {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("RemoteCases").finish_non_exhaustive()
    }
}

impl RemoteCases {
    /// Cases behind a channel.
    #[must_use]
    pub fn new(peer: Peer) -> Self {
        Self { client: CaseAccessServiceClient::new(peer), remembered: Mutex::new(HashMap::new()) }
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
        if remembered.len() < MAX_REMEMBERED {
            remembered.insert(key, (Instant::now(), facts));
        }
    }
}

impl Cases for RemoteCases {
    fn facts<'a>(&'a self, case: &'a str, subject: &'a str) -> BoxFuture<'a, Result<Arc<CaseFacts>, CasesError>> {
        Box::pin(async move {
            let key = (case.to_owned(), subject.to_owned());
            if let Some(facts) = self.recall(&key).await {
                return Ok(facts);
            }
            let request = GetFactsRequest { case: key.0.clone(), subject: key.1.clone() };
            let facts = Arc::new(self.client.clone().get_facts(request).await?.into_inner());
            self.remember(key, facts.clone()).await;
            Ok(facts)
        })
    }
}
