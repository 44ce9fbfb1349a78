//! Templates: loaded by migrate, read by everybody, changed by nobody.

use jiff::Timestamp;
use lotse_letters::{LetterKind, Template};
use lotse_platform::authorization::{Act, Authorized};
use lotse_platform::failure::Failure;
use lotse_platform::paging::Page;
use lotse_platform::unit::Unit;
use sqlx::PgConnection;

/// The key of the list of templates: code, then version, newest first.
pub type ListKey = (String, i32);

/// A template and since when this cell knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTemplate {
    /// The template.
    pub template: Template,
    /// Since when.
    pub created_at: Timestamp,
}

#[derive(Debug)]
struct Row {
    code: String,
    version: i32,
    kind: String,
    title: String,
    source: String,
    created_at: jiff_sqlx::Timestamp,
}

impl TryFrom<Row> for StoredTemplate {
    type Error = Failure;

    fn try_from(row: Row) -> Result<Self, Failure> {
        let kind = LetterKind::from_word(&row.kind);
        let kind = kind.ok_or_else(|| Failure::Defect("a stored template has no proper kind".to_owned()))?;
        let template = Template {
            kind,
            code: row.code.into(),
            version: row.version,
            title: row.title.into(),
            source: row.source.into(),
        };
        Ok(Self { template, created_at: row.created_at.to_jiff() })
    }
}

/// A published version was changed in the source code: it must become a new version instead.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The database failed.
    #[error("templates could not be written")]
    Database(#[from] sqlx::Error),
    /// The text of a published version differs.
    #[error("template {code} version {version} was published with another text; make a new version")]
    Changed {
        /// Code of the template.
        code: String,
        /// Its version.
        version: i32,
    },
}

/// Publishes the templates of this build. `connection` belongs to the owner of the schema.
///
/// # Errors
/// [`PublishError`]; then nothing further is published.
pub async fn publish(connection: &mut PgConnection, templates: &[Template]) -> Result<(), PublishError> {
    for template in templates {
        sqlx::query!(
            r"
            INSERT INTO templates (code, version, kind, title, source)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT ON CONSTRAINT templates_pkey DO NOTHING
            ",
            template.code.as_ref(),
            template.version,
            template.kind.as_str(),
            template.title.as_ref(),
            template.source.as_ref()
        )
        .execute(&mut *connection)
        .await?;
        let published = sqlx::query_scalar!(
            r"
            SELECT source
            FROM templates
            WHERE code = $1 AND version = $2
            ",
            template.code.as_ref(),
            template.version
        )
        .fetch_one(&mut *connection)
        .await?;
        if published != template.source {
            return Err(PublishError::Changed { code: template.code.to_string(), version: template.version });
        }
    }
    Ok(())
}

/// The newest template for a letter; `None` before the first publication.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn newest<A: Act>(
    unit: &mut Unit,
    _proof: Authorized<A>,
    kind: LetterKind,
) -> Result<Option<StoredTemplate>, Failure> {
    let row = sqlx::query_as!(
        Row,
        r"
        SELECT code, version, kind, title, source, created_at
        FROM templates
        WHERE kind = $1
        ORDER BY version DESC
        LIMIT 1
        ",
        kind.as_str()
    )
    .fetch_optional(unit.connection())
    .await?;
    row.map(StoredTemplate::try_from).transpose()
}

/// Reads one version.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn find<A: Act>(
    unit: &mut Unit,
    _proof: Authorized<A>,
    code: &str,
    version: i32,
) -> Result<Option<StoredTemplate>, Failure> {
    let row = sqlx::query_as!(
        Row,
        r"
        SELECT code, version, kind, title, source, created_at
        FROM templates
        WHERE code = $1 AND version = $2
        ",
        code,
        version
    )
    .fetch_optional(unit.connection())
    .await?;
    row.map(StoredTemplate::try_from).transpose()
}

/// Lists all versions by code, newest first, one more than the page shows.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn list<A: Act>(
    unit: &mut Unit,
    _proof: Authorized<A>,
    page: &Page<ListKey>,
) -> Result<Vec<StoredTemplate>, Failure> {
    let (code, version) = page.after.clone().unwrap_or_else(|| (String::new(), i32::MAX));
    let rows = sqlx::query_as!(
        Row,
        r"
        SELECT code, version, kind, title, source, created_at
        FROM templates
        WHERE code > $1 OR (code = $1 AND version < $2)
        ORDER BY code, version DESC
        LIMIT $3
        ",
        code,
        version,
        page.fetch()
    )
    .fetch_all(unit.connection())
    .await?;
    rows.into_iter().map(StoredTemplate::try_from).collect()
}

/// The key of a template in its list.
#[must_use]
pub fn list_key(stored: &StoredTemplate) -> ListKey {
    (stored.template.code.to_string(), stored.template.version)
}
