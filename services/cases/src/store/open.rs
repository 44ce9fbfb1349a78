//! Episodes that are not over, activations and watches of the whole cell, for `lotse reconcile`: ids and days only, read as the relay's role.

use lotse_kernel::names::{CaseName, EpisodeName, JobcenterId, JobcenterName, PolicyName};
use lotse_kernel::policy::PolicyKey;
use lotse_kernel::workflow::{ActivationInput, EpisodeInput, WatchInput};
use lotse_platform::failure::Failure;
use sqlx::PgPool;
use uuid::Uuid;

/// Episodes, activations or watches of one page.
pub const PAGE: i64 = 1_000;

/// What the procedures of the episodes that are not over start with, after the one given, in the order of the episodes' ids, at most [`PAGE`].
/// `spread` says whether dates fire spread over the early morning; `pool` connects as the relay's role.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn episodes(pool: &PgPool, after: Option<&EpisodeInput>, spread: bool) -> Result<Vec<EpisodeInput>, Failure> {
    let (last_jobcenter, last_episode) =
        after.map_or(("", Uuid::nil()), |last| (last.episode.jobcenter().as_str(), last.episode.id()));
    let rows = sqlx::query!(
        r"
        SELECT jobcenter_id, case_id, episode_id, generation
        FROM episodes
        WHERE NOT is_over
          AND (jobcenter_id, episode_id) > ($1, $2)
        ORDER BY jobcenter_id, episode_id
        LIMIT $3
        ",
        last_jobcenter,
        last_episode,
        PAGE
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let case = CaseName::new(jobcenter(&row.jobcenter_id)?, row.case_id);
            Ok(EpisodeInput::new(EpisodeName::new(case, row.episode_id), row.generation, spread))
        })
        .collect()
}

/// What the activations that are not done after the one given start with, in the order of jobcenters and versions, at most [`PAGE`]: of
/// the versions of a jobcenter, and of those that a release ships for it which begin on the day of its registration or later. Those
/// before found no duty there that they could have moved. `pool` connects as the relay's role.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn activations(
    pool: &PgPool,
    after: Option<&ActivationInput>,
    spread: bool,
) -> Result<Vec<ActivationInput>, Failure> {
    let (last_jobcenter, last_policy) =
        after.map_or(("", Uuid::nil()), |last| (last.policy.jobcenter().as_str(), last.policy.id()));
    // What a later release decides about is started by that release.
    let known: Vec<String> = PolicyKey::ALL.iter().map(|key| key.code().to_owned()).collect();
    let rows = sqlx::query!(
        r"
        SELECT j.jobcenter_id, p.policy_id, p.key, p.valid_from_on
        FROM policies p
        JOIN jobcenters j
          ON p.jobcenter_id = j.jobcenter_id
          OR (p.jobcenter_id IS NULL
              AND (p.land IS NULL OR p.land = j.land)
              AND p.valid_from_on >= (j.created_at AT TIME ZONE 'Europe/Berlin')::date)
        WHERE p.state = 'APPROVED'
          AND p.open_duties = 'REPLAN'
          AND p.key = ANY($4)
          AND (j.jobcenter_id, p.policy_id) > ($1, $2)
          AND NOT EXISTS (
              SELECT FROM policy_activations a
              WHERE a.jobcenter_id = j.jobcenter_id AND a.policy_id = p.policy_id AND a.state = 'DONE'
          )
        ORDER BY j.jobcenter_id, p.policy_id
        LIMIT $3
        ",
        last_jobcenter,
        last_policy,
        PAGE,
        &known
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let policy = PolicyName::new(jobcenter(&row.jobcenter_id)?, row.policy_id);
            let key = row.key.parse().map_err(|_| Failure::Defect("a stored version has no proper key".to_owned()))?;
            Ok(ActivationInput::new(policy, key, row.valid_from_on.to_jiff(), spread))
        })
        .collect()
}

/// What the watches of the jobcenters after the one given start with, in the order of their ids, at most [`PAGE`]: a watch lives as long as its
/// jobcenter. `pool` connects as the relay's role.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn watches(pool: &PgPool, after: Option<&WatchInput>, spread: bool) -> Result<Vec<WatchInput>, Failure> {
    let rows = sqlx::query!(
        r"
        SELECT jobcenter_id
        FROM jobcenters
        WHERE jobcenter_id > $1
        ORDER BY jobcenter_id
        LIMIT $2
        ",
        after.map_or("", |last| last.jobcenter.jobcenter().as_str()),
        PAGE
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(|row| Ok(WatchInput::new(jobcenter(&row.jobcenter_id)?, spread))).collect()
}

fn jobcenter(id: &str) -> Result<JobcenterName, Failure> {
    let id: JobcenterId =
        id.parse().map_err(|_| Failure::Defect("a stored record has no proper jobcenter".to_owned()))?;
    Ok(JobcenterName::new(id))
}
