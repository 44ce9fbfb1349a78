//! Open episodes of the whole cell, for `lotse reconcile`: ids only, read as the relay's role.

use lotse_kernel::names::{CaseName, EpisodeName, JobcenterId, JobcenterName};
use lotse_platform::failure::Failure;
use sqlx::PgPool;
use uuid::Uuid;

/// Episodes of one page.
pub const PAGE: i64 = 1_000;

/// The open episodes after the one given with the generations of their workflows, in the order of their ids, at most [`PAGE`].
/// `pool` connects as the relay's role.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn episodes(pool: &PgPool, after: Option<&EpisodeName>) -> Result<Vec<(EpisodeName, i32)>, Failure> {
    let (jobcenter, episode) = after.map_or(("", Uuid::nil()), |name| (name.jobcenter().as_str(), name.id()));
    let rows = sqlx::query!(
        r"
        SELECT jobcenter_id, case_id, episode_id, generation
        FROM episodes
        WHERE phase NOT IN ('REFUSED', 'REFERRED_BACK', 'CLOSED')
          AND (jobcenter_id, episode_id) > ($1, $2)
        ORDER BY jobcenter_id, episode_id
        LIMIT $3
        ",
        jobcenter,
        episode,
        PAGE
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let jobcenter: JobcenterId = row
                .jobcenter_id
                .parse()
                .map_err(|_| Failure::Defect("a stored episode has no proper jobcenter".to_owned()))?;
            let case = CaseName::new(JobcenterName::new(jobcenter), row.case_id);
            Ok((EpisodeName::new(case, row.episode_id), row.generation))
        })
        .collect()
}
