//! Table `providers`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{JobcenterName, ProviderName};
use lotse_platform::{
    authorization::{Act, Authorized},
    failure::Failure,
    paging::Page,
    unit::Unit,
};
use uuid::Uuid;

/// A provider as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its name.
    pub name: ProviderName,
    /// Version of the record.
    pub version: i64,
    /// Name of the organisation.
    pub display_name: String,
    /// Its mailbox.
    pub email: String,
    /// Its telephone number; may be empty.
    pub phone: String,
    /// Its address.
    pub address_lines: Vec<String>,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// Writes a new provider.
///
/// # Errors
/// When the database fails or refuses: constraint `providers_display_name` when the name is taken.
pub async fn insert<A: Act>(unit: &mut Unit, _proof: Authorized<A>, provider: &Provider) -> Result<(), Failure> {
    sqlx::query!(
        r"
        INSERT INTO providers (jobcenter_id, provider_id, version, display_name, email, phone, address_lines, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ",
        provider.name.jobcenter().as_str(),
        provider.name.id(),
        provider.version,
        provider.display_name,
        provider.email,
        provider.phone,
        &provider.address_lines,
        provider.created_at.to_sqlx() as _
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}

/// Reads a provider.
///
/// # Errors
/// [`Failure::NotFound`]; when the database fails.
pub async fn load<A: Act>(unit: &mut Unit, _proof: Authorized<A>, name: &ProviderName) -> Result<Provider, Failure> {
    let row = sqlx::query!(
        r"
        SELECT version, display_name, email, phone, address_lines, created_at
        FROM providers
        WHERE jobcenter_id = $1 AND provider_id = $2
        ",
        name.jobcenter().as_str(),
        name.id()
    )
    .fetch_optional(unit.connection())
    .await?
    .ok_or_else(|| Failure::NotFound { name: name.to_string() })?;
    Ok(Provider {
        name: name.clone(),
        version: row.version,
        display_name: row.display_name,
        email: row.email,
        phone: row.phone,
        address_lines: row.address_lines,
        created_at: row.created_at.to_jiff(),
    })
}

/// Lists the providers of a jobcenter, newest first, one more than the page shows.
///
/// # Errors
/// When the database fails.
pub async fn list<A: Act>(
    unit: &mut Unit,
    _proof: Authorized<A>,
    jobcenter: &JobcenterName,
    page: &Page<Uuid>,
) -> Result<Vec<Provider>, Failure> {
    let rows = sqlx::query!(
        r"
        SELECT provider_id, version, display_name, email, phone, address_lines, created_at
        FROM providers
        WHERE jobcenter_id = $1 AND ($2::uuid IS NULL OR provider_id < $2)
        ORDER BY provider_id DESC
        LIMIT $3
        ",
        jobcenter.jobcenter().as_str(),
        page.after,
        page.fetch()
    )
    .fetch_all(unit.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Provider {
            name: ProviderName::new(jobcenter.clone(), row.provider_id),
            version: row.version,
            display_name: row.display_name,
            email: row.email,
            phone: row.phone,
            address_lines: row.address_lines,
            created_at: row.created_at.to_jiff(),
        })
        .collect())
}
