//! Table `jobcenters`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use lotse_kernel::{
    legal::place::{Land, MunicipalityKey, Place},
    names::JobcenterName,
};
use lotse_platform::{authorization::Authorized, failure::Failure, unit::Unit};

use crate::{access::acts, domain::records::YouthTeam};

/// A jobcenter as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Jobcenter {
    /// Its name.
    pub name: JobcenterName,
    /// Version for the etag.
    pub version: i64,
    /// Official name.
    pub display_name: String,
    /// Where its seat is: whose holidays count, and which policies of a Land hold.
    pub place: Place,
    /// Postal address.
    pub address_lines: Vec<String>,
    /// Teams for people under 25, with those that follow (R125).
    pub youth_teams: Vec<YouthTeam>,
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
        INSERT INTO jobcenters (jobcenter_id, version, display_name, land, municipality_key, address_lines, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT ON CONSTRAINT jobcenters_pkey DO NOTHING
        ",
        jobcenter.name.jobcenter().as_str(),
        jobcenter.version,
        jobcenter.display_name,
        jobcenter.place.land().code(),
        jobcenter.place.municipality().map(|key| key.to_string()),
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
        SELECT version, display_name, land, municipality_key, address_lines, youth_teams, created_at
        FROM jobcenters
        WHERE jobcenter_id = $1
        ",
        name.jobcenter().as_str()
    )
    .fetch_optional(unit.connection())
    .await?;
    row.map(|row| {
        Ok(Jobcenter {
            name: name.clone(),
            version: row.version,
            display_name: row.display_name,
            place: place(&row.land, row.municipality_key.as_deref())?,
            address_lines: row.address_lines,
            youth_teams: serde_json::from_value(row.youth_teams)
                .map_err(|error| Failure::stored("youth teams", &error))?,
            created_at: row.created_at.to_jiff(),
        })
    })
    .transpose()
}

/// Sets which teams look after people under 25, when the record has the given version.
///
/// # Errors
/// [`Failure::StaleEtag`] when the version is another one.
pub async fn set_youth_teams(
    unit: &mut Unit,
    _: &Authorized<acts::SetYouthTeams>,
    name: &JobcenterName,
    teams: &[YouthTeam],
    version: i64,
) -> Result<(), Failure> {
    let teams = serde_json::to_value(teams).map_err(|error| Failure::Defect(error.to_string()))?;
    let changed = sqlx::query!(
        r"
        UPDATE jobcenters
        SET youth_teams = $2, version = version + 1
        WHERE jobcenter_id = $1 AND version = $3
        ",
        name.jobcenter().as_str(),
        teams,
        version
    )
    .execute(unit.connection())
    .await?;
    if changed.rows_affected() == 1 { Ok(()) } else { Err(Failure::StaleEtag) }
}

/// Gives the workflow of the watch the number of its next event.
///
/// # Errors
/// [`Failure::NotFound`] when the jobcenter is not registered.
pub async fn number_watch_event(unit: &mut Unit, name: &JobcenterName) -> Result<i64, Failure> {
    let row = sqlx::query!(
        r"
        UPDATE jobcenters
        SET watch_seq = watch_seq + 1
        WHERE jobcenter_id = $1
        RETURNING watch_seq
        ",
        name.jobcenter().as_str()
    )
    .fetch_optional(unit.connection())
    .await?;
    row.map(|row| row.watch_seq).ok_or_else(|| Failure::NotFound { name: name.to_string() })
}

/// The place of stored codes.
///
/// # Errors
/// [`Failure::Defect`] when they name none.
pub fn place(land: &str, municipality_key: Option<&str>) -> Result<Place, Failure> {
    let defect = |what: &dyn std::fmt::Display| Failure::Defect(format!("a stored jobcenter has no place: {what}"));
    let place = Place::of(land.parse::<Land>().map_err(|error| defect(&error))?);
    let Some(key) = municipality_key else { return Ok(place) };
    let key: MunicipalityKey = key.parse().map_err(|error| defect(&error))?;
    place.with_municipality(key).map_err(|error| defect(&error))
}
