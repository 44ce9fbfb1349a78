//! A whole Lotse over a private PostgreSQL and Temporal: what `lotse dev`, `demo`, `journey run` and the tests stand on.
//!
//! [`Stack`] runs all roles in one process, [`apart::Apart`] each as a process of its own; both configure them from one desk.

pub mod apart;
mod desk;

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use jiff::Timestamp;
use lotse_devstack::{
    DevStack,
    clock_service::ClockServer,
    ports,
    smtp::SmtpSink,
    token::{Audience, Claims, Issuer},
    travel::{PgWorld, Travel},
};
use lotse_platform::{
    config::{Serve, Work},
    database,
    server::{Role, Running, Settings, Surface, serve},
    temporal::Temporal,
};
use lotse_proto::dev::clock_service_server::ClockServiceServer;
use lotse_workflows::{services::Services, worker::run_worker};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::roles;
use desk::{Desk, Seat};

/// Name of the database on the private cluster.
pub const DATABASE: &str = "lotse";

/// The names of the services, in the order in which they start: the others read from cases.
pub const SERVICES: [&str; 4] = ["cases", "providers", "documents", "notifications"];

/// Where one service of the stack listens.
#[derive(Debug, Clone)]
pub struct Address {
    /// Name of the service.
    pub service: &'static str,
    /// The public API.
    pub public: SocketAddr,
    /// The process API.
    pub process: SocketAddr,
    /// Metrics and probes.
    pub admin: SocketAddr,
}

/// Everything of Lotse in one process.
#[derive(Debug)]
pub struct Stack {
    servers: DevStack,
    issuer: Arc<Issuer>,
    addresses: Vec<Address>,
    front: SocketAddr,
    mail: SmtpSink,
    running: Vec<Running>,
    worker: JoinHandle<Result<(), lotse_workflows::worker::WorkerError>>,
    shutdown: CancellationToken,
}

impl Stack {
    /// Starts every role on a started dev stack; the business clock stands at `begin`.
    ///
    /// # Errors
    /// When a schema cannot be migrated, an address cannot be bound or a role cannot be put together.
    pub async fn start(servers: DevStack, begin: Timestamp) -> anyhow::Result<Self> {
        let mail = SmtpSink::start().await?;
        let mut desk = prepare(&servers, begin, mail.address()).await?;
        let shutdown = CancellationToken::new();
        // Cases and these read from each other, so that their addresses are known before either starts.
        for service in desk::KEEPERS {
            let [port] = ports::free()?;
            let process = SocketAddr::from(([127, 0, 0, 1], port));
            desk.seats.insert(service, Seat { process, ..Seat::default() });
            desk.peers.insert(service, process);
        }

        let (mut addresses, mut running, mut public) = (Vec::new(), Vec::new(), Surface::default());
        for service in SERVICES {
            let (role, settings) = desk.service(service)?;
            public = public.join(role.public.clone());
            let started = serve(role, settings, shutdown.clone()).await?;
            let address = Address {
                service,
                public: started.public_address(),
                process: started.process_address(),
                admin: started.admin_address(),
            };
            desk.peers.insert(service, address.process);
            addresses.push(address);
            running.push(started);
        }

        let front = serve_front(&desk, travel(&servers, &desk).await?, public, shutdown.clone()).await?;
        let front_address = front.public_address();
        running.push(front);

        let worker = spawn_worker(&desk, shutdown.clone())?;
        Ok(Self { servers, issuer: desk.issuer, addresses, front: front_address, mail, running, worker, shutdown })
    }

    /// The servers below.
    #[must_use]
    pub const fn servers(&self) -> &DevStack {
        &self.servers
    }

    /// Where each service listens.
    #[must_use]
    pub fn addresses(&self) -> &[Address] {
        &self.addresses
    }

    /// The one address that serves the whole public API and the clock.
    #[must_use]
    pub const fn front(&self) -> SocketAddr {
        self.front
    }

    /// What the mail server of the stack has received.
    #[must_use]
    pub const fn mail(&self) -> &SmtpSink {
        &self.mail
    }

    /// The folder with the issuer's keys.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        keys(&self.servers)
    }

    /// Signs tokens that this stack believes.
    #[must_use]
    pub fn issuer(&self) -> Arc<Issuer> {
        Arc::clone(&self.issuer)
    }

    /// Stops all roles gracefully, then the servers.
    ///
    /// # Errors
    /// When a role broke before it was told to stop.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.shutdown.cancel();
        self.worker.await.context("the worker panicked")??;
        for role in self.running {
            role.join().await?;
        }
        Ok(())
    }
}

/// Where a stack keeps what its roles are configured with; it goes with the stack.
fn keys(servers: &DevStack) -> PathBuf {
    servers.folder().join("lotse")
}

/// Makes the database with every schema and the clock, and the keys: all that roles need before the first of them is started.
async fn prepare(servers: &DevStack, begin: Timestamp, mail: SocketAddr) -> anyhow::Result<Desk> {
    let url = servers.create_database(DATABASE).await?;
    roles::migrate(&url).await?;
    PgWorld::install(database::connect(&url, "dev")?, begin).await?;
    let issuer = Arc::new(Issuer::generate()?);
    let folder = keys(servers);
    issuer.store(&folder)?;
    Ok(Desk::new(servers, folder, issuer, mail))
}

/// Moves the clock and the workflows of a stack.
async fn travel(servers: &DevStack, desk: &Desk) -> anyhow::Result<Travel<PgWorld>> {
    let world = PgWorld::new(database::connect(&desk.database, "dev")?);
    Ok(Travel::new(servers.temporal_connection().await?, servers.namespace(), world))
}

/// A public API at one address with the clock, which is no part of any service. In production a gateway does that.
async fn serve_front(
    desk: &Desk,
    travel: Travel<PgWorld>,
    public: Surface,
    shutdown: CancellationToken,
) -> anyhow::Result<Running> {
    let config: Serve = desk.config("front")?;
    let role = Role {
        name: "front",
        public: public.with(ClockServiceServer::new(ClockServer::new(travel))),
        process: Surface::default(),
        descriptors: vec![lotse_proto::DESCRIPTORS],
        background: Vec::new(),
        checks: Vec::new(),
        metrics: lotse_platform::metrics::Metrics::new("front")?,
    };
    Ok(serve(role, Settings::from(&config), shutdown).await?)
}

/// The worker beside the services of this process.
fn spawn_worker(
    desk: &Desk,
    shutdown: CancellationToken,
) -> anyhow::Result<JoinHandle<Result<(), lotse_workflows::worker::WorkerError>>> {
    let work: Work = desk.config("worker")?;
    let temporal = Temporal::new(&work.temporal, "worker")?;
    let services = Services::new(&work.peers, Some(&desk.token("worker")))?;
    Ok(tokio::spawn(run_worker(temporal, services, shutdown)))
}

/// A token of a person, for twelve hours.
///
/// # Errors
/// When it cannot be signed.
pub fn person_token(
    issuer: &Issuer,
    subject: &str,
    jobcenter: Option<&str>,
    roles: &[String],
) -> anyhow::Result<String> {
    let claims = Claims {
        subject: subject.to_owned(),
        audience: Audience::Public,
        jobcenter: jobcenter.map(str::to_owned),
        roles: roles.to_vec(),
        lifetime: Duration::from_hours(12),
    };
    Ok(issuer.token(&claims)?)
}
