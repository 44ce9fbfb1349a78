//! How each role is put together from its configuration: `lotse serve` runs one, a dev stack runs all of them.

use std::sync::Arc;

use anyhow::Context as _;
use lotse_cases::neighbours::RemoteSiblings;
use lotse_documents::{Documents, files::Files, neighbours::cases::RemoteCases, vault::Vault};
use lotse_notifications::{courier::Counts, neighbours::staff::RemoteStaff, role::Office};
use lotse_platform::{
    admin::Check,
    case_access::RemoteCaseAccess,
    channel::{Peer, ServiceToken, peer},
    clock::{BusinessClock, WallClock},
    config::{self, ClockKind, Serve},
    database::{self, Database},
    metrics::Metrics,
    relay::Relay,
    server::{Background, Role, Surface},
    temporal::Temporal,
    unit::Desk,
};

/// What every service is built on.
struct Ground {
    name: &'static str,
    database: Database,
    clock: BusinessClock,
    metrics: Metrics,
    background: Vec<Background>,
    checks: Vec<Check>,
}

impl Ground {
    /// Pools, clock, metrics, the relay where Temporal has an address, and the database as a condition of being ready.
    fn new(name: &'static str, serve: &Serve) -> anyhow::Result<Self> {
        let database = Database::new(database::serving(&serve.database, name)?);
        let clock = clock(&serve.clock, &database);
        let metrics = Metrics::new(name)?;
        let mut background = Vec::new();
        if serve.temporal.address.is_some() {
            let temporal = Temporal::new(&serve.temporal, name)?;
            let pool = database::relaying(&serve.database, name)?;
            let relay = Relay::new(pool, temporal, clock.clone(), metrics.clone(), database.bell());
            background.push(Background::new("relay", |stop| relay.run(stop)));
        }
        let pool = database.pool().clone();
        let checks = vec![Check::new("database", move || {
            let pool = pool.clone();
            async move { sqlx::query("SELECT 1").execute(&pool).await.is_ok() }
        })];
        Ok(Self { name, database, clock, metrics, background, checks })
    }

    fn role(self, public: Surface, process: Surface) -> Role {
        let Self { name, metrics, background, checks, .. } = self;
        Role { name, public, process, descriptors: vec![lotse_proto::DESCRIPTORS], background, checks, metrics }
    }
}

#[cfg_attr(
    not(feature = "dev"),
    expect(unused_variables, reason = "only the simulated clock is a row in the database")
)]
fn clock(section: &config::Clock, database: &Database) -> BusinessClock {
    match section.kind {
        ClockKind::Wall => BusinessClock::wall(),
        #[cfg(feature = "dev")]
        ClockKind::Dev => BusinessClock::dev(database.pool().clone()),
    }
}

/// The channel to the process API of cases, which every other service reads from.
fn cases_of(serve: &Serve, token: Option<ServiceToken>) -> anyhow::Result<Peer> {
    let address = serve.peers.cases.as_ref().context("LOTSE_PEER_CASES is missing: this service reads from cases")?;
    Ok(peer(address, &serve.peers, token)?)
}

/// The siblings from which cases reads what a policy version does to their records.
fn siblings_of(serve: &Serve, token: Option<ServiceToken>) -> anyhow::Result<RemoteSiblings> {
    let missing = "LOTSE_PEER_PROVIDERS or LOTSE_PEER_DOCUMENTS is missing: cases reads from both";
    let (providers, documents) = serve.peers.providers.as_ref().zip(serve.peers.documents.as_ref()).context(missing)?;
    let providers = peer(providers, &serve.peers, token.clone())?;
    Ok(RemoteSiblings::new(providers, peer(documents, &serve.peers, token)?))
}

/// The service of cases.
///
/// # Errors
/// When the configuration cannot be used.
pub fn cases(serve: &Serve, token: Option<ServiceToken>) -> anyhow::Result<Role> {
    let mut ground = Ground::new(lotse_cases::SCHEMA, serve)?;
    ground.checks.push(lotse_cases::release::law(ground.database.pool().clone()));
    let siblings = Arc::new(siblings_of(serve, token)?);
    let office = lotse_cases::role::office(ground.database.clone(), ground.clock.clone(), siblings)?;
    let (public, process) = lotse_cases::role::surfaces(&office);
    Ok(ground.role(public, process))
}

/// The service of documents.
///
/// # Errors
/// When the configuration cannot be used.
pub fn documents(config: &lotse_documents::config::Config, token: Option<ServiceToken>) -> anyhow::Result<Role> {
    let ground = Ground::new(lotse_documents::schema::SCHEMA, &config.serve)?;
    let policies = Arc::new(lotse_documents::policies()?);
    let desk = Desk { database: ground.database.clone(), clock: ground.clock.clone(), wall: WallClock, policies };
    let files = Files::new(config.store.objects()?, Vault::new(Arc::new(config.store.keys())));
    let cases = Arc::new(RemoteCases::new(cases_of(&config.serve, token)?));
    let documents = Documents::new(desk, files, cases);
    Ok(ground.role(documents.public(), documents.process()))
}

/// The service of notifications, with the courier that sends e-mail.
///
/// # Errors
/// When the configuration cannot be used.
pub fn notifications(
    config: &lotse_notifications::config::Config,
    token: Option<ServiceToken>,
) -> anyhow::Result<Role> {
    let mut ground = Ground::new(lotse_notifications::SCHEMA, &config.serve)?;
    let staff = Arc::new(RemoteStaff::new(cases_of(&config.serve, token)?));
    let office = Office::new(ground.database.clone(), ground.clock.clone(), staff, &config.smtp)?;
    let pool = database::relaying(&config.serve.database, lotse_notifications::SCHEMA)?;
    let courier = lotse_notifications::role::courier(&office, pool, &config.smtp, Counts::new(&ground.metrics)?)?;
    ground.background.push(courier);
    let (public, process) = lotse_notifications::role::surfaces(&office);
    Ok(ground.role(public, process))
}

/// The service of providers.
///
/// # Errors
/// When the configuration cannot be used.
pub fn providers(serve: &Serve, token: Option<ServiceToken>) -> anyhow::Result<Role> {
    let ground = Ground::new(lotse_providers::SCHEMA, serve)?;
    let cases = Arc::new(RemoteCaseAccess::new(cases_of(serve, token)?));
    let office = lotse_providers::role::office(ground.database.clone(), ground.clock.clone(), cases)?;
    let (public, process) = lotse_providers::role::surfaces(&office);
    Ok(ground.role(public, process))
}

/// The schemas of the services, in the order in which they are brought up to date.
pub const SCHEMAS: [&str; 4] =
    [lotse_cases::SCHEMA, lotse_providers::SCHEMA, lotse_documents::schema::SCHEMA, lotse_notifications::SCHEMA];

/// Brings every schema up to date and loads what the release ships; `url` connects as the owner. Tells what became of the federal
/// policies.
///
/// # Errors
/// When the database refuses, a migration fails, or a federal policy that is loaded was edited in this release.
pub async fn migrate(url: &str) -> anyhow::Result<lotse_cases::release::Loaded> {
    let policies = lotse_cases::release::migrate(url).await?;
    database::migrate(url, lotse_providers::SCHEMA, lotse_providers::migrations()).await?;
    lotse_documents::schema::migrate(url).await?;
    database::migrate(url, lotse_notifications::SCHEMA, lotse_notifications::migrations()).await?;
    Ok(policies)
}
