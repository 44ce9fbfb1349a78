//! Tables `policy_activations` and `policy_changes`: how far the activation of a version has come, and what it did to open duties.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, DutyHolder, EpisodeName, JobcenterName, PolicyName};
use lotse_platform::{authorization::Authorized, failure::Failure, paging::Page, unit::Unit};
use serde_json::Value;
use uuid::Uuid;

use super::{episodes, watches};
use crate::{
    access::acts,
    domain::{
        duties::Duty,
        policies::{
            Policy,
            activation::{Activation, Stage},
        },
        replan::Replan,
        vocabulary::ReplanEffect,
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
          AND e.phase NOT IN ('REFUSED', 'REFERRED_BACK', 'CLOSED')
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

/// Notes what a page has changed in an episode or for a person on the watch; what was noted before is no news. The answer is how much was new.
///
/// # Errors
/// When the database fails.
pub async fn note(
    unit: &mut Unit,
    policy: &PolicyName,
    holder: &DutyHolder,
    changes: &[Replan],
) -> Result<i32, Failure> {
    if changes.is_empty() {
        return Ok(0);
    }
    let episode = match holder {
        DutyHolder::Case(_) => None,
        DutyHolder::Episode(episode) => Some(episode),
    };
    let today = unit.today();
    let ids: Vec<Uuid> = changes.iter().map(|_| unit.new_id()).collect();
    let duties: Vec<Uuid> = changes.iter().map(|change| change.duty.id()).collect();
    let replacements: Vec<Option<Uuid>> =
        changes.iter().map(|change| change.after.as_ref().map(|(name, _)| name.id())).collect();
    let effects: Vec<String> = changes.iter().map(|change| change.effect.code().to_owned()).collect();
    let overdue: Vec<bool> = changes.iter().map(|change| change.becomes_overdue).collect();
    let escalates: Vec<_> = changes.iter().map(|change| change.escalates_on).collect();
    let days = |day: fn((Date, Date)) -> Date| -> Vec<Option<jiff_sqlx::Date>> {
        escalates.iter().map(|days| days.map(day).map(ToSqlx::to_sqlx)).collect()
    };
    let written = sqlx::query!(
        r"
        INSERT INTO policy_changes (jobcenter_id, policy_id, case_id, episode_id, happened_on, change_id, duty_id, replacement_id,
                                    effect, becomes_overdue, escalates_before_on, escalates_after_on)
        SELECT $1, $2, $3, $4, $5, c.change_id, c.duty_id, c.replacement_id, c.effect, c.becomes_overdue, c.escalates_before_on,
               c.escalates_after_on
        FROM unnest($6::uuid[], $7::uuid[], $8::uuid[], $9::text[], $10::boolean[], $11::date[], $12::date[])
             AS c (change_id, duty_id, replacement_id, effect, becomes_overdue, escalates_before_on, escalates_after_on)
        ON CONFLICT ON CONSTRAINT policy_changes_once DO NOTHING
        ",
        policy.jobcenter().as_str(),
        policy.id(),
        holder.case().id(),
        episode.map(EpisodeName::id),
        today.to_sqlx() as _,
        &ids,
        &duties,
        &replacements as _,
        &effects,
        &overdue,
        &days(|(before, _)| before) as _,
        &days(|(_, after)| after) as _
    )
    .execute(unit.connection())
    .await?;
    Ok(i32::try_from(written.rows_affected()).unwrap_or(i32::MAX))
}

/// A change as it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its place in the report.
    pub id: Uuid,
    /// The business date.
    pub happened_on: Date,
    /// What became of which duty.
    pub replan: Replan,
}

/// What an activation has changed, in the order in which it did. The dates are those of the duties themselves, which keep them.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn changes(unit: &mut Unit, policy: &PolicyName, page: &Page<Uuid>) -> Result<Vec<Change>, Failure> {
    let rows = sqlx::query!(
        r#"
        SELECT c.change_id, c.happened_on, c.effect, c.becomes_overdue, c.escalates_before_on, c.escalates_after_on,
               o.facts AS "before!", n.facts AS "after?"
        FROM policy_changes c
        JOIN duties o ON o.duty_id = c.duty_id AND o.jobcenter_id = c.jobcenter_id
        LEFT JOIN duties n ON n.duty_id = c.replacement_id AND n.jobcenter_id = c.jobcenter_id
        WHERE c.jobcenter_id = $1 AND c.policy_id = $2 AND ($3::uuid IS NULL OR c.change_id > $3)
        ORDER BY c.change_id
        LIMIT $4
        "#,
        policy.jobcenter().as_str(),
        policy.id(),
        page.after,
        page.fetch()
    )
    .fetch_all(unit.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let (before, after) = (duty(row.before)?, row.after.map(duty).transpose()?);
            let dated = |duty: &Duty| (duty.name().clone(), duty.deadline().clone());
            let (duty, before) = dated(&before);
            Ok(Change {
                id: row.change_id,
                happened_on: row.happened_on.to_jiff(),
                replan: Replan {
                    effect: row.effect.parse().map_err(|_| Failure::Defect("a stored effect".to_owned()))?,
                    duty,
                    before,
                    after: after.as_ref().map(dated),
                    becomes_overdue: row.becomes_overdue,
                    escalates_on: row
                        .escalates_before_on
                        .zip(row.escalates_after_on)
                        .map(|(before, after)| (before.to_jiff(), after.to_jiff())),
                },
            })
        })
        .collect()
}

fn duty(facts: Value) -> Result<Duty, Failure> {
    serde_json::from_value(facts).map_err(|error| Failure::stored("duty", &error))
}

/// What an activation came to so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// How often each effect was seen.
    pub effects: Vec<(ReplanEffect, i32)>,
    /// Moved duties that are overdue by their new dates.
    pub becomes_overdue: i32,
    /// Episodes in which something changed.
    pub episodes: i32,
    /// People on the watch for whom something changed.
    pub people_on_watch: i32,
}

/// Counts what an activation has changed.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn counts(unit: &mut Unit, policy: &PolicyName) -> Result<Counts, Failure> {
    let rows = sqlx::query!(
        r#"
        SELECT effect AS "effect?", count(*) AS "changes!", count(*) FILTER (WHERE becomes_overdue) AS "becomes_overdue!",
               count(DISTINCT episode_id) FILTER (WHERE effect NOT LIKE 'KEPT%') AS "episodes!",
               count(DISTINCT case_id) FILTER (WHERE episode_id IS NULL AND effect NOT LIKE 'KEPT%') AS "people_on_watch!"
        FROM policy_changes
        WHERE jobcenter_id = $1 AND policy_id = $2
        GROUP BY GROUPING SETS ((effect), ())
        ORDER BY effect
        "#,
        policy.jobcenter().as_str(),
        policy.id()
    )
    .fetch_all(unit.connection())
    .await?;
    let number = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
    let mut counts = Counts::default();
    for row in rows {
        if let Some(effect) = row.effect {
            let effect = effect.parse().map_err(|_| Failure::Defect("a stored effect".to_owned()))?;
            counts.effects.push((effect, number(row.changes)));
        } else {
            counts.becomes_overdue = number(row.becomes_overdue);
            counts.episodes = number(row.episodes);
            counts.people_on_watch = number(row.people_on_watch);
        }
    }
    Ok(counts)
}
