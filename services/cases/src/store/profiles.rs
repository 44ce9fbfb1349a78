//! Table `profiles`: the dated profiles of a case in their order (R54).

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::CaseName;
use lotse_platform::{failure::Failure, unit::Unit};
use serde_json::Value;

use crate::domain::{progress::Profiles, records::Profile};

/// The profiles of a case since a day, oldest first; before them the one that held until then, if there was one.
///
/// # Errors
/// [`Failure::NotFound`] when the case is not there.
pub async fn since(unit: &mut Unit, case: &CaseName, day: Date) -> Result<Profiles, Failure> {
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
    let profiles = rows.into_iter().map(|row| read(&row.profile_type, row.established_on, row.needs));
    Profiles::of(profiles.collect::<Result<_, _>>()?).ok_or_else(|| Failure::NotFound { name: case.to_string() })
}

/// Puts a profile together from its columns.
pub(super) fn read(profile_type: &str, established_on: jiff_sqlx::Date, needs: Value) -> Result<Profile, Failure> {
    Ok(Profile {
        profile_type: profile_type.parse().map_err(|_| Failure::Defect("stored profile type".to_owned()))?,
        established_on: established_on.to_jiff(),
        needs: serde_json::from_value(needs).map_err(|error| Failure::stored("needs", &error))?,
    })
}
