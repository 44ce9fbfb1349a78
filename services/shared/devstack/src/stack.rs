//! One development stack: a PostgreSQL cluster and a Temporal server that belong to this process.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use temporalio_client::{Connection, RetryOptions};
use tokio::sync::Mutex;

use crate::cache::StackFolder;
use crate::error::DevStackError;
use crate::postgres::Postgres;
use crate::temporal::{self, Temporal};
use crate::temporal_tls::TemporalTls;

/// What a stack consists of.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether a Temporal server belongs to the stack.
    pub temporal: bool,
    /// Whether a commit waits for the disk: `true` measures truly, `false` is quicker and enough for tests of logic. A killed
    /// server loses no commit either way; only a machine that fails would.
    pub fsync: bool,
    /// Whether Temporal's frontend speaks TLS and asks its clients for a certificate.
    pub temporal_tls: bool,
    /// The Temporal namespace that is registered.
    pub namespace: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { temporal: true, fsync: true, temporal_tls: false, namespace: "lotse".to_owned() }
    }
}

/// How long each server needed until it could be used; both start at the same time.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct StartTimes {
    /// PostgreSQL, in whole milliseconds.
    pub postgres_ms: u64,
    /// Temporal, in whole milliseconds; 0 when it is not part of the stack.
    pub temporal_ms: u64,
}

/// A running stack. It ends with this value, and with this process however that ends.
#[derive(Debug)]
pub struct DevStack {
    // Fields drop in this order: servers before the folder they write to.
    postgres: Mutex<Postgres>,
    temporal: Option<Mutex<Temporal>>,
    admin_url: String,
    postgres_port: u16,
    temporal_address: String,
    temporal_tls: Option<Arc<TemporalTls>>,
    namespace: String,
    start_times: StartTimes,
    clones: AtomicU32,
    folder: StackFolder,
}

impl DevStack {
    /// Starts both servers at once, in a temporary folder and on free loopback ports. The first start on a machine initialises
    /// a cluster and, if no Temporal server is found, builds one; later starts take about two seconds.
    ///
    /// # Errors
    /// [`DevStackError`] says in one sentence what is missing and which command installs it.
    pub async fn start(options: Options) -> Result<Self, DevStackError> {
        // Two servers in one future make a large one: it lives on the heap, not in every caller.
        Box::pin(Self::start_servers(options)).await
    }

    async fn start_servers(options: Options) -> Result<Self, DevStackError> {
        let folder = StackFolder::make()?;
        let tls = options.temporal_tls.then(TemporalTls::make).transpose()?.map(Arc::new);
        let (postgres, temporal) = tokio::join!(timed(Postgres::create(folder.path(), options.fsync)), async {
            let create = Temporal::create(folder.path(), &options.namespace, tls.clone());
            if options.temporal { Some(timed(create).await) } else { None }
        });
        let (postgres, postgres_ms) = (postgres.0?, postgres.1);
        let (temporal, temporal_ms) = match temporal {
            Some((outcome, taken)) => (Some(outcome?), taken),
            None => (None, 0),
        };
        Ok(Self {
            admin_url: postgres.url("postgres"),
            postgres_port: postgres.port(),
            temporal_address: temporal.as_ref().map(Temporal::address).unwrap_or_default(),
            temporal_tls: tls,
            namespace: options.namespace,
            start_times: StartTimes { postgres_ms, temporal_ms },
            postgres: Mutex::new(postgres),
            temporal: temporal.map(Mutex::new),
            clones: AtomicU32::new(0),
            folder,
        })
    }

    /// The temporary folder with data and logs, removed with the stack.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How long the servers needed to start.
    #[must_use]
    pub const fn start_times(&self) -> StartTimes {
        self.start_times
    }

    /// The superuser's URL of the database `postgres`.
    #[must_use]
    pub fn admin_url(&self) -> &str {
        &self.admin_url
    }

    /// The superuser's URL of a database; replace user and database in it for others, no password is asked.
    #[must_use]
    pub fn database_url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.postgres_port)
    }

    /// The port of PostgreSQL on 127.0.0.1.
    #[must_use]
    pub const fn postgres_port(&self) -> u16 {
        self.postgres_port
    }

    /// The URL of the Temporal frontend; empty when the stack has none.
    #[must_use]
    pub fn temporal_address(&self) -> &str {
        &self.temporal_address
    }

    /// What clients of the frontend need when it speaks TLS.
    #[must_use]
    pub fn temporal_tls(&self) -> Option<&TemporalTls> {
        self.temporal_tls.as_deref()
    }

    /// The Temporal namespace.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// A new client connection to Temporal, bound to the calling runtime.
    ///
    /// # Errors
    /// [`DevStackError::NotPartOfStack`] without Temporal, [`DevStackError::TemporalClient`] while it is stopped.
    pub async fn temporal_connection(&self) -> Result<Connection, DevStackError> {
        self.temporal_part()?;
        temporal::connect(&self.temporal_address, self.temporal_tls(), RetryOptions::default()).await
    }

    /// Creates an empty database and gives its superuser URL.
    ///
    /// # Errors
    /// [`DevStackError::InvalidDatabaseName`], or [`DevStackError::Database`] when it exists.
    pub async fn create_database(&self, name: &str) -> Result<String, DevStackError> {
        check_name(name)?;
        let mut admin = self.admin().await?;
        let statement = format!("CREATE DATABASE {name}");
        admin.execute(AssertSqlSafe(statement)).await.map_err(refused(|| format!("database {name}")))?;
        Ok(self.database_url(name))
    }

    /// Creates a database as a copy of `template`, under a fresh name, and gives its superuser URL. Waits up to five seconds
    /// for the last session to leave the template.
    ///
    /// # Errors
    /// [`DevStackError::InvalidDatabaseName`], or [`DevStackError::Database`] when the template is missing or stays in use.
    pub async fn clone_database(&self, template: &str) -> Result<String, DevStackError> {
        check_name(template)?;
        let name = format!("{template}_{}", self.clones.fetch_add(1, Ordering::Relaxed) + 1);
        let mut admin = self.admin().await?;
        let until = Instant::now() + Duration::from_secs(5);
        loop {
            let statement = format!("CREATE DATABASE {name} TEMPLATE {template}");
            match admin.execute(AssertSqlSafe(statement)).await {
                Ok(_) => return Ok(self.database_url(&name)),
                Err(error) if is_in_use(&error) && Instant::now() < until => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(error) => return Err(refused(|| format!("a copy of {template}"))(error)),
            }
        }
    }

    async fn admin(&self) -> Result<PgConnection, DevStackError> {
        PgConnection::connect(&self.admin_url).await.map_err(refused(|| "the superuser's session".to_owned()))
    }

    /// The process id of PostgreSQL, while it runs.
    pub async fn postgres_pid(&self) -> Option<u32> {
        self.postgres.lock().await.id()
    }

    /// The process id of Temporal, while it runs.
    pub async fn temporal_pid(&self) -> Option<u32> {
        match &self.temporal {
            Some(temporal) => temporal.lock().await.id(),
            None => None,
        }
    }

    /// Ends PostgreSQL as `kill -9` would; its data and its port stay.
    pub async fn kill_postgres(&self) {
        self.postgres.lock().await.kill();
    }

    /// Starts PostgreSQL again on the same port and data, and waits until it has recovered.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_postgres(&self) -> Result<(), DevStackError> {
        self.postgres.lock().await.start().await
    }

    /// Ends Temporal as `kill -9` would; its data and its ports stay.
    ///
    /// # Errors
    /// [`DevStackError::NotPartOfStack`] without Temporal.
    pub async fn kill_temporal(&self) -> Result<(), DevStackError> {
        self.temporal_part()?.lock().await.kill();
        Ok(())
    }

    /// Starts Temporal again on the same ports and data.
    ///
    /// # Errors
    /// When it does not start, or is not part of the stack.
    pub async fn start_temporal(&self) -> Result<(), DevStackError> {
        self.temporal_part()?.lock().await.start().await
    }

    /// Loses all of Temporal: its database is deleted and it starts empty, with the namespace, on the same ports.
    ///
    /// # Errors
    /// When it does not start, or is not part of the stack.
    pub async fn wipe_temporal(&self) -> Result<(), DevStackError> {
        self.temporal_part()?.lock().await.wipe().await
    }

    fn temporal_part(&self) -> Result<&Mutex<Temporal>, DevStackError> {
        self.temporal.as_ref().ok_or(DevStackError::NotPartOfStack("Temporal"))
    }
}

async fn timed<T>(work: impl Future<Output = T>) -> (T, u64) {
    let began = Instant::now();
    let outcome = work.await;
    (outcome, u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX))
}

fn refused(what: impl FnOnce() -> String) -> impl FnOnce(sqlx::Error) -> DevStackError {
    |source| DevStackError::Database { what: what(), source }
}

/// Names go into statements unquoted, so they are of the plainest kind; 48 leaves room for the number of a copy.
fn check_name(name: &str) -> Result<(), DevStackError> {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    let opens = name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    if plain && opens && name.len() <= 48 { Ok(()) } else { Err(DevStackError::InvalidDatabaseName(name.to_owned())) }
}

/// Whether the template still has sessions (SQLSTATE 55006).
fn is_in_use(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.code().is_some_and(|code| code == "55006"))
}
