//! Channels to sibling services: deadline, keep-alive, the service token or certificate, and the trace of the work at hand.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use thiserror::Error;
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Endpoint},
};

use crate::{
    auth::WORKFLOW_ID,
    config::{Peers, ServerUri},
    telemetry::{TRACEPARENT, TraceContext},
    tls::{self, UnreadableFile},
};

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How often an idle connection is asked whether it still lives.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// How often the file of a token is looked at.
const TOKEN_LOOK: Duration = Duration::from_secs(1);

/// A channel could not be made.
#[derive(Debug, Error)]
pub enum ChannelError {
    /// A file with a certificate or key cannot be read.
    #[error(transparent)]
    File(#[from] UnreadableFile),
    /// The address or the certificates are not usable.
    #[error("the channel cannot be set up")]
    Transport(#[from] tonic::transport::Error),
}

/// A channel to a sibling, for the generated clients: `CaseServiceClient::new(peer)`.
pub type Peer = InterceptedService<Channel, Credentials>;

/// Opens the channel to a sibling. It connects with the first call and again whenever the connection breaks.
///
/// # Errors
/// When a file of certificates cannot be read or is not usable.
pub fn peer(address: &ServerUri, config: &Peers, token: Option<ServiceToken>) -> Result<Peer, ChannelError> {
    let mut endpoint = Endpoint::new(address.0.clone())?
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(config.deadline)
        .http2_keep_alive_interval(KEEP_ALIVE)
        .keep_alive_while_idle(true)
        .tcp_nodelay(true);
    if address.is_encrypted() {
        let identity = config.certificate_file.as_deref().zip(config.key_file.as_deref());
        endpoint = endpoint.tls_config(tls::client(config.ca_file.as_deref(), identity)?)?;
    }
    let credentials = Credentials { token, deadline: config.deadline };
    Ok(InterceptedService::new(endpoint.connect_lazy(), credentials))
}

/// What every call to a sibling carries besides its message.
#[derive(Debug, Clone)]
pub struct Credentials {
    token: Option<ServiceToken>,
    deadline: Duration,
}

impl Interceptor for Credentials {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(token) = &self.token {
            request.metadata_mut().insert("authorization", token.bearer()?);
        }
        if request.metadata().get("grpc-timeout").is_none() {
            request.set_timeout(self.deadline);
        }
        if let Some(trace) = TraceContext::current().and_then(|trace| trace.to_string().parse().ok()) {
            request.metadata_mut().insert(TRACEPARENT, trace);
        }
        Ok(request)
    }
}

/// Names the workflow an activity's request acts for; the process API then sees the workflow as its caller.
///
/// # Errors
/// `INVALID_ARGUMENT` when the id cannot travel in metadata.
pub fn acting_for<T>(mut request: Request<T>, workflow_id: &str) -> Result<Request<T>, Status> {
    let value = workflow_id
        .parse::<MetadataValue<Ascii>>()
        .map_err(|_| Status::invalid_argument("the workflow id cannot travel in metadata"))?;
    request.metadata_mut().insert(WORKFLOW_ID, value);
    Ok(request)
}

/// Where the token of this role for the process APIs comes from. Cheap to clone.
#[derive(Clone)]
pub struct ServiceToken {
    source: Arc<Source>,
}

enum Source {
    File { path: PathBuf, last: Mutex<Option<Last>> },
    Made(Box<dyn Fn() -> String + Send + Sync>),
}

/// The token as last read, when the file was last looked at and how old it was then.
struct Last {
    bearer: MetadataValue<Ascii>,
    looked: Instant,
    modified: Option<SystemTime>,
}

impl ServiceToken {
    /// A token that something else writes to a file and renews there.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { source: Arc::new(Source::File { path: path.into(), last: Mutex::new(None) }) }
    }

    /// A token that is made when it is needed, as development stacks do.
    #[must_use]
    pub fn made(make: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self { source: Arc::new(Source::Made(Box::new(make))) }
    }

    /// The value of the `authorization` metadata.
    ///
    /// # Errors
    /// `UNAVAILABLE` when the file cannot be read or holds nothing that can travel in metadata.
    pub fn bearer(&self) -> Result<MetadataValue<Ascii>, Status> {
        match &*self.source {
            Source::Made(make) => bearer(&make()),
            Source::File { path, last } => of_file(path, &mut last.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }
}

fn of_file(path: &Path, last: &mut Option<Last>) -> Result<MetadataValue<Ascii>, Status> {
    if let Some(last) = last
        && last.looked.elapsed() < TOKEN_LOOK
    {
        return Ok(last.bearer.clone());
    }
    let modified = std::fs::metadata(path).and_then(|file| file.modified()).ok();
    if let Some(last) = last
        && modified.is_some()
        && last.modified == modified
    {
        last.looked = Instant::now();
        return Ok(last.bearer.clone());
    }
    let text = std::fs::read_to_string(path).map_err(|error| {
        tracing::error!(path = %path.display(), %error, "the service token cannot be read");
        Status::unavailable("the service token cannot be read")
    })?;
    let bearer = bearer(text.trim())?;
    *last = Some(Last { bearer: bearer.clone(), looked: Instant::now(), modified });
    Ok(bearer)
}

fn bearer(token: &str) -> Result<MetadataValue<Ascii>, Status> {
    let mut value: MetadataValue<Ascii> =
        format!("Bearer {token}").parse().map_err(|_| Status::unavailable("the service token is not usable"))?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for ServiceToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ServiceToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_carries_token_deadline_and_trace() {
        let token = ServiceToken::made(|| "abc".to_owned());
        let mut credentials = Credentials { token: Some(token), deadline: Duration::from_secs(5) };
        let request = credentials.call(Request::new(())).expect("a request");
        let authorization = request.metadata().get("authorization").expect("a token");
        assert_eq!(authorization.to_str().ok(), Some("Bearer abc"));
        assert!(authorization.is_sensitive());
        assert!(request.metadata().contains_key("grpc-timeout"));
    }

    #[test]
    fn a_missing_file_is_told_without_its_content() {
        let status = ServiceToken::file("/nowhere/token").bearer().expect_err("no file");
        assert_eq!(status.code(), tonic::Code::Unavailable);
    }
}
