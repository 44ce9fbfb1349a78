//! The admin listener of a role: metrics and probes over plain HTTP, never any data of people.

use std::{
    fmt,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{Router, extract::State, http::StatusCode, routing::get};
use futures::{FutureExt, future::BoxFuture};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::metrics::Metrics;

/// Something a role needs in order to be of use, such as its database.
#[derive(Clone)]
pub struct Check {
    name: &'static str,
    probe: Probe,
}

type Ask<T> = Arc<dyn Fn() -> BoxFuture<'static, T> + Send + Sync>;

#[derive(Clone)]
enum Probe {
    /// Looked at when somebody asks whether the role is ready.
    Asked(Ask<bool>),
    /// Looked at again and again; says what is wrong.
    Watched(Ask<Result<(), String>>),
}

impl Check {
    /// Names a probe that says whether the thing is there. It must answer within a second or two.
    pub fn new<F, P>(name: &'static str, probe: P) -> Self
    where
        P: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = bool> + Send + 'static,
    {
        Self { name, probe: Probe::Asked(Arc::new(move || probe().boxed())) }
    }

    /// Names a probe that the role repeats every second for as long as it runs. While it says what is wrong, the role is not to be sent
    /// work: its health is `NOT_SERVING`, what comes all the same is refused as `UNAVAILABLE`, and the words of the probe stand in the log
    /// and on the admin listener. It must answer within a second or two, in words that say what is to be done, and never of people.
    pub fn watched<F, P>(name: &'static str, probe: P) -> Self
    where
        P: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self { name, probe: Probe::Watched(Arc::new(move || probe().boxed())) }
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Check").field(&self.name).finish()
    }
}

/// What a watched check found wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lack {
    check: &'static str,
    words: String,
}

impl fmt::Display for Lack {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.check, self.words)
    }
}

/// Whether a role is to be sent work: it has started, does not stop, and has what it needs.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    open: Arc<AtomicBool>,
    checks: Arc<Vec<Check>>,
    /// What was wrong when the watched checks were last looked at.
    lacks: Arc<Mutex<Vec<Lack>>>,
}

impl Readiness {
    /// A role that is not ready yet and has to pass `checks`.
    #[must_use]
    pub fn new(checks: Vec<Check>) -> Self {
        let readiness = Self { checks: Arc::new(checks), ..Self::default() };
        // Until they were looked at, nobody knows.
        let unknown = |(check, _)| Lack { check, words: "not looked at yet".to_owned() };
        readiness.withhold(readiness.watched().map(unknown).collect());
        readiness
    }

    /// Opens or closes the role for work.
    pub fn set(&self, open: bool) {
        self.open.store(open, Ordering::Relaxed);
    }

    /// Whether the role is open for work, as far as it depends on itself.
    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Relaxed)
    }

    /// Whether anything has to be looked at again and again.
    pub(crate) fn is_watched(&self) -> bool {
        self.watched().next().is_some()
    }

    /// Looks at what is watched and tells what is wrong.
    pub(crate) async fn look(&self) -> Vec<Lack> {
        let mut lacks = Vec::new();
        for (check, probe) in self.watched() {
            if let Err(words) = probe().await {
                lacks.push(Lack { check, words });
            }
        }
        lacks
    }

    /// Keeps what was seen to be wrong, for whoever asks.
    pub(crate) fn withhold(&self, lacks: Vec<Lack>) {
        *self.lacks() = lacks;
    }

    /// The check because of which no work is taken; nothing when work is.
    pub(crate) fn withheld_by(&self) -> Option<&'static str> {
        self.lacks().first().map(|lack| lack.check)
    }

    fn lacks(&self) -> MutexGuard<'_, Vec<Lack>> {
        self.lacks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watched(&self) -> impl Iterator<Item = (&'static str, &Ask<Result<(), String>>)> {
        self.checks.iter().filter_map(|check| match &check.probe {
            Probe::Watched(probe) => Some((check.name, probe)),
            Probe::Asked(_) => None,
        })
    }

    /// What is missing, by name, and of a watched check with its words; empty when the role is ready.
    pub async fn missing(&self) -> Vec<String> {
        if !self.is_open() {
            return vec!["not serving".to_owned()];
        }
        let mut missing: Vec<String> = self.lacks().iter().map(ToString::to_string).collect();
        for check in self.checks.iter() {
            if let Probe::Asked(probe) = &check.probe
                && !probe().await
            {
                missing.push(check.name.to_owned());
            }
        }
        missing
    }
}

/// Binds the admin listener and serves it until `stop`; the address is the one really bound.
///
/// # Errors
/// When the address cannot be bound.
pub async fn serve(
    address: SocketAddr,
    metrics: Metrics,
    readiness: Readiness,
    stop: CancellationToken,
) -> std::io::Result<(SocketAddr, BoxFuture<'static, std::io::Result<()>>)> {
    let listener = TcpListener::bind(address).await?;
    let bound = listener.local_addr()?;
    let router = Router::new()
        .route("/metrics", get(write_metrics))
        .with_state(metrics)
        .route("/healthz", get(async || "alive\n"))
        .merge(Router::new().route("/readyz", get(tell_ready)).with_state(readiness));
    let serving = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
    Ok((bound, serving.into_future().boxed()))
}

async fn write_metrics(State(metrics): State<Metrics>) -> Result<String, StatusCode> {
    metrics.text().map_err(|error| {
        tracing::error!(%error, "the metrics could not be written");
        StatusCode::INTERNAL_SERVER_ERROR
    })
}

async fn tell_ready(State(readiness): State<Readiness>) -> (StatusCode, String) {
    let missing = readiness.missing().await;
    if missing.is_empty() {
        (StatusCode::OK, "ready\n".to_owned())
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, format!("missing: {}\n", missing.join(", ")))
    }
}
