//! One service alone, as tests meet it: its own database, a clock that only the test moves, real listeners and real tokens.

use std::{collections::HashMap, path::PathBuf, time::Duration};

use jiff::{civil::Date, tz::TimeZone};
use lotse_platform::{
    clock::{BusinessClock, WallClock},
    config::{Admin, Auth, JwksSource, Limits, Listeners, Tls},
    database::{self, Database},
    metrics::Metrics,
    server::{Role, Running, Settings, Surface, serve},
};
use lotse_proto::dev::clock_service_server::ClockServiceServer;
use sqlx::{PgPool, migrate::Migrator};
use tokio::sync::{Mutex, OnceCell};
use tokio_util::sync::CancellationToken;
use tonic::{
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Endpoint},
};

use crate::{
    clock_service::ClockServer,
    shared::shared_postgres,
    stack::DevStack,
    token::{Audience, Claims, ISSUER, Issuer},
    travel::{PgWorld, Travel, World},
};

/// What can go wrong before a test begins.
pub type SetUpError = Box<dyn std::error::Error + Send + Sync>;

/// A running service with a database of its own.
#[derive(Debug)]
pub struct Service {
    issuer: Issuer,
    running: Running,
    owner: PgPool,
    world: PgWorld,
    folder: PathBuf,
    shutdown: CancellationToken,
}

/// A channel that sends a token with each call.
pub type Client = InterceptedService<Channel, Bearer>;

/// The token of a client.
#[derive(Debug, Clone)]
pub struct Bearer(MetadataValue<Ascii>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: tonic::Request<()>) -> Result<tonic::Request<()>, tonic::Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

impl Service {
    /// Starts the service over a fresh copy of its migrated schema; its business date is `today`, nine o'clock.
    ///
    /// # Errors
    /// When a server is missing, a migration fails or an address cannot be bound.
    pub async fn start<B>(schema: &'static str, migrations: Migrator, today: Date, build: B) -> Result<Self, SetUpError>
    where
        B: FnOnce(Database, BusinessClock) -> Result<(Surface, Surface), SetUpError>,
    {
        let stack = shared_postgres().await?;
        let url = stack.clone_database(&template(stack, schema, migrations).await?).await?;
        let login = url.replace("postgres@", &format!("lotse_{schema}@"));
        let database = Database::new(database::connect(&login, schema)?);
        let owner = database::connect(&url, schema)?;
        Self::over(stack, owner.clone(), schema, today, |_| build(database, BusinessClock::dev(owner))).await
    }

    /// Starts the clock service of a stack alone, over a database of its own, as `lotse dev` serves it.
    ///
    /// # Errors
    /// When a server is missing or an address cannot be bound.
    pub async fn clock(stack: &DevStack, today: Date) -> Result<Self, SetUpError> {
        let owner = database::connect(&stack.clone_database("template1").await?, "dev")?;
        let connection = stack.temporal_connection().await?;
        let build = |world: &PgWorld| {
            let travel = Travel::new(connection, stack.namespace(), world.clone());
            let public = Surface::default().with(ClockServiceServer::new(ClockServer::new(travel)));
            Ok((public, Surface::default()))
        };
        Self::over(stack, owner, "dev", today, build).await
    }

    async fn over<B>(
        stack: &DevStack,
        owner: PgPool,
        name: &'static str,
        today: Date,
        build: B,
    ) -> Result<Self, SetUpError>
    where
        B: FnOnce(&PgWorld) -> Result<(Surface, Surface), SetUpError>,
    {
        let issuer = Issuer::generate()?;
        let folder = stack.folder().join(format!("keys-{}", WallClock.new_id()));
        issuer.store(&folder)?;
        let world = PgWorld::install(owner.clone(), nine_o_clock(today)?).await?;
        let (public, process) = build(&world)?;
        let role = Role {
            name,
            public,
            process,
            descriptors: vec![lotse_proto::DESCRIPTORS],
            background: Vec::new(),
            checks: Vec::new(),
            metrics: Metrics::new(name)?,
        };
        let shutdown = CancellationToken::new();
        let running = serve(role, settings(&folder)?, shutdown.clone()).await?;
        Ok(Self { issuer, running, owner, world, folder, shutdown })
    }

    /// A client of the public API with the given roles. Without a jobcenter it serves the whole cell.
    ///
    /// # Errors
    /// When no token can be made.
    pub fn person(&self, subject: &str, jobcenter: Option<&str>, roles: &[&str]) -> Result<Client, SetUpError> {
        let claims = Claims {
            subject: subject.to_owned(),
            audience: Audience::Public,
            jobcenter: jobcenter.map(str::to_owned),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            lifetime: Duration::from_mins(30),
        };
        self.client(&format!("http://{}", self.running.public_address()), &claims)
    }

    /// A client of the process API, as a worker or sibling service.
    ///
    /// # Errors
    /// When no token can be made.
    pub fn sibling(&self, name: &str) -> Result<Client, SetUpError> {
        self.client(&format!("http://{}", self.running.process_address()), &Claims::service(name))
    }

    /// A client that carries a person's token to the process API, which lets no person in.
    ///
    /// # Errors
    /// When no token can be made.
    pub fn intruder(&self, subject: &str, jobcenter: &str, roles: &[&str]) -> Result<Client, SetUpError> {
        let claims = Claims::person(subject, jobcenter, roles);
        self.client(&format!("http://{}", self.running.process_address()), &claims)
    }

    /// A client that carries a machine's token to the public API, which lets no machine in.
    ///
    /// # Errors
    /// When no token can be made.
    pub fn machine_in_public(&self, name: &str) -> Result<Client, SetUpError> {
        self.client(&format!("http://{}", self.running.public_address()), &Claims::service(name))
    }

    /// A client with a token that another issuer has signed, of the process API or the public one.
    ///
    /// # Errors
    /// When no token can be made.
    pub fn forger(&self, process: bool) -> Result<Client, SetUpError> {
        let (claims, address) = if process {
            (Claims::service("worker"), self.running.process_address())
        } else {
            (Claims::person("anna", "musterstadt", &["administrator"]), self.running.public_address())
        };
        let bearer = Bearer(format!("Bearer {}", Issuer::generate()?.token(&claims)?).parse()?);
        let channel = Endpoint::from_shared(format!("http://{address}"))?.connect_lazy();
        Ok(InterceptedService::new(channel, bearer))
    }

    fn client(&self, address: &str, claims: &Claims) -> Result<Client, SetUpError> {
        let bearer = Bearer(format!("Bearer {}", self.issuer.token(claims)?).parse()?);
        let channel = Endpoint::from_shared(address.to_owned())?.connect_lazy();
        Ok(InterceptedService::new(channel, bearer))
    }

    /// Moves the business date; time is nine o'clock again.
    ///
    /// # Errors
    /// When the clock's row cannot be written.
    pub async fn move_to(&self, day: Date) -> Result<(), SetUpError> {
        Ok(self.world.set_business_time(nine_o_clock(day)?).await?)
    }

    /// The database as its owner, past every wall: for looking at what a call left behind.
    #[must_use]
    pub const fn owner(&self) -> &PgPool {
        &self.owner
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.shutdown.cancel();
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

fn nine_o_clock(day: Date) -> Result<jiff::Timestamp, jiff::Error> {
    Ok(day.at(9, 0, 0, 0).to_zoned(TimeZone::get("Europe/Berlin")?)?.timestamp())
}

/// The name of the migrated template of a schema, made by the first test that needs it.
async fn template(stack: &DevStack, schema: &'static str, migrations: Migrator) -> Result<String, SetUpError> {
    static MADE: OnceCell<Mutex<HashMap<&'static str, String>>> = OnceCell::const_new();
    let mut made = MADE.get_or_init(|| async { Mutex::default() }).await.lock().await;
    if let Some(name) = made.get(schema) {
        return Ok(name.clone());
    }
    let name = format!("template_{schema}");
    let url = stack.create_database(&name).await?;
    database::migrate(&url, schema, migrations).await?;
    made.insert(schema, name.clone());
    Ok(name)
}

/// Free ports, short waits, and the keys in `folder`.
fn settings(folder: &std::path::Path) -> Result<Settings, SetUpError> {
    let free = "127.0.0.1:0".parse()?;
    Ok(Settings {
        listeners: Listeners { public: free, process: free },
        admin: Admin { address: free },
        limits: Limits {
            message_bytes: 1024 * 1024,
            concurrent_rpcs: 64,
            deadline_default: Duration::from_secs(20),
            deadline_max: Duration::from_mins(1),
            stop_notice: Duration::ZERO,
            drain: Duration::from_secs(5),
        },
        tls: Tls { certificate_file: None, key_file: None, client_ca_file: None },
        auth: Auth {
            issuer: ISSUER.to_owned(),
            audience: Audience::Public.as_str().to_owned(),
            process_audience: Audience::Process.as_str().to_owned(),
            jwks: JwksSource::File(folder.join(crate::token::JWKS_FILE)),
            jwks_ca_file: None,
            leeway: Duration::from_secs(10),
            jwks_refresh_interval: Duration::from_secs(1),
            jwks_timeout: Duration::from_secs(3),
        },
    })
}
