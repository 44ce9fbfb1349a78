//! Open episodes of the whole cell, for `lotse reconcile`: ids only, read as the relay's role.

use lotse_kernel::names::{CaseName, EpisodeName, JobcenterId, JobcenterName};
use lotse_kernel::workflow::EpisodeInput;
use lotse_platform::failure::Failure;
use sqlx::PgPool;
use uuid::Uuid;

/// Episodes of one page.
pub const PAGE: i64 = 1_000;

/// What the procedures of the open episodes after the one given start with, in the order of the episodes' ids, at most [`PAGE`].
/// `spread` says whether dates fire spread over the early morning; `pool` connects as the relay's role.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn episodes(pool: &PgPool, after: Option<&EpisodeInput>, spread: bool) -> Result<Vec<EpisodeInput>, Failure> {
    let (jobcenter, episode) =
        after.map_or(("", Uuid::nil()), |last| (last.episode.jobcenter().as_str(), last.episode.id()));
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
            Ok(EpisodeInput::new(EpisodeName::new(case, row.episode_id), row.generation, spread))
        })
        .collect()
}
