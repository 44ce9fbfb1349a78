//! All roles in one process over a private PostgreSQL and Temporal: what `lotse dev`, `demo`, `journey run` and the tests stand on.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use jiff::Timestamp;
use lotse_devstack::{
    DevStack,
    clock_service::ClockServer,
    smtp::SmtpSink,
    token::{Audience, Claims, ISSUER, Issuer, JWKS_FILE},
    travel::{PgWorld, Travel},
};
use lotse_platform::{
    channel::ServiceToken,
    config::{Peers, Section, Serve, load_from},
    database,
    server::{Role, Running, Settings, Surface, serve},
    temporal::Temporal,
};
use lotse_proto::dev::clock_service_server::ClockServiceServer;
use lotse_workflows::{services::Services, worker::run_worker};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::roles;

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
        let url = servers.create_database(DATABASE).await?;
        roles::migrate(&url).await?;
        PgWorld::install(database::connect(&url, "dev")?, begin).await?;
        let issuer = Arc::new(Issuer::generate()?);
        let folder = keys(&servers);
        issuer.store(&folder)?;
        let mail = SmtpSink::start().await?;
        let shutdown = CancellationToken::new();
        let mut desk =
            Desk { servers: &servers, folder, issuer: Arc::clone(&issuer), mail: mail.address(), cases: None };

        let (mut addresses, mut running, mut front) = (Vec::new(), Vec::new(), Surface::default());
        for service in SERVICES {
            let (role, settings) = desk.role(service)?;
            front = front.join(role.public.clone());
            let started = serve(role, settings, shutdown.clone()).await?;
            let address = Address {
                service,
                public: started.public_address(),
                process: started.process_address(),
                admin: started.admin_address(),
            };
            if service == SERVICES[0] {
                desk.cases = Some(address.process);
            }
            addresses.push(address);
            running.push(started);
        }

        let world = PgWorld::new(database::connect(&url, "dev")?);
        let travel = Travel::new(servers.temporal_connection().await?, servers.namespace(), world);
        let front = front.with(ClockServiceServer::new(ClockServer::new(travel)));
        let front = serve_front(&desk, front, shutdown.clone()).await?;
        let front_address = front.public_address();
        running.push(front);

        let worker = desk.worker(&addresses, shutdown.clone())?;
        Ok(Self { servers, issuer, addresses, front: front_address, mail, running, worker, shutdown })
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

/// What the configuration of every role of the stack is made of.
struct Desk<'a> {
    servers: &'a DevStack,
    folder: PathBuf,
    issuer: Arc<Issuer>,
    mail: SocketAddr,
    cases: Option<SocketAddr>,
}

impl Desk<'_> {
    /// Reads a role's configuration the way a role does, from the variables it would be started with.
    fn config<S: Section>(&self, service: &str, more: &[(&str, String)]) -> anyhow::Result<S> {
        let database = |login: &str| self.servers.database_url(DATABASE).replace("postgres@", &format!("{login}@"));
        let mut pairs = vec![
            ("LOTSE_DATABASE_URL", database(&format!("lotse_{service}"))),
            ("LOTSE_DATABASE_RELAY_URL", database(&format!("lotse_{service}_relay"))),
            ("LOTSE_LISTEN_PUBLIC", "127.0.0.1:0".to_owned()),
            ("LOTSE_LISTEN_PROCESS", "127.0.0.1:0".to_owned()),
            ("LOTSE_LISTEN_ADMIN", "127.0.0.1:0".to_owned()),
            ("LOTSE_LIMIT_STOP_NOTICE", "0s".to_owned()),
            ("LOTSE_LIMIT_DEADLINE_MAX", "30m".to_owned()),
            ("LOTSE_AUTH_ISSUER", ISSUER.to_owned()),
            ("LOTSE_AUTH_JWKS", self.folder.join(JWKS_FILE).display().to_string()),
            (
                "LOTSE_TEMPORAL_ADDRESS",
                format!("http://{}", self.servers.temporal_address().trim_start_matches("http://")),
            ),
            ("LOTSE_TEMPORAL_NAMESPACE", self.servers.namespace().to_owned()),
            ("LOTSE_CLOCK", "dev".to_owned()),
        ];
        if let Some(cases) = self.cases {
            pairs.push(("LOTSE_PEER_CASES", format!("http://{cases}")));
        }
        pairs.extend(more.iter().cloned());
        Ok(load_from(pairs.into_iter().map(|(key, value)| (key.into(), value.into())))?)
    }

    fn role(&self, service: &'static str) -> anyhow::Result<(Role, Settings)> {
        let token = Some(self.token(service));
        Ok(match service {
            "documents" => {
                let more = [
                    ("LOTSE_DOCUMENTS_STORE", format!("file://{}", self.folder.join("letters").display())),
                    ("LOTSE_DOCUMENTS_KEYS_FOLDER", self.folder.join("keys").display().to_string()),
                    ("LOTSE_DOCUMENTS_KEYS_CREATE", "true".to_owned()),
                ];
                let config: lotse_documents::config::Config = self.config(service, &more)?;
                (roles::documents(&config, token)?, Settings::from(&config.serve))
            }
            "notifications" => {
                let more = [
                    ("LOTSE_SMTP_SERVER", format!("smtp://{}", self.mail)),
                    ("LOTSE_SMTP_SENDER", "Lotse <lotse@lotse.test>".to_owned()),
                ];
                let config: lotse_notifications::config::Config = self.config(service, &more)?;
                (roles::notifications(&config, token)?, Settings::from(&config.serve))
            }
            "providers" => {
                let config: Serve = self.config(service, &[])?;
                (roles::providers(&config, token)?, Settings::from(&config))
            }
            _ => {
                let config: Serve = self.config(service, &[])?;
                (roles::cases(&config)?, Settings::from(&config))
            }
        })
    }

    /// A service token that is made anew long before it expires.
    fn token(&self, name: &str) -> ServiceToken {
        let (issuer, claims) = (Arc::clone(&self.issuer), Claims::service(name));
        // A token that cannot be signed opens nothing: the call is refused and the caller hears why.
        ServiceToken::made(move || issuer.token(&claims).unwrap_or_default())
    }

    fn worker(
        &self,
        addresses: &[Address],
        shutdown: CancellationToken,
    ) -> anyhow::Result<JoinHandle<Result<(), lotse_workflows::worker::WorkerError>>> {
        let keys = ["LOTSE_PEER_CASES", "LOTSE_PEER_PROVIDERS", "LOTSE_PEER_DOCUMENTS", "LOTSE_PEER_NOTIFICATIONS"];
        let peers = keys
            .into_iter()
            .zip(addresses)
            .map(|(key, address)| (key.into(), format!("http://{}", address.process).into()));
        let peers: Peers = load_from(peers)?;
        let serve: Serve = self.config("cases", &[])?;
        let temporal = Temporal::new(&serve.temporal, "worker")?;
        let services = Services::new(&peers, Some(&self.token("worker")))?;
        Ok(tokio::spawn(run_worker(temporal, services, shutdown)))
    }
}

/// The whole public API at one address, with the clock, which is no part of any service. In production a gateway does that.
async fn serve_front(desk: &Desk<'_>, public: Surface, shutdown: CancellationToken) -> anyhow::Result<Running> {
    let config: Serve = desk.config("cases", &[("LOTSE_LIMIT_DEADLINE_DEFAULT", "30m".to_owned())])?;
    let role = Role {
        name: "front",
        public,
        process: Surface::default(),
        descriptors: vec![lotse_proto::DESCRIPTORS],
        background: Vec::new(),
        checks: Vec::new(),
        metrics: lotse_platform::metrics::Metrics::new("front")?,
    };
    Ok(serve(role, Settings::from(&config), shutdown).await?)
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
