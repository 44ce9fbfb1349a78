//! PostgreSQL: the pool of a service's role, and bringing a schema up to date.

use std::{fmt::Write as _, str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    Connection, PgConnection, PgPool,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};
use thiserror::Error;
use tokio::sync::Notify;

use crate::{config, tls::handshake};

/// How long a connection may have idled before it is asked whether it still lives.
const TRUSTED_IDLE: Duration = Duration::from_secs(1);

/// The tables every service has; their versions lie below 100, a service's own begin at 100.
static PLATFORM: Migrator = sqlx::migrate!("./migrations");

/// A pool of connections to one service's schema, and the bell of its relay.
#[derive(Debug, Clone)]
pub struct Database {
    pool: PgPool,
    bell: Arc<Notify>,
}

impl Database {
    /// Takes a pool that [`connect`] made.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool, bell: Arc::new(Notify::new()) }
    }

    /// The pool.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Rung after each commit that wrote an outbox row.
    #[must_use]
    pub fn bell(&self) -> Arc<Notify> {
        Arc::clone(&self.bell)
    }
}

/// Makes a pool whose connections see the tables of `schema` only; it connects lazily.
///
/// # Errors
/// When the URL cannot be read.
pub fn connect(url: &str, schema: &str) -> Result<PgPool, sqlx::Error> {
    Ok(pool(PgConnectOptions::from_str(url)?, schema, PgPoolOptions::new()))
}

/// Makes the pool of a role that serves commands, as configured.
///
/// # Errors
/// When the URL or the file of the password cannot be read.
pub fn serving(section: &config::Database, schema: &str) -> Result<PgPool, sqlx::Error> {
    let pools = PgPoolOptions::new().max_connections(section.pool_size).acquire_timeout(section.acquire_timeout);
    Ok(pool(section.options()?, schema, pools))
}

/// Makes the pool of the relay's role, as configured. Its commits do not wait for the disk: what a crash forgets of a lease or of
/// a delivery is delivered again, and at least once is what is promised.
///
/// # Errors
/// When the URL or the file of the password cannot be read.
pub fn relaying(section: &config::Database, schema: &str) -> Result<PgPool, sqlx::Error> {
    let pools = PgPoolOptions::new().max_connections(8).acquire_timeout(section.acquire_timeout);
    Ok(pool(section.relay_options()?.options([("synchronous_commit", "off")]), schema, pools))
}

/// A connection that was busy a moment ago is not asked whether it still lives: it would cost every command a round trip.
fn pool(options: PgConnectOptions, schema: &str, pools: PgPoolOptions) -> PgPool {
    let options = options.options([("search_path", schema)]);
    let pools = pools.test_before_acquire(false).before_acquire(|connection, met| {
        Box::pin(async move { Ok(met.idle_for < TRUSTED_IDLE || connection.ping().await.is_ok()) })
    });
    pools.connect_lazy_with(options)
}

/// What a log may hold of a fault of the database. `PostgreSQL` and the driver quote values (`invalid input syntax for type uuid:
/// "…"`), so of theirs only codes and names of ours are told: the SQLSTATE says what, the constraint and the table say where.
#[must_use]
pub fn told(error: &sqlx::Error) -> String {
    // A handshake quotes nothing but certificates and names of servers, and whoever mends it has to know.
    if let Some(reason) = handshake(error) {
        return format!("TLS to the database failed: {reason}");
    }
    match error {
        sqlx::Error::Database(fault) => {
            let mut words = format!("SQLSTATE {}", fault.code().unwrap_or_default());
            for (what, name) in [("constraint", fault.constraint()), ("table", fault.table())] {
                // Writing into a text cannot fail.
                let _ = name.map(|name| write!(words, ", {what} {name}"));
            }
            words
        }
        sqlx::Error::ColumnDecode { index, .. } => format!("the column {index} cannot be decoded"),
        sqlx::Error::Io(error) => format!("the connection broke: {}", error.kind()),
        sqlx::Error::RowNotFound
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::TypeNotFound { .. } => error.to_string(),
        sqlx::Error::Tls(_) => "TLS to the database failed".to_owned(),
        sqlx::Error::Protocol(_) => "the database spoke out of turn".to_owned(),
        sqlx::Error::Configuration(_) => "the connection is not configured properly".to_owned(),
        sqlx::Error::Encode(_) | sqlx::Error::Decode(_) => "a value cannot be read or written".to_owned(),
        _ => "the driver of the database failed".to_owned(),
    }
}

/// A schema could not be brought up to date.
#[derive(Debug, Error)]
pub enum SchemaError {
    /// The database refused.
    #[error("the database refused to prepare the schema {schema}")]
    Database {
        /// Which schema.
        schema: &'static str,
        /// Why.
        source: sqlx::Error,
    },
    /// A migration failed.
    #[error("a migration of the schema {schema} failed")]
    Migration {
        /// Which schema.
        schema: &'static str,
        /// Why.
        source: MigrateError,
    },
}

/// Creates the schema, its two login roles and everything in it, or brings it up to date. Repeating it changes nothing.
/// `url` connects as the owner, who may create schemas and roles.
///
/// # Errors
/// When the database refuses or a migration fails; every migration is one transaction.
pub async fn migrate(url: &str, schema: &'static str, service: Migrator) -> Result<(), SchemaError> {
    let database = |source| SchemaError::Database { schema, source };
    let options = PgConnectOptions::from_str(url).map_err(database)?.options([("search_path", schema)]);
    let mut connection = PgConnection::connect_with(&options).await.map_err(database)?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(prepare(schema))).execute(&mut connection).await.map_err(database)?;
    for migrator in [&PLATFORM, &service] {
        // Two sets share one ledger, so each must tolerate the other's entries.
        let mut migrator = Migrator { migrations: migrator.migrations.clone(), ..Migrator::DEFAULT };
        migrator.set_ignore_missing(true);
        migrator.run(&mut connection).await.map_err(|source| SchemaError::Migration { schema, source })?;
    }
    connection.close().await.map_err(database)
}

/// The schema and its roles. Roles belong to the whole cluster, so two databases may make them at the same time.
fn prepare(schema: &'static str) -> String {
    format!(
        r"
        CREATE SCHEMA IF NOT EXISTS {schema};
        DO $$
        DECLARE
            login text;
        BEGIN
            FOREACH login IN ARRAY ARRAY['lotse_{schema}', 'lotse_{schema}_relay'] LOOP
                IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = login) THEN
                    BEGIN
                        EXECUTE format('CREATE ROLE %I LOGIN', login);
                    EXCEPTION WHEN duplicate_object OR unique_violation THEN
                        NULL;
                    END;
                END IF;
                EXECUTE format('GRANT USAGE ON SCHEMA {schema} TO %I', login);
            END LOOP;
        END
        $$;
        "
    )
}
