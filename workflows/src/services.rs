//! The channels to the services whose process APIs the activities call.

use lotse_platform::{
    channel::{ChannelError, Peer, ServiceToken, peer},
    config::{Peers, ServerUri},
    metrics::MetricsError,
};
use thiserror::Error;

use crate::vitals::Vitals;

/// The services cannot be reached as configured.
#[derive(Debug, Error)]
pub enum ServicesError {
    /// Addresses are not configured; all of them are named at once.
    #[error("not set: {}", .0.join(", "))]
    Missing(Vec<&'static str>),
    /// What the worker counts cannot be registered.
    #[error("the worker's metrics cannot be registered")]
    Metrics(#[from] MetricsError),
    /// An address or its certificates are not usable.
    #[error("the channel to {service} cannot be set up")]
    Channel {
        /// Which service.
        service: &'static str,
        /// Why not.
        source: ChannelError,
    },
}

/// One channel per service. Cheap to clone; each connects with its first call and again whenever the connection breaks.
#[derive(Clone)]
pub struct Services {
    /// Process API of cases.
    pub cases: Peer,
    /// Process API of providers.
    pub providers: Peer,
    /// Process API of documents.
    pub documents: Peer,
    /// Process API of notifications.
    pub notifications: Peer,
    /// Where the calls are counted.
    pub vitals: Vitals,
}

impl std::fmt::Debug for Services {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Services").finish_non_exhaustive()
    }
}

impl Services {
    /// Sets the channels up; nothing is connected yet, so that a worker starts while services are away. `token` opens the
    /// process APIs, unless a client certificate does.
    ///
    /// # Errors
    /// When addresses are missing, all named at once, or certificates cannot be used.
    pub fn new(config: &Peers, token: Option<&ServiceToken>) -> Result<Self, ServicesError> {
        let (Some(cases), Some(providers), Some(documents), Some(notifications)) =
            (&config.cases, &config.providers, &config.documents, &config.notifications)
        else {
            return Err(ServicesError::Missing(missing(config)));
        };
        let open = |service: &'static str, address: &ServerUri| {
            peer(address, config, token.cloned()).map_err(|source| ServicesError::Channel { service, source })
        };
        Ok(Self {
            cases: open("cases", cases)?,
            providers: open("providers", providers)?,
            documents: open("documents", documents)?,
            notifications: open("notifications", notifications)?,
            vitals: Vitals::new()?,
        })
    }
}

fn missing(config: &Peers) -> Vec<&'static str> {
    [
        ("LOTSE_PEER_CASES", config.cases.is_none()),
        ("LOTSE_PEER_PROVIDERS", config.providers.is_none()),
        ("LOTSE_PEER_DOCUMENTS", config.documents.is_none()),
        ("LOTSE_PEER_NOTIFICATIONS", config.notifications.is_none()),
    ]
    .into_iter()
    .filter_map(|(key, missing)| missing.then_some(key))
    .collect()
}
