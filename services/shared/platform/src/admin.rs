//! The admin listener of a role: metrics and probes over plain HTTP, never any data of people.

use std::{
    fmt,
    net::SocketAddr,
    sync::{
        Arc,
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
    probe: Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>,
}

impl Check {
    /// Names a probe that says whether the thing is there. It must answer within a second or two.
    pub fn new<F, P>(name: &'static str, probe: P) -> Self
    where
        P: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = bool> + Send + 'static,
    {
        Self { name, probe: Arc::new(move || probe().boxed()) }
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Check").field(&self.name).finish()
    }
}

/// Whether a role is to be sent work: it has started, does not stop, and has what it needs.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    open: Arc<AtomicBool>,
    checks: Arc<Vec<Check>>,
}

impl Readiness {
    /// A role that is not ready yet and has to pass `checks`.
    #[must_use]
    pub fn new(checks: Vec<Check>) -> Self {
        Self { open: Arc::default(), checks: Arc::new(checks) }
    }

    /// Opens or closes the role for work.
    pub fn set(&self, open: bool) {
        self.open.store(open, Ordering::Relaxed);
    }

    /// The names of what is missing; empty when the role is ready.
    pub async fn missing(&self) -> Vec<&'static str> {
        if !self.open.load(Ordering::Relaxed) {
            return vec!["not serving"];
        }
        let mut missing = Vec::new();
        for check in self.checks.iter() {
            if !(check.probe)().await {
                missing.push(check.name);
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
