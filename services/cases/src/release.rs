//! What a release ships as data: the federal policy versions. A release adds versions and never edits one (R8).

use std::str::FromStr;

use jiff_sqlx::ToSqlx;
use lotse_kernel::policy::{PolicyVersion, federal};
use lotse_platform::{
    database::{self, SchemaError},
    failure::Failure,
};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use thiserror::Error;
use uuid::Uuid;

use crate::{SCHEMA, migrations, store::policies::Row};

/// The schema or what is shipped with it could not be brought up to date.
#[derive(Debug, Error)]
pub enum ReleaseError {
    /// A migration failed.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The database refused.
    #[error("the federal policies could not be loaded")]
    Database(#[from] sqlx::Error),
    /// A file of this release cannot be read.
    #[error("a federal policy of this release cannot be read")]
    Unreadable(#[from] serde_json::Error),
    /// A row is none of a version.
    #[error("a loaded federal policy cannot be read: {0}")]
    Broken(String),
    /// A loaded version says something else than the file of this release.
    #[error(
        "the federal policy {citation} is loaded and must never be edited, but this release has it otherwise: {}; \
         add a new version instead",
        .difference.join("; ")
    )]
    Edited {
        /// Which version.
        citation: String,
        /// Field by field: what is loaded → what this release has.
        difference: Vec<String>,
    },
}

impl From<Failure> for ReleaseError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Database(error) => Self::Database(error),
            other => Self::Broken(other.to_string()),
        }
    }
}

/// What loading came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Citations of the versions that were new.
    pub added: Vec<String>,
    /// Citations of loaded versions that this release does not know: those of a later release, after which this one was installed again.
    pub unknown: Vec<String>,
}

/// Brings the schema up to date and loads the federal policies of this release. Repeating it changes nothing. `url` connects as the
/// owner.
///
/// # Errors
/// [`ReleaseError`]; nothing is loaded then.
pub async fn migrate(url: &str) -> Result<Loaded, ReleaseError> {
    database::migrate(url, SCHEMA, migrations()).await?;
    let options = PgConnectOptions::from_str(url)?.options([("search_path", SCHEMA)]);
    let mut connection = PgConnection::connect_with(&options).await?;
    let loaded = load(&mut connection, &federal::versions()?).await?;
    connection.close().await?;
    Ok(loaded)
}

/// Loads versions in one transaction, after comparing those that are loaded already.
///
/// # Errors
/// [`ReleaseError::Edited`] for the first version that differs.
pub async fn load(connection: &mut PgConnection, shipped: &[PolicyVersion]) -> Result<Loaded, ReleaseError> {
    let mut transaction = connection.begin().await?;
    // Two releases must not load at the same time; readers go on.
    sqlx::raw_sql("LOCK TABLE policies IN SHARE ROW EXCLUSIVE MODE").execute(&mut *transaction).await?;
    let rows = sqlx::query_as!(
        Row,
        r"
        SELECT policy_id, jobcenter_id, land, key, number, version, state, valid_from_on, valid_to_on, legal_basis, unverified, note,
               parameters, fact, open_duties, retroactive_reason, drafter_id, approver_id, approved_at, created_at
        FROM policies
        WHERE jobcenter_id IS NULL
        ORDER BY key, land, number
        "
    )
    .fetch_all(&mut *transaction)
    .await?;
    let there = rows.iter().map(Row::says).collect::<Result<Vec<_>, _>>()?;
    let mut loaded = Loaded::default();
    for version in shipped {
        let citation = version.citation();
        match there.iter().find(|other| other.citation() == citation) {
            Some(other) if other == version => {}
            Some(other) => return Err(ReleaseError::Edited { citation, difference: difference(other, version) }),
            None => {
                insert(&mut transaction, version).await?;
                loaded.added.push(citation);
            }
        }
    }
    let known = |citation: &String| shipped.iter().any(|version| version.citation() == *citation);
    loaded.unknown = there.iter().map(PolicyVersion::citation).filter(|citation| !known(citation)).collect();
    transaction.commit().await?;
    Ok(loaded)
}

/// The id of a version is that of its citation, so that it has one name in all cells.
fn id(version: &PolicyVersion) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("lotse/policies/{}", version.citation()).as_bytes())
}

async fn insert(connection: &mut PgConnection, version: &PolicyVersion) -> Result<(), ReleaseError> {
    sqlx::query!(
        r"
        INSERT INTO policies (policy_id, key, number, state, valid_from_on, valid_to_on, legal_basis, unverified, note, parameters, fact,
                              open_duties, created_at)
        VALUES ($1, $2, $3, 'APPROVED', $4, $5, $6, $7, $8, $9, $10, $11, now())
        ",
        id(version),
        version.key.code(),
        version.version,
        version.valid_from.to_sqlx() as _,
        version.valid_to.map(ToSqlx::to_sqlx) as _,
        version.legal_basis,
        version.unverified,
        version.note,
        serde_json::to_value(&version.parameters)?,
        version.transition.fact.code(),
        version.transition.open_duties.code()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Where two versions differ, field by field.
fn difference(loaded: &PolicyVersion, shipped: &PolicyVersion) -> Vec<String> {
    let mut found = Vec::new();
    let mut compare = |field: &str, one: String, two: String| {
        if one != two {
            found.push(format!("{field} {one} → {two}"));
        }
    };
    let day = |day: Option<jiff::civil::Date>| day.map_or_else(|| "open".to_owned(), |day| day.to_string());
    compare("valid_from", loaded.valid_from.to_string(), shipped.valid_from.to_string());
    compare("valid_to", day(loaded.valid_to), day(shipped.valid_to));
    compare("legal_basis", quoted(&loaded.legal_basis), quoted(&shipped.legal_basis));
    compare("unverified", loaded.unverified.to_string(), shipped.unverified.to_string());
    compare("note", quoted(&loaded.note), quoted(&shipped.note));
    let names = loaded.parameters.0.keys().chain(shipped.parameters.0.keys());
    for name in names.collect::<std::collections::BTreeSet<_>>() {
        let value = |of: &PolicyVersion| of.parameters.get(name).map_or_else(|| "missing".to_owned(), written);
        compare(&format!("parameters.{name}"), value(loaded), value(shipped));
    }
    compare("transition.fact", loaded.transition.fact.to_string(), shipped.transition.fact.to_string());
    let open_duties = |of: &PolicyVersion| of.transition.open_duties.to_string();
    compare("transition.open_duties", open_duties(loaded), open_duties(shipped));
    found
}

fn quoted(text: &str) -> String {
    format!("„{text}“")
}

fn written(value: &lotse_kernel::policy::Value) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| format!("{value:?}"))
}
