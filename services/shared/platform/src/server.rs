//! Runs a role: a public and a process gRPC server, the admin listener and background tasks, from start to a graceful stop.

mod frames;
mod gate;
mod stop;
mod surface;
mod watch;

use std::{fmt, future::Future, io, net::SocketAddr, sync::Arc};

use axum::middleware::from_fn_with_state;
use futures::{FutureExt, future::BoxFuture};
use thiserror::Error;
use tokio::{sync::Semaphore, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::{
    service::Routes,
    transport::{Certificate, Identity, Server, ServerTlsConfig, server::TcpIncoming},
};

pub use stop::on_signal;
pub use surface::Surface;

use crate::{
    admin::{self, Check, Readiness},
    auth::{Audience, Authenticator, Jwks, JwksError},
    config::{Admin, Auth, Limits, Listeners, Serve, Tls},
    metrics::Metrics,
};
use gate::Gate;
use stop::{Conductor, Task};
use surface::Health;
use watch::Watch;

/// A role could not start, or one of its tasks ended before it was told to.
#[derive(Debug, Error)]
pub enum ServeError {
    /// An address cannot be bound.
    #[error("the {listener} listener cannot be bound to {address}")]
    Bind {
        /// Which listener.
        listener: &'static str,
        /// Where it was to listen.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// A file with a certificate or key cannot be read.
    #[error("the file {path} cannot be read")]
    File {
        /// Which file.
        path: String,
        /// Why not.
        source: io::Error,
    },
    /// A server could not be set up, or broke.
    #[error("a gRPC server failed")]
    Transport(#[from] tonic::transport::Error),
    /// The descriptors for reflection are damaged.
    #[error("the descriptors for reflection are damaged")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// The descriptors of what is served are damaged.
    #[error("the descriptors of what is served are damaged")]
    Descriptors(#[from] prost::DecodeError),
    /// The client for the issuer's keys could not be built.
    #[error("the client for the issuer's keys could not be built")]
    Jwks(#[from] JwksError),
    /// The admin listener broke.
    #[error("the admin listener failed")]
    Admin(#[source] io::Error),
    /// A task ended or panicked before it was told to: the role stops, so that it is started anew.
    #[error("the task {task} ended before it was told to")]
    Ended {
        /// Which task.
        task: &'static str,
    },
}

/// A task that runs beside the servers until its token is cancelled, such as the relay.
pub struct Background {
    name: &'static str,
    run: Box<dyn FnOnce(CancellationToken) -> BoxFuture<'static, ()> + Send>,
}

impl Background {
    /// Names a task. It must end soon after its token is cancelled; ending earlier stops the role with an error.
    pub fn new<F, R>(name: &'static str, run: R) -> Self
    where
        R: FnOnce(CancellationToken) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        Self { name, run: Box::new(move |stop| run(stop).boxed()) }
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Background").field(&self.name).finish()
    }
}

/// Everything a role consists of.
#[derive(Debug)]
pub struct Role {
    /// The name in logs, such as `cases`.
    pub name: &'static str,
    /// The services of the public API.
    pub public: Surface,
    /// The services of the process API.
    pub process: Surface,
    /// Encoded file descriptor sets: reflection answers from them, and a method that stands in none has no name in telemetry.
    pub descriptors: Vec<&'static [u8]>,
    /// Tasks beside the servers; they end after the last RPC.
    pub background: Vec<Background>,
    /// What the role needs in order to be ready.
    pub checks: Vec<Check>,
    /// What the role counts.
    pub metrics: Metrics,
}

/// The sections a server is built from.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Addresses of the gRPC listeners.
    pub listeners: Listeners,
    /// Address of the admin listener.
    pub admin: Admin,
    /// Sizes, deadlines, stopping.
    pub limits: Limits,
    /// Certificates.
    pub tls: Tls,
    /// Tokens.
    pub auth: Auth,
}

impl From<&Serve> for Settings {
    fn from(config: &Serve) -> Self {
        Self {
            listeners: config.listeners.clone(),
            admin: config.admin.clone(),
            limits: config.limits.clone(),
            tls: config.tls.clone(),
            auth: config.auth.clone(),
        }
    }
}

/// A role that serves.
#[derive(Debug)]
pub struct Running {
    public: SocketAddr,
    process: SocketAddr,
    admin: SocketAddr,
    conductor: JoinHandle<Result<(), ServeError>>,
}

impl Running {
    /// Where the public API really listens.
    #[must_use]
    pub const fn public_address(&self) -> SocketAddr {
        self.public
    }

    /// Where the process API really listens.
    #[must_use]
    pub const fn process_address(&self) -> SocketAddr {
        self.process
    }

    /// Where metrics and probes really are.
    #[must_use]
    pub const fn admin_address(&self) -> SocketAddr {
        self.admin
    }

    /// Waits until the role has stopped.
    ///
    /// # Errors
    /// When a server broke or a task ended before it was told to.
    pub async fn join(self) -> Result<(), ServeError> {
        self.conductor.await.unwrap_or(Err(ServeError::Ended { task: "conductor" }))
    }
}

/// Starts a role and returns once it serves; it stops gracefully when `shutdown` is cancelled.
///
/// # Errors
/// When an address cannot be bound or a file of certificates or keys is not usable.
pub async fn serve(role: Role, settings: Settings, shutdown: CancellationToken) -> Result<Running, ServeError> {
    let Role { name, public, process, descriptors, background, checks, metrics } = role;
    let jwks = Jwks::new(&settings.auth)?;
    let readiness = Readiness::new(checks);
    let health = Health::default();
    health.set(!readiness.is_watched()).await;
    let mut conductor = Conductor::new(name, settings.limits.clone(), health.clone(), readiness.clone());

    let mut listen = |audience: Audience, surface: Surface, address: SocketAddr| {
        let authenticator = Authenticator::new(audience, &settings.auth, jwks.clone(), metrics.clone());
        let gate = Arc::new(Gate {
            listener: audience.as_str(),
            authenticator,
            limits: settings.limits.clone(),
            metrics: metrics.clone(),
            places: Semaphore::new(settings.limits.concurrent_rpcs),
            methods: surface.methods(&descriptors)?,
            readiness: readiness.clone(),
        });
        let router = surface.complete(&descriptors, &health)?.layer(from_fn_with_state(gate, gate::pass));
        let (bound, serving) = bind(audience, address, Routes::from(router), &settings.tls, conductor.closing())?;
        conductor.add(Task::Server, audience.as_str(), serving);
        Ok::<_, ServeError>(bound)
    };
    let public = listen(Audience::Public, public, settings.listeners.public)?;
    let process = listen(Audience::Process, process, settings.listeners.process)?;

    let address = settings.admin.address;
    let (admin, serving) = admin::serve(address, metrics, readiness.clone(), conductor.ending())
        .await
        .map_err(|source| ServeError::Bind { listener: "admin", address, source })?;
    conductor.add(Task::Admin, "admin", serving.map(|ended| ended.map_err(ServeError::Admin)));
    for task in background {
        let work = (task.run)(conductor.background());
        conductor.add(Task::Background, task.name, work.map(Ok));
    }

    readiness.set(true);
    if readiness.is_watched() {
        // Looked at once before anybody is told that the role has started; it lives also while nothing can be seen.
        let mut watch = Watch::new(name, health, readiness);
        watch.look().await;
        let watching = watch.go_on(conductor.background());
        conductor.add(Task::Background, "watched checks", watching.map(Ok));
    }
    tracing::info!(role = name, %public, %process, %admin, "{name} serves on {public} (public) and {process} (process)");
    Ok(Running { public, process, admin, conductor: tokio::spawn(conductor.conduct(shutdown)) })
}

type Serving = BoxFuture<'static, Result<(), ServeError>>;

fn bind(
    audience: Audience,
    address: SocketAddr,
    routes: Routes,
    tls: &Tls,
    closing: CancellationToken,
) -> Result<(SocketAddr, Serving), ServeError> {
    let refused = |source| ServeError::Bind { listener: audience.as_str(), address, source };
    let incoming = TcpIncoming::bind(address).map_err(refused)?.with_nodelay(Some(true));
    let bound = incoming.local_addr().map_err(refused)?;
    let mut server = Server::builder();
    if let Some(tls) = tls_of(audience, tls)? {
        server = server.tls_config(tls)?;
    }
    let serving = server.add_routes(routes).serve_with_incoming_shutdown(incoming, closing.cancelled_owned());
    Ok((bound, async move { Ok(serving.await?) }.boxed()))
}

/// TLS of a listener. Client certificates are asked for on the process listener only, and a token does as well.
fn tls_of(audience: Audience, tls: &Tls) -> Result<Option<ServerTlsConfig>, ServeError> {
    let (Some(certificate), Some(key)) = (&tls.certificate_file, &tls.key_file) else { return Ok(None) };
    let mut config = ServerTlsConfig::new().identity(Identity::from_pem(read(certificate)?, read(key)?));
    if let (Audience::Process, Some(authorities)) = (audience, &tls.client_ca_file) {
        config = config.client_ca_root(Certificate::from_pem(read(authorities)?)).client_auth_optional(true);
    }
    Ok(Some(config))
}

fn read(path: &std::path::Path) -> Result<Vec<u8>, ServeError> {
    std::fs::read(path).map_err(|source| ServeError::File { path: path.display().to_string(), source })
}
