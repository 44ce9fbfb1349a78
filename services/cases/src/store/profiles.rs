//! Table `profiles`: the dated profiles of a case in their order (R54).

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::CaseName;
use lotse_platform::{failure::Failure, unit::Unit};
use serde_json::Value;

use crate::domain::{progress::Progress, records::Profile};

/// The profiles of a case since a day, oldest first; before them the one that held until then, if there was one.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn since(unit: &mut Unit, case: &CaseName, day: Date) -> Result<Progress, Failure> {
    let rows = sqlx::query!(
        r#"
        SELECT p.profile_type, p.established_on, p.needs
        FROM profiles p
        WHERE p.jobcenter_id = $1 AND p.case_id = $2
          AND (p.established_on >= $3 OR p.profile_id = (
              SELECT f.profile_id
              FROM profiles f
              WHERE f.jobcenter_id = $1 AND f.case_id = $2 AND f.established_on < $3
              ORDER BY f.established_on DESC, f.profile_id DESC
              LIMIT 1
          ))
        ORDER BY p.established_on, p.profile_id
        "#,
        case.jobcenter().as_str(),
        case.id(),
        day.to_sqlx() as _
    )
    .fetch_all(unit.connection())
    .await?;
    let profiles = rows.into_iter().map(|row| profile(&row.profile_type, row.established_on, row.needs));
    Ok(Progress::of(profiles.collect::<Result<_, _>>()?))
}

/// A profile from its columns.
///
/// # Errors
/// [`Failure::Defect`] when they hold what cannot be.
pub(super) fn profile(kind: &str, established_on: jiff_sqlx::Date, needs: Value) -> Result<Profile, Failure> {
    Ok(Profile {
        profile_type: kind.parse().map_err(|_| Failure::Defect("stored profile type".to_owned()))?,
        established_on: established_on.to_jiff(),
        needs: serde_json::from_value(needs).map_err(|error| Failure::stored("needs", &error))?,
    })
}
