//! Whatever is kept by the team of a case: the case, what it is found by, its duties, and what is still to be told to the lead of its team.

use lotse_kernel::names::CaseName;
use lotse_platform::{authorization::Authorized, failure::Failure, unit::Unit};

use super::{
    cases::{self, Case},
    watches::{self, Stored},
};
use crate::{access::acts, domain::records::TeamDecision};

/// Reads a case and its watch, and holds off whatever writes a duty of the case: proposals, acts on its episodes, and the sweep.
///
/// # Errors
/// When the database fails.
pub async fn hold(unit: &mut Unit, name: &CaseName) -> Result<(Case, Stored), Failure> {
    cases::lock(unit, name).await?;
    sqlx::query!(
        r"
        SELECT episode_id
        FROM episodes
        WHERE jobcenter_id = $1 AND case_id = $2 AND phase NOT IN ('REFUSED', 'REFERRED_BACK', 'CLOSED')
        ORDER BY episode_id
        FOR UPDATE
        ",
        name.jobcenter().as_str(),
        name.id()
    )
    .fetch_all(unit.connection())
    .await?;
    let watch = watches::load_for_act(unit, name).await?;
    Ok((cases::load(unit, name).await?, watch))
}

/// Writes what was decided, and has everything that is kept by the team go along. A list that tells the lead of the former team how much was
/// overdue there in the week before stays as it is.
///
/// # Errors
/// When the database fails.
pub async fn decide(
    unit: &mut Unit,
    _: &Authorized<acts::DecideTeam>,
    name: &CaseName,
    decision: &TeamDecision,
) -> Result<(), Failure> {
    let record = serde_json::to_value(decision).map_err(|error| Failure::Defect(error.to_string()))?;
    sqlx::query!(
        r"
        WITH found AS (
            UPDATE case_search
            SET team = $3
            WHERE jobcenter_id = $1 AND case_id = $2 AND team <> $3
        ), owed AS (
            UPDATE duties
            SET team = $3
            WHERE jobcenter_id = $1 AND case_id = $2 AND team <> $3
        ), untold AS (
            UPDATE watch_notices
            SET team = $3
            WHERE jobcenter_id = $1 AND case_id = $2 AND team <> $3
        )
        UPDATE cases
        SET team = $3, version = version + 1, team_decisions = team_decisions || $4::jsonb
        WHERE jobcenter_id = $1 AND case_id = $2
        ",
        name.jobcenter().as_str(),
        name.id(),
        decision.team,
        record
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}
