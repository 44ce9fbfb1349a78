//! Table `duties`: a row as a duty.

use lotse_kernel::names::{DutyName, EpisodeName};
use lotse_platform::{failure::Failure, unit::Unit};
use serde_json::Value;

use crate::domain::duties::Duty;

/// A duty and the team of its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The duty.
    pub duty: Duty,
    /// Team code.
    pub team: String,
}

pub(super) fn listed(facts: Value, team: String) -> Result<Listed, Failure> {
    let duty = serde_json::from_value(facts).map_err(|error| Failure::stored("duty", &error))?;
    Ok(Listed { duty, team })
}

/// Reads one duty.
///
/// # Errors
/// [`Failure::NotFound`] when it is not there.
pub async fn load(unit: &mut Unit, name: &DutyName) -> Result<Listed, Failure> {
    let row = sqlx::query!(
        r"
        SELECT facts, team
        FROM duties
        WHERE duty_id = $1 AND episode_id IS NOT DISTINCT FROM $2 AND case_id = $3 AND jobcenter_id = $4
        ",
        name.id(),
        name.episode().map(EpisodeName::id),
        name.case().id(),
        name.jobcenter().as_str()
    )
    .fetch_optional(unit.connection())
    .await?;
    row.map_or_else(|| Err(Failure::NotFound { name: name.to_string() }), |row| listed(row.facts, row.team))
}
