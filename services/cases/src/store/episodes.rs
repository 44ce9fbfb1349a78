//! Tables `episodes` and `duties`: an episode is loaded and saved whole, with the duties beside its phase.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, EpisodeName, StaffName};
use lotse_platform::{failure::Failure, paging::Page, unit::Unit};
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::consequences::{Consequences, Told, write_with};
use crate::domain::{
    duties::{Change, Duty},
    episode::{Episode, Facts, Places},
    vocabulary::EpisodePhase,
};

/// An episode as stored, with what the store knows beside the domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The episode and its duties.
    pub episode: Episode,
    /// Version for the etag.
    pub version: i64,
    /// Generation of its workflow, from 1.
    pub generation: i32,
    /// The last event sent to its workflow.
    pub outbox_seq: i64,
    /// When it was proposed.
    pub created_at: Timestamp,
}

impl Stored {
    /// The record after this one, with the next version; where the workflow has to hear of it, with the next event for it, and where what was
    /// over is open again, with the next generation of it.
    #[must_use]
    pub fn followed_by(&self, episode: Episode) -> Self {
        let wakes = episode.wakes_since(&self.episode);
        let reopened = self.episode.phase().is_final() && !episode.phase().is_final();
        Self {
            version: self.version + 1,
            outbox_seq: self.outbox_seq + i64::from(wakes),
            generation: self.generation + i32::from(reopened),
            created_at: self.created_at,
            episode,
        }
    }

    /// Whether its workflow has to hear of it, beside the record before.
    #[must_use]
    pub const fn wakes_since(&self, before: &Self) -> bool {
        self.outbox_seq > before.outbox_seq
    }
}

fn read<T: DeserializeOwned>(what: &str, value: Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|error| Failure::stored(what, &error))
}

fn write<T: serde::Serialize>(what: &T) -> Result<Value, Failure> {
    serde_json::to_value(what).map_err(|error| Failure::Defect(error.to_string()))
}

/// Reads an episode and locks its row until the end of the transaction, so that its acts and its event numbers are in one order.
///
/// # Errors
/// [`Failure::NotFound`] when it is not there.
pub async fn load_for_act(unit: &mut Unit, name: &EpisodeName) -> Result<Stored, Failure> {
    sqlx::query!(
        r"
        SELECT episode_id
        FROM episodes
        WHERE episode_id = $1 AND case_id = $2 AND jobcenter_id = $3
        FOR UPDATE
        ",
        name.id(),
        name.case().id(),
        name.jobcenter().as_str()
    )
    .fetch_optional(unit.connection())
    .await?;
    load(unit, name).await
}

/// Reads an episode with its duties.
///
/// # Errors
/// [`Failure::NotFound`] when it is not there.
pub async fn load(unit: &mut Unit, name: &EpisodeName) -> Result<Stored, Failure> {
    let row = sqlx::query!(
        r"
        SELECT version, facts, generation, outbox_seq, created_at
        FROM episodes
        WHERE episode_id = $1 AND case_id = $2 AND jobcenter_id = $3
        ",
        name.id(),
        name.case().id(),
        name.jobcenter().as_str()
    )
    .fetch_optional(unit.connection())
    .await?
    .ok_or_else(|| Failure::NotFound { name: name.to_string() })?;
    let duties = sqlx::query!(
        r"
        SELECT facts
        FROM duties
        WHERE jobcenter_id = $1 AND episode_id = $2
        ",
        name.jobcenter().as_str(),
        name.id()
    )
    .fetch_all(unit.connection())
    .await?;
    let duties = duties.into_iter().map(|row| read::<Duty>("duty", row.facts)).collect::<Result<Vec<_>, _>>()?;
    Ok(Stored {
        episode: Episode::from_rows(name.clone(), read::<Facts>("episode", row.facts)?, duties),
        version: row.version,
        generation: row.generation,
        outbox_seq: row.outbox_seq,
        created_at: row.created_at.to_jiff(),
    })
}

/// Adds a proposed episode with its first duties, and makes it the running episode of its case.
///
/// # Errors
/// When the database fails.
pub async fn insert(unit: &mut Unit, stored: &Stored, team: &str, told: Told<'_>) -> Result<(), Failure> {
    let (name, facts) = (stored.episode.name(), write(stored.episode.facts())?);
    let previous = stored.episode.proposal().previous_episode.as_ref().map(EpisodeName::id);
    let consequences = Consequences::of(unit, stored.episode.duties().iter(), team, told)?;
    write_with!(
        unit,
        name,
        &consequences,
        r"
            , running AS (
                UPDATE cases
                SET version = version + 1, current_episode_id = $3, case_manager_id = NULL
                WHERE case_id = $2
            )
            INSERT INTO episodes (jobcenter_id, case_id, episode_id, version, phase, facts, previous_episode_id, generation,
                                  outbox_seq, created_at)
            VALUES ($1, $2, $3, $22, $23::text, $24, $25, $26, $27, $28)
        ",
        stored.version,
        stored.episode.phase().code(),
        facts,
        previous,
        stored.generation,
        stored.outbox_seq,
        stored.created_at.to_sqlx() as _
    );
    Ok(())
}

/// Saves what an act or a step changed: the row when it has the version that was read, the duties that differ, and what is told of it.
///
/// # Errors
/// [`Failure::StaleEtag`] when the version is another one; what was written beside the row is rolled back with the transaction.
pub async fn save(
    unit: &mut Unit,
    before: &Stored,
    stored: &Stored,
    team: &str,
    told: Told<'_>,
) -> Result<(), Failure> {
    let episode = &stored.episode;
    let facts = write(episode.facts())?;
    let case_manager = episode.case_manager().map(StaffName::id);
    let duties = episode.duties().changes_since(before.episode.duties()).into_iter().map(|change| match change {
        Change::Added(duty) | Change::Changed(duty) => duty,
    });
    let consequences = Consequences::of(unit, duties, team, told)?;
    let followed = episode.followed_integration();
    let changed = write_with!(
        unit,
        episode.name(),
        &consequences,
        r"
            UPDATE episodes
            SET version = $23, phase = $24::text, facts = $25, case_manager_id = $26, assigned_on = $27, outbox_seq = $28,
                waiting_since_on = $29, commissioned_id = $30, generation = $31, is_over = $32, employment_until_on = $33,
                employment = $34
            WHERE episode_id = $3 AND version = $22
        ",
        before.version,
        stored.version,
        episode.phase().code(),
        facts,
        case_manager,
        episode.assigned_on().map(ToSqlx::to_sqlx) as _,
        stored.outbox_seq,
        episode.waiting_place().map(|place| place.since.to_sqlx()) as _,
        episode.commissioned().map(StaffName::id),
        stored.generation,
        episode.is_over(),
        followed.map(|(until, _)| until.to_sqlx()) as _,
        followed.map(|(_, employed)| employed.code())
    );
    if changed.rows_affected() == 1 { Ok(()) } else { Err(Failure::StaleEtag) }
}

/// Gives the episode's workflow the next number for an event that tells of nothing the record holds. Whoever calls has locked the row.
///
/// # Errors
/// When the database fails.
pub async fn number_event(unit: &mut Unit, stored: &Stored) -> Result<Stored, Failure> {
    let name = stored.episode.name();
    let row = sqlx::query!(
        r"
        UPDATE episodes
        SET outbox_seq = outbox_seq + 1
        WHERE jobcenter_id = $1 AND case_id = $2 AND episode_id = $3
        RETURNING outbox_seq
        ",
        name.jobcenter().as_str(),
        name.case().id(),
        name.id()
    )
    .fetch_one(unit.connection())
    .await?;
    Ok(Stored { outbox_seq: row.outbox_seq, ..stored.clone() })
}

/// The names of a case's episodes, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(unit: &mut Unit, case: &CaseName, page: &Page<Uuid>) -> Result<Vec<EpisodeName>, Failure> {
    let rows = sqlx::query!(
        r"
        SELECT episode_id
        FROM episodes
        WHERE jobcenter_id = $1 AND case_id = $2 AND ($3::uuid IS NULL OR episode_id < $3)
        ORDER BY episode_id DESC
        LIMIT $4
        ",
        case.jobcenter().as_str(),
        case.id(),
        page.after,
        page.fetch()
    )
    .fetch_all(unit.connection())
    .await?;
    Ok(rows.into_iter().map(|row| EpisodeName::new(case.clone(), row.episode_id)).collect())
}

/// The newest episode of a case, if it ever had one.
///
/// # Errors
/// When the database fails.
pub async fn newest(unit: &mut Unit, case: &CaseName) -> Result<Option<Stored>, Failure> {
    let row = sqlx::query!(
        r"
        SELECT episode_id
        FROM episodes
        WHERE jobcenter_id = $1 AND case_id = $2
        ORDER BY episode_id DESC
        LIMIT 1
        ",
        case.jobcenter().as_str(),
        case.id()
    )
    .fetch_optional(unit.connection())
    .await?;
    match row {
        Some(row) => load(unit, &EpisodeName::new(case.clone(), row.episode_id)).await.map(Some),
        None => Ok(None),
    }
}

/// The newest episode of a case that was proposed after one of them.
///
/// # Errors
/// When the database fails.
pub async fn newer(unit: &mut Unit, than: &EpisodeName) -> Result<Option<EpisodeName>, Failure> {
    let row = sqlx::query!(
        r"
        SELECT episode_id
        FROM episodes
        WHERE jobcenter_id = $1 AND case_id = $2 AND episode_id > $3
        ORDER BY episode_id DESC
        LIMIT 1
        ",
        than.jobcenter().as_str(),
        than.case().id(),
        than.id()
    )
    .fetch_optional(unit.connection())
    .await?;
    Ok(row.map(|row| EpisodeName::new(than.case().clone(), row.episode_id)))
}

/// The places that an episode looks for: those of the case manager named for it, none where nobody is named yet.
///
/// # Errors
/// When the database fails.
pub async fn places_for(unit: &mut Unit, episode: &Episode) -> Result<Places, Failure> {
    let Some(case_manager) = episode.case_manager() else { return Ok(Places::default()) };
    let waits = (episode.phase() == EpisodePhase::Waitlisted).then(|| episode.waiting_place()).flatten();
    places(unit, case_manager, waits.map(|place| (place.since, episode.name().id()))).await
}

/// The places of a case manager: open episodes, which are single customers and not benefit units (R168), and how many wait for one. For
/// an episode that waits itself, since that day, only those before it.
///
/// # Errors
/// When the database fails.
async fn places(unit: &mut Unit, case_manager: &StaffName, waiting: Option<(Date, Uuid)>) -> Result<Places, Failure> {
    let (since, episode) = waiting.unzip();
    let row = sqlx::query!(
        r#"
        SELECT s.full_time_percent,
               (
                   SELECT count(*)
                   FROM episodes e
                   WHERE e.jobcenter_id = $1 AND e.case_manager_id = $2
                     AND e.phase IN ('ENTRY_CONSULTATION', 'ASSESSMENT', 'PLANNING', 'DELIVERY')
               ) AS "caseload!",
               (
                   SELECT count(*)
                   FROM episodes e
                   WHERE e.jobcenter_id = $1 AND e.case_manager_id = $2 AND e.phase = 'WAITLISTED'
                     AND ($3::date IS NULL OR (e.waiting_since_on, e.episode_id) < ($3, $4))
               ) AS "ahead!"
        FROM staff_members s
        WHERE s.jobcenter_id = $1 AND s.staff_member_id = $2
        "#,
        case_manager.jobcenter().as_str(),
        case_manager.id(),
        since.map(ToSqlx::to_sqlx) as _,
        episode
    )
    .fetch_one(unit.connection())
    .await?;
    let count = |people: i64| i32::try_from(people).unwrap_or(i32::MAX);
    Ok(Places { caseload: count(row.caseload), ahead: count(row.ahead), full_time_percent: row.full_time_percent })
}
