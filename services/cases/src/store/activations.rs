//! Table `policy_activations`: how far the activation of a version has come.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, EpisodeName, JobcenterName, PolicyName};
use lotse_platform::{authorization::Authorized, failure::Failure, unit::Unit};
use uuid::Uuid;

use super::{episodes, watches};
use crate::{
    access::acts,
    domain::policies::{
        Policy,
        activation::{Activation, Stage},
    },
};

/// Episodes or watches of one page. They are locked while it is taken, which commands on them wait for.
pub const PAGE: i64 = 25;

/// When an activation began and ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When its first page was taken.
    pub began_at: Timestamp,
    /// When its last one was taken.
    pub done_at: Option<Timestamp>,
}

/// How far an activation has come; nothing before it began.
///
/// # Errors
/// When the database fails.
pub async fn find(unit: &mut Unit, policy: &PolicyName) -> Result<Option<(Activation, Times)>, Failure> {
    let row = sqlx::query!(
        r"
        SELECT state, page, stage, after_id, found, began_at, done_at
        FROM policy_activations
        WHERE jobcenter_id = $1 AND policy_id = $2
        ",
        policy.jobcenter().as_str(),
        policy.id()
    )
    .fetch_optional(unit.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let stage: Stage = row.stage.parse().map_err(|_| Failure::Defect("a stored stage".to_owned()))?;
    let activation =
        Activation { done: row.state == "DONE", page: row.page, stage, after: row.after_id, found: row.found };
    let times = Times { began_at: row.began_at.to_jiff(), done_at: row.done_at.map(jiff_sqlx::Timestamp::to_jiff) };
    Ok(Some((activation, times)))
}

/// Holds everybody else off the activation until the transaction ends, and reads how far it has come.
///
/// # Errors
/// When the database fails.
pub async fn begin(
    unit: &mut Unit,
    _: &Authorized<acts::ReplanDuties>,
    policy: &Policy,
) -> Result<Activation, Failure> {
    let (new, now, policy) = (Activation::of(&policy.version), unit.now(), &policy.name);
    sqlx::query!(
        r"
        INSERT INTO policy_activations (jobcenter_id, policy_id, state, page, stage, after_id, found, began_at)
        VALUES ($1, $2, 'RUNNING', $3, $4, $5, $6, $7)
        ON CONFLICT ON CONSTRAINT policy_activations_pkey
        DO UPDATE SET page = policy_activations.page
        ",
        policy.jobcenter().as_str(),
        policy.id(),
        new.page,
        new.stage.code(),
        new.after,
        new.found,
        now.to_sqlx() as _
    )
    .execute(unit.connection())
    .await?;
    Ok(find(unit, policy).await?.map_or(new, |(activation, _)| activation))
}

/// Writes how far the activation has come.
///
/// # Errors
/// When the database fails.
pub async fn save(unit: &mut Unit, policy: &PolicyName, activation: &Activation) -> Result<(), Failure> {
    let done_at = activation.done.then(|| unit.now());
    sqlx::query!(
        r"
        UPDATE policy_activations
        SET state = $3, page = $4, stage = $5, after_id = $6, found = $7, done_at = $8
        WHERE jobcenter_id = $1 AND policy_id = $2
        ",
        policy.jobcenter().as_str(),
        policy.id(),
        if activation.done { "DONE" } else { "RUNNING" },
        activation.page,
        activation.stage.code(),
        activation.after,
        activation.found,
        done_at.map(ToSqlx::to_sqlx) as _
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}

/// An open episode of a page, with the team of its case.
#[derive(Debug)]
pub struct Found {
    /// The episode with all its duties.
    pub stored: episodes::Stored,
    /// The team of its case.
    pub team: String,
}

/// The open episodes after one, in the order of their ids, at most [`PAGE`]. Their rows are locked in this order until the end of the
/// transaction, and only then are they read, so that no act is lost between the two.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn open_episodes(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    after: Option<Uuid>,
) -> Result<Vec<Found>, Failure> {
    let rows = sqlx::query!(
        r"
        SELECT e.episode_id, e.case_id, c.team
        FROM episodes e
        JOIN cases c ON c.case_id = e.case_id AND c.jobcenter_id = e.jobcenter_id
        WHERE e.jobcenter_id = $1
          AND NOT e.is_over
          AND ($2::uuid IS NULL OR e.episode_id > $2)
        ORDER BY e.episode_id
        LIMIT $3
        FOR UPDATE OF e
        ",
        jobcenter.jobcenter().as_str(),
        after,
        PAGE
    )
    .fetch_all(unit.connection())
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let name = EpisodeName::new(CaseName::new(jobcenter.clone(), row.case_id), row.episode_id);
        found.push(Found { stored: episodes::load(unit, &name).await?, team: row.team });
    }
    Ok(found)
}

/// The people after one whose check is planned or due, in the order of their cases, at most [`PAGE`]. Their rows are locked as those of
/// episodes are.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn open_watches(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    after: Option<Uuid>,
) -> Result<Vec<watches::Stored>, Failure> {
    let rows = sqlx::query!(
        r"
        SELECT case_id
        FROM watches
        WHERE jobcenter_id = $1 AND next_step_on IS NOT NULL AND ($2::uuid IS NULL OR case_id > $2)
        ORDER BY case_id
        LIMIT $3
        FOR UPDATE
        ",
        jobcenter.jobcenter().as_str(),
        after,
        PAGE
    )
    .fetch_all(unit.connection())
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(watches::load(unit, &CaseName::new(jobcenter.clone(), row.case_id)).await?);
    }
    Ok(found)
}
