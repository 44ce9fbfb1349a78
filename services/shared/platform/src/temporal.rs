//! The connection to Temporal: made when it is needed, kept, and quick to say that the server is away.

use std::{error::Error as _, sync::Arc, time::Duration};

use temporalio_client::{
    Client, ClientOptions, ClientTlsOptions, Connection, ConnectionOptions, GrpcCompression, RetryOptions, TlsOptions,
    Url, errors::ClientConnectError,
};
use thiserror::Error;
use tokio::sync::Mutex;
use tonic::Status;

use crate::{
    config::{self, ServerUri},
    tls::{Handshake, UnreadableFile, handshake, read},
};

/// Longest wait for a connection and its greeting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Temporal is not to be had.
#[derive(Debug, Error)]
pub enum TemporalError {
    /// The configuration has no address.
    #[error("LOTSE_TEMPORAL_ADDRESS is not set")]
    NoAddress,
    /// A file with a certificate or key cannot be read.
    #[error(transparent)]
    File(#[from] UnreadableFile),
    /// The address is not one the client understands.
    #[error("LOTSE_TEMPORAL_ADDRESS is not usable")]
    Address,
    /// The server does not answer.
    #[error("Temporal cannot be reached")]
    Unreachable(#[source] Box<ClientConnectError>),
    /// Somebody answers, and one of the two does not believe the other; whoever runs Lotse must act.
    #[error("the connection to Temporal was refused: {way_out} ({reason})")]
    Refused {
        /// What to look at.
        way_out: &'static str,
        /// What the handshake came to.
        reason: String,
    },
    /// The server did not answer in time.
    #[error("Temporal did not answer in time")]
    TooSlow,
    /// The client cannot be made for this namespace.
    #[error("the Temporal client cannot be made")]
    Client(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A handle to one namespace of Temporal. Cheap to clone; all clones share one connection.
#[derive(Clone)]
pub struct Temporal {
    options: ConnectionOptions,
    namespace: Arc<str>,
    connection: Arc<Mutex<Option<Connection>>>,
}

impl std::fmt::Debug for Temporal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Temporal").field("namespace", &self.namespace).finish_non_exhaustive()
    }
}

impl Temporal {
    /// Prepares the handle; nothing is connected yet, so that a role starts while Temporal is away.
    ///
    /// # Errors
    /// When there is no address, or a file of certificates cannot be read.
    pub fn new(config: &config::Temporal, role: &str) -> Result<Self, TemporalError> {
        let address = config.address.as_ref().ok_or(TemporalError::NoAddress)?;
        let target: Url = address.to_string().parse().map_err(|_| TemporalError::Address)?;
        let options = ConnectionOptions::new(target)
            .identity(format!("lotse-{role}"))
            .connect_timeout(CONNECT_TIMEOUT)
            .retry_options(fail_fast())
            .maybe_tls_options(tls(config)?)
            // Payloads are a few hundred bytes in one data centre: compressing them costs more than it saves.
            .grpc_compression(GrpcCompression::None)
            .build();
        Ok(Self { options, namespace: config.namespace.as_str().into(), connection: Arc::default() })
    }

    /// The namespace of this cell.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The shared connection, made now if there is none. A broken one mends itself.
    ///
    /// # Errors
    /// When the server does not answer within three seconds.
    pub async fn connection(&self) -> Result<Connection, TemporalError> {
        let mut connection = self.connection.lock().await;
        if let Some(connection) = connection.as_ref() {
            return Ok(connection.clone());
        }
        let fresh = tokio::time::timeout(CONNECT_TIMEOUT, Connection::connect(self.options.clone()))
            .await
            .map_err(|_| TemporalError::TooSlow)?
            .map_err(|error| refusal(error, self.options.tls_options.is_some()))?;
        *connection = Some(fresh.clone());
        Ok(fresh)
    }

    /// A client of the namespace over the shared connection.
    ///
    /// # Errors
    /// As [`Temporal::connection`].
    pub async fn client(&self) -> Result<Client, TemporalError> {
        Client::new(self.connection().await?, ClientOptions::new(&*self.namespace).build())
            .map_err(|error| TemporalError::Client(error.into()))
    }
}

/// Two quick tries: what waits for Temporal here has its own way of trying again later.
#[must_use]
pub fn fail_fast() -> RetryOptions {
    let mut options = RetryOptions::no_retries();
    options.initial_interval = Duration::from_millis(50);
    options.max_interval = Duration::from_millis(200);
    options.max_elapsed_time = Some(Duration::from_secs(1));
    options.max_retries = 2;
    options
}

/// What a failed attempt to connect means, and what to do about it.
fn refusal(error: ClientConnectError, encrypted: bool) -> TemporalError {
    let found = match &error {
        ClientConnectError::SystemInfoCallError(status) => greeting(status, encrypted),
        other => handshake(other),
    };
    let Some(found) = found else { return TemporalError::Unreachable(Box::new(error)) };
    let way_out = match found {
        Handshake::NotBelieved(_) => {
            "LOTSE_TEMPORAL_CA_FILE does not vouch for its certificate, or the certificate names another server than LOTSE_TEMPORAL_ADDRESS"
        }
        Handshake::Refused(_) => {
            "it does not believe the client certificate of LOTSE_TEMPORAL_CERTIFICATE_FILE, or asks for one"
        }
        Handshake::NoTls(_) => "it does not speak TLS as LOTSE_TEMPORAL_ADDRESS says",
    };
    TemporalError::Refused { way_out, reason: found.to_string() }
}

/// Why the greeting on a fresh connection failed. A server that does not believe a client says so after the handshake and closes;
/// often the client sees the closing first.
fn greeting(status: &Status, encrypted: bool) -> Option<Handshake> {
    let broken = encrypted && status.source().is_some_and(<dyn std::error::Error>::is::<tonic::transport::Error>);
    let closed = || Handshake::Refused("it closed the connection right after the handshake".to_owned());
    handshake(status).or_else(|| broken.then(closed))
}

fn tls(config: &config::Temporal) -> Result<Option<TlsOptions>, TemporalError> {
    if !config.address.as_ref().is_some_and(ServerUri::is_encrypted) {
        return Ok(None);
    }
    let authorities = config.ca_file.as_deref().map(read).transpose()?;
    let identity = match (&config.certificate_file, &config.key_file) {
        (Some(certificate), Some(key)) => {
            Some(ClientTlsOptions::builder().client_cert(read(certificate)?).client_private_key(read(key)?).build())
        }
        _ => None,
    };
    Ok(Some(TlsOptions::builder().maybe_server_root_ca_cert(authorities).maybe_client_tls_options(identity).build()))
}
