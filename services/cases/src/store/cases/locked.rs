//! The row of a case, held until the end of the transaction.

use lotse_kernel::names::{CaseName, StaffName};
use lotse_platform::{failure::Failure, unit::Unit};

use crate::store::policies::Seat;

/// What a proposal must know of its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// The placement officer.
    pub placement_officer: StaffName,
    /// The team.
    pub team: String,
    /// Whether the case has or had an episode.
    pub has_episodes: bool,
    /// Where its jobcenter is, read along because commands wait for each other's round trips.
    pub seat: Seat,
}

/// Locks the row of a case until the end of the transaction, so that one proposal is made at a time. An episode that another
/// transaction added while this one waited for the row is the current one of the row, so `has_episodes` misses none.
///
/// Whoever writes the timeline of the case refers to the row and does not wait: a sweep that holds the watch and tells of it would otherwise wait
/// for an act that holds the case and wants the watch.
///
/// # Errors
/// [`Failure::NotFound`] when it is not there.
pub async fn lock(unit: &mut Unit, name: &CaseName) -> Result<Locked, Failure> {
    let row = sqlx::query!(
        r#"
        SELECT c.placement_officer_id, c.team,
               c.current_episode_id IS NOT NULL
               OR EXISTS (SELECT FROM episodes e WHERE e.jobcenter_id = c.jobcenter_id AND e.case_id = c.case_id) AS "has_episodes!",
               j.land, j.municipality_key,
               EXISTS (
                   SELECT FROM policies p
                   WHERE p.state = 'APPROVED' AND (p.jobcenter_id = j.jobcenter_id OR p.land = j.land)
               ) AS "has_local!"
        FROM cases c
        JOIN jobcenters j USING (jobcenter_id)
        WHERE c.case_id = $1 AND c.jobcenter_id = $2
        FOR NO KEY UPDATE OF c
        "#,
        name.id(),
        name.jobcenter().as_str()
    )
    .fetch_optional(unit.connection())
    .await?
    .ok_or_else(|| Failure::NotFound { name: name.to_string() })?;
    Ok(Locked {
        placement_officer: StaffName::new(name.jobcenter_name().clone(), row.placement_officer_id),
        team: row.team,
        has_episodes: row.has_episodes,
        seat: Seat { land: row.land, municipality_key: row.municipality_key, has_local: row.has_local },
    })
}
