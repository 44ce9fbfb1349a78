//! Table `profiles` by its days.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::CaseName;
use lotse_platform::{failure::Failure, unit::Unit};
use serde_json::Value;

use crate::domain::records::Profile;

/// Puts a profile together from its columns.
pub(super) fn read(profile_type: &str, established_on: jiff_sqlx::Date, needs: Value) -> Result<Profile, Failure> {
    Ok(Profile {
        profile_type: profile_type.parse().map_err(|_| Failure::Defect("stored profile type".to_owned()))?,
        established_on: established_on.to_jiff(),
        needs: serde_json::from_value(needs).map_err(|error| Failure::stored("needs", &error))?,
    })
}

/// The profile that held on a day: the latest until then, or the first there is.
///
/// # Errors
/// [`Failure::NotFound`] when the case is not there.
pub async fn held_on(unit: &mut Unit, name: &CaseName, day: Date) -> Result<Profile, Failure> {
    let row = sqlx::query!(
        r#"
        SELECT profile_type, established_on AS "established_on: jiff_sqlx::Date", needs
        FROM profiles
        WHERE jobcenter_id = $1 AND case_id = $2
        ORDER BY established_on > $3, abs(established_on - $3), profile_id DESC
        LIMIT 1
        "#,
        name.jobcenter().as_str(),
        name.id(),
        day.to_sqlx() as _
    )
    .fetch_optional(unit.connection())
    .await?;
    let row = row.ok_or_else(|| Failure::NotFound { name: name.to_string() })?;
    read(&row.profile_type, row.established_on, row.needs)
}
