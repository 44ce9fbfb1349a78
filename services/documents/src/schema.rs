//! The schema `documents`: its migrations, and the templates published with them.

use std::str::FromStr;

use lotse_platform::database::{self, SchemaError};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use crate::store::templates::{self, PublishError};

/// Name of the schema, and of the roles `lotse_documents` and `lotse_documents_relay`.
pub const SCHEMA: &str = "documents";

/// The migrations of this service.
pub static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A migration failed.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The templates could not be published.
    #[error(transparent)]
    Publish(#[from] PublishError),
}

/// Brings the schema up to date and publishes the templates of this build. Repeating it changes nothing. `url` connects as
/// the owner.
///
/// # Errors
/// [`MigrateError`].
pub async fn migrate(url: &str) -> Result<(), MigrateError> {
    let migrations = Migrator { migrations: MIGRATIONS.migrations.clone(), ..Migrator::DEFAULT };
    database::migrate(url, SCHEMA, migrations).await?;
    let options = PgConnectOptions::from_str(url).map_err(PublishError::from)?.options([("search_path", SCHEMA)]);
    let mut connection = PgConnection::connect_with(&options).await.map_err(PublishError::from)?;
    templates::publish(&mut connection, lotse_letters::catalogue()).await?;
    connection.close().await.map_err(PublishError::from)?;
    Ok(())
}
