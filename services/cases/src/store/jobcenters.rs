//! Table `jobcenters`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::JobcenterName;
use lotse_platform::{authorization::Authorized, failure::Failure, unit::Unit};

use crate::access::acts;

/// A jobcenter as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Jobcenter {
    /// Its name.
    pub name: JobcenterName,
    /// Version for the etag.
    pub version: i64,
    /// Official name.
    pub display_name: String,
    /// Two-letter code of the Land.
    pub land: String,
    /// Postal address.
    pub address_lines: Vec<String>,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// Adds a jobcenter; `false` when the id is taken.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    unit: &mut Unit,
    _: &Authorized<acts::RegisterJobcenter>,
    jobcenter: &Jobcenter,
) -> Result<bool, Failure> {
    let made = sqlx::query!(
        r"
        INSERT INTO jobcenters (jobcenter_id, version, display_name, land, address_lines, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT ON CONSTRAINT jobcenters_pkey DO NOTHING
        ",
        jobcenter.name.jobcenter().as_str(),
        jobcenter.version,
        jobcenter.display_name,
        jobcenter.land,
        &jobcenter.address_lines,
        jobcenter.created_at.to_sqlx() as _
    )
    .execute(unit.connection())
    .await?;
    Ok(made.rows_affected() == 1)
}

/// Reads the jobcenter of the tenant.
///
/// # Errors
/// When the database fails.
pub async fn load(unit: &mut Unit, name: &JobcenterName) -> Result<Option<Jobcenter>, Failure> {
    let row = sqlx::query!(
        r"
        SELECT version, display_name, land, address_lines, created_at
        FROM jobcenters
        WHERE jobcenter_id = $1
        ",
        name.jobcenter().as_str()
    )
    .fetch_optional(unit.connection())
    .await?;
    Ok(row.map(|row| Jobcenter {
        name: name.clone(),
        version: row.version,
        display_name: row.display_name,
        land: row.land,
        address_lines: row.address_lines,
        created_at: row.created_at.to_jiff(),
    }))
}
