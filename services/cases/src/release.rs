//! What a release ships as data: the federal policy versions. A release adds versions and never edits one (R8).

use std::{
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff_sqlx::ToSqlx;
use lotse_kernel::policy::{Book, BrokenRelease, Jurisdiction, PolicyVersion, federal};
use lotse_platform::{
    admin::Check,
    database::{self, SchemaError},
    failure::{Failure, is_passing, told},
};
use sqlx::{Connection, PgConnection, PgPool, postgres::PgConnectOptions};
use thiserror::Error;
use tokio::time::timeout;
use uuid::Uuid;

use crate::{SCHEMA, migrations, store::policies::Row};

/// How long the database may take to tell which federal policies it has.
const PATIENCE: Duration = Duration::from_secs(2);

/// The schema or what is shipped with it could not be brought up to date.
#[derive(Debug, Error)]
pub enum ReleaseError {
    /// A migration failed.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The database is away or refused.
    #[error("the federal policies of the database cannot be reached")]
    Database(#[from] sqlx::Error),
    /// A file of this release cannot be read.
    #[error(transparent)]
    Unreadable(#[from] BrokenRelease),
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
    /// A release ships no version of a jobcenter.
    #[error("the policy {citation} is a jobcenter's own decision, which no release ships")]
    NotOurs {
        /// Which version.
        citation: String,
    },
    /// The table and the release have not the same federal versions.
    #[error(
        "the federal policies of this release and those of the database are not the same, and dates would be computed by the wrong \
         ones{}{}",
        listed("; run `lotse migrate` to load", .missing),
        listed("; a later release has loaded, and only it or one after it may serve", .unknown)
    )]
    Apart {
        /// Citations of versions that this release has and the database has not.
        missing: Vec<String>,
        /// Citations of versions that the database has and this release has not.
        unknown: Vec<String>,
    },
}

fn listed(what: &str, citations: &[String]) -> String {
    if citations.is_empty() { String::new() } else { format!("{what}: {}", citations.join(", ")) }
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

/// Makes sure that the federal versions of the database are those of this release, by which a service computes without asking for them.
/// `pool` may connect as the service, which reads what a release ships.
///
/// # Errors
/// [`ReleaseError::Edited`] and [`ReleaseError::Apart`] when they are not: the service must not be sent work then.
pub async fn hold_together(pool: &PgPool) -> Result<(), ReleaseError> {
    compare(pool, Book::federal()?.versions()).await
}

/// Whether a replica may be sent work, looked at for as long as it runs: not before the federal versions of the database were seen to be
/// those of this release, and not while they differ. A database that is away changes nothing, for nobody loads into it then: what was seen
/// last holds. What it refuses to tell counts as other than what is expected.
#[must_use]
pub fn law(pool: PgPool) -> Check {
    let seen_last: Arc<Mutex<Option<Result<(), String>>>> = Arc::default();
    Check::watched("law", move || {
        let (pool, seen_last) = (pool.clone(), Arc::clone(&seen_last));
        async move {
            let away = match timeout(PATIENCE, hold_together(&pool)).await {
                Err(_elapsed) => "the database does not answer".to_owned(),
                Ok(Err(ReleaseError::Database(error))) if is_passing(&error) => told(&ReleaseError::Database(error)),
                Ok(seen) => {
                    let seen = seen.map_err(|differs| match differs {
                        ReleaseError::Database(_) => format!("{}; run `lotse migrate`", told(&differs)),
                        _ => told(&differs),
                    });
                    *seen_last.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen.clone());
                    return seen;
                }
            };
            let seen_last = seen_last.lock().unwrap_or_else(PoisonError::into_inner).clone();
            seen_last.unwrap_or_else(|| Err(format!("{away}; it has to run first")))
        }
    })
}

async fn compare(pool: &PgPool, shipped: &[PolicyVersion]) -> Result<(), ReleaseError> {
    let rows = sqlx::query_as!(
        Row,
        r"
        SELECT policy_id, jobcenter_id, land, key, number, version, state, valid_from_on, valid_to_on, legal_basis, unverified, note,
               parameters, fact, open_duties, repeals, retroactive_reason, drafter_id, approver_id, approved_at, created_at
        FROM policies
        WHERE jobcenter_id IS NULL AND land IS NULL
        ORDER BY key, number
        "
    )
    .fetch_all(pool)
    .await?;
    let Compared { missing, unknown } = Compared::of(&rows, shipped)?;
    if missing.is_empty() && unknown.is_empty() {
        return Ok(());
    }
    Err(ReleaseError::Apart { missing: missing.into_iter().map(PolicyVersion::citation).collect(), unknown })
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
               parameters, fact, open_duties, repeals, retroactive_reason, drafter_id, approver_id, approved_at, created_at
        FROM policies
        WHERE jobcenter_id IS NULL
        ORDER BY key, land, number
        "
    )
    .fetch_all(&mut *transaction)
    .await?;
    let Compared { missing, unknown } = Compared::of(&rows, shipped)?;
    let mut added = Vec::new();
    for version in missing {
        insert(&mut transaction, version).await?;
        added.push(version.citation());
    }
    transaction.commit().await?;
    Ok(Loaded { added, unknown })
}

/// What a release and a table do not have in common.
struct Compared<'s> {
    /// Shipped and not loaded.
    missing: Vec<&'s PolicyVersion>,
    /// Citations of what is loaded and not shipped.
    unknown: Vec<String>,
}

impl<'s> Compared<'s> {
    /// Compares by citation. What this release does not ship is not read: a later one knows keys and facts that this one does not.
    fn of(rows: &[Row], shipped: &'s [PolicyVersion]) -> Result<Self, ReleaseError> {
        let mut missing: Vec<&PolicyVersion> = shipped.iter().collect();
        let mut unknown = Vec::new();
        for row in rows {
            let citation = format!("{}/{}/{}", row.land.as_deref().unwrap_or("federal"), row.key, row.number);
            let Some(at) = missing.iter().position(|version| version.citation() == citation) else {
                unknown.push(citation);
                continue;
            };
            let (ours, loaded) = (missing.remove(at), row.says()?);
            if loaded != *ours {
                return Err(ReleaseError::Edited { citation, difference: difference(&loaded, ours) });
            }
        }
        Ok(Self { missing, unknown })
    }
}

/// The id of a version is that of its citation, so that it has one name in all cells.
fn id(version: &PolicyVersion) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("lotse/policies/{}", version.citation()).as_bytes())
}

/// The Land of a version that a release may ship; nothing for a federal one.
fn land(version: &PolicyVersion) -> Result<Option<&str>, ReleaseError> {
    match &version.jurisdiction {
        Jurisdiction::Federal => Ok(None),
        Jurisdiction::Land(land) => Ok(Some(land)),
        Jurisdiction::Jobcenter(_) => Err(ReleaseError::NotOurs { citation: version.citation() }),
    }
}

async fn insert(connection: &mut PgConnection, version: &PolicyVersion) -> Result<(), ReleaseError> {
    sqlx::query!(
        r"
        INSERT INTO policies (policy_id, land, key, number, state, valid_from_on, valid_to_on, legal_basis, unverified, note, parameters,
                              fact, open_duties, repeals, created_at)
        VALUES ($1, $2, $3, $4, 'APPROVED', $5, $6, $7, $8, $9, $10, $11, $12, $13, now())
        ",
        id(version),
        land(version)?,
        version.key.code(),
        version.version,
        version.valid_from.to_sqlx() as _,
        version.valid_to.map(ToSqlx::to_sqlx) as _,
        version.legal_basis,
        version.unverified,
        version.note,
        serde_json::to_value(&version.parameters).map_err(|error| ReleaseError::Broken(error.to_string()))?,
        version.transition.fact.code(),
        version.transition.open_duties.code(),
        version.repeals
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
    compare("repeals", loaded.repeals.to_string(), shipped.repeals.to_string());
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
