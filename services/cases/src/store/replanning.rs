//! Open episodes, and people on the watch, with the duties that a policy version is about to take over, read page by page as of one moment.

use lotse_kernel::{
    duty::DutyKind,
    names::{CaseName, EpisodeName, JobcenterName},
};
use lotse_platform::{authorization::Authorized, failure::Failure, unit::Unit};
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    access::acts,
    domain::{duties::Duty, episode::Episode, watch::Watch},
};

/// Episodes or watches of one page: so many are computed within some hundredths of a second.
pub const PAGE: i64 = 500;

/// An episode or a watch as its rows tell it, not read yet: that takes more of the processor than of the database.
#[derive(Debug)]
pub enum Unread {
    /// An episode with those of its duties that were asked for.
    Episode {
        /// Its name.
        episode: EpisodeName,
        /// Its facts.
        facts: Value,
        /// The duties.
        duties: Value,
    },
    /// A watch with what is planned or due.
    Watch {
        /// Whom it is about.
        case: CaseName,
        /// Its facts.
        facts: Value,
        /// The duties.
        duties: Value,
    },
}

/// What was read.
#[derive(Debug)]
pub enum Read {
    /// An episode.
    Episode(Box<Episode>),
    /// A watch.
    Watch(Watch),
}

impl Unread {
    /// The id by which pages go on.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        match self {
            Self::Episode { episode, .. } => episode.id(),
            Self::Watch { case, .. } => case.id(),
        }
    }

    /// Reads it.
    ///
    /// # Errors
    /// When the rows hold what cannot be.
    pub fn read(self) -> Result<Read, Failure> {
        Ok(match self {
            Self::Episode { episode, facts, duties } => {
                let duties: Vec<Duty> = parse("duty", duties)?;
                Read::Episode(Box::new(Episode::from_rows(episode, parse("episode", facts)?, duties)))
            }
            Self::Watch { case, facts, duties } => {
                let duties: Vec<Duty> = parse("duty", duties)?;
                Read::Watch(Watch::from_rows(case, parse("watch", facts)?, duties))
            }
        })
    }
}

fn parse<T: DeserializeOwned>(what: &str, value: Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|error| Failure::stored(what, &error))
}

/// Lets nobody else of the jobcenter simulate until the transaction ends; `false` when somebody does.
///
/// # Errors
/// When the database fails.
pub async fn alone(
    unit: &mut Unit,
    _: &Authorized<acts::SimulatePolicy>,
    jobcenter: &JobcenterName,
) -> Result<bool, Failure> {
    let row = sqlx::query!(
        r#"
        SELECT pg_try_advisory_xact_lock(hashtext('simulate a policy'), hashtext($1)) AS "alone!"
        "#,
        jobcenter.jobcenter().as_str()
    )
    .fetch_one(unit.connection())
    .await?;
    Ok(row.alone)
}

/// How many episodes and people on the watch of the jobcenter have an open duty of these kinds.
///
/// # Errors
/// When the database fails.
pub async fn count(unit: &mut Unit, jobcenter: &JobcenterName, kinds: &[DutyKind]) -> Result<i64, Failure> {
    let row = sqlx::query!(
        r#"
        SELECT count(DISTINCT coalesce(episode_id, case_id)) AS "holders!"
        FROM duties
        WHERE jobcenter_id = $1 AND kind = ANY($2::text[]) AND state IN ('SCHEDULED', 'OPEN')
        "#,
        jobcenter.jobcenter().as_str(),
        &codes(kinds)
    )
    .fetch_one(unit.connection())
    .await?;
    Ok(row.holders)
}

/// The episodes after one that have an open duty of these kinds, in the order of their ids, at most [`PAGE`], each with all its duties of
/// those kinds, settled ones too.
///
/// # Errors
/// When the database fails.
pub async fn episodes(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    kinds: &[DutyKind],
    after: Option<Uuid>,
) -> Result<Vec<Unread>, Failure> {
    let rows = sqlx::query!(
        r#"
        SELECT e.episode_id, e.case_id, e.facts, d.duties AS "duties!"
        FROM episodes e
        CROSS JOIN LATERAL (
            SELECT jsonb_agg(o.facts) AS duties, bool_or(o.state IN ('SCHEDULED', 'OPEN')) AS is_open
            FROM duties o
            WHERE o.jobcenter_id = e.jobcenter_id AND o.episode_id = e.episode_id AND o.kind = ANY($2::text[])
        ) AS d
        WHERE e.jobcenter_id = $1
          AND e.phase NOT IN ('REFUSED', 'REFERRED_BACK', 'CLOSED')
          AND ($3::uuid IS NULL OR e.episode_id > $3)
          AND d.is_open
        ORDER BY e.episode_id
        LIMIT $4
        "#,
        jobcenter.jobcenter().as_str(),
        &codes(kinds),
        after,
        PAGE
    )
    .fetch_all(unit.connection())
    .await?;
    let unread = rows.into_iter().map(|row| {
        let case = CaseName::new(jobcenter.clone(), row.case_id);
        Unread::Episode { episode: EpisodeName::new(case, row.episode_id), facts: row.facts, duties: row.duties }
    });
    Ok(unread.collect())
}

/// The people after one for whom something is planned or due, in the order of their cases, at most [`PAGE`].
///
/// # Errors
/// When the database fails.
pub async fn watches(unit: &mut Unit, jobcenter: &JobcenterName, after: Option<Uuid>) -> Result<Vec<Unread>, Failure> {
    let rows = sqlx::query!(
        r#"
        SELECT w.case_id, w.facts, d.duties AS "duties!"
        FROM watches w
        CROSS JOIN LATERAL (
            SELECT jsonb_agg(o.facts) AS duties
            FROM duties o
            WHERE o.episode_id IS NULL
              AND o.case_id = w.case_id
              AND o.jobcenter_id = w.jobcenter_id
              AND o.state IN ('SCHEDULED', 'OPEN')
        ) AS d
        WHERE w.jobcenter_id = $1
          AND ($2::uuid IS NULL OR w.case_id > $2)
          AND d.duties IS NOT NULL
        ORDER BY w.case_id
        LIMIT $3
        "#,
        jobcenter.jobcenter().as_str(),
        after,
        PAGE
    )
    .fetch_all(unit.connection())
    .await?;
    let case = |id| CaseName::new(jobcenter.clone(), id);
    Ok(rows
        .into_iter()
        .map(|row| Unread::Watch { case: case(row.case_id), facts: row.facts, duties: row.duties })
        .collect())
}

fn codes(kinds: &[DutyKind]) -> Vec<String> {
    kinds.iter().map(|kind| kind.code().to_owned()).collect()
}
