//! Tables `episodes` and `duties`: an episode is loaded and saved whole, with the duties beside its phase.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, EpisodeName, StaffName};
use lotse_platform::{failure::Failure, paging::Page, unit::Unit};
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::{
    duties::{Change, Duty},
    episode::{Episode, Facts},
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
pub async fn insert(unit: &mut Unit, stored: &Stored, team: &str) -> Result<(), Failure> {
    let (name, facts) = (stored.episode.name(), write(stored.episode.facts())?);
    let previous = stored.episode.proposal().previous_episode.as_ref().map(EpisodeName::id);
    sqlx::query!(
        r"
        WITH proposed AS (
            INSERT INTO episodes (episode_id, jobcenter_id, case_id, version, phase, facts, previous_episode_id, generation,
                                  outbox_seq, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        )
        UPDATE cases
        SET version = version + 1, current_episode_id = $1, case_manager_id = NULL
        WHERE case_id = $3
        ",
        name.id(),
        name.jobcenter().as_str(),
        name.case().id(),
        stored.version,
        stored.episode.phase().code(),
        facts,
        previous,
        stored.generation,
        stored.outbox_seq,
        stored.created_at.to_sqlx() as _
    )
    .execute(unit.connection())
    .await?;
    save_duties(unit, name, stored.episode.duties().iter(), team).await
}

/// Saves what an act or a step changed: the row when it has the version that was read, and the duties that differ.
///
/// # Errors
/// [`Failure::StaleEtag`] when the version is another one.
pub async fn save(unit: &mut Unit, before: &Episode, stored: &Stored, version: i64, team: &str) -> Result<(), Failure> {
    let episode = &stored.episode;
    let facts = write(episode.facts())?;
    let case_manager = episode.case_manager().map(StaffName::id);
    let changed = sqlx::query!(
        r"
        UPDATE episodes
        SET version = $3, phase = $4, facts = $5, case_manager_id = $6, assigned_on = $7, outbox_seq = $8
        WHERE episode_id = $1 AND version = $2
        ",
        episode.name().id(),
        version,
        stored.version,
        episode.phase().code(),
        facts,
        case_manager,
        episode.assigned_on().map(ToSqlx::to_sqlx) as _,
        stored.outbox_seq
    )
    .execute(unit.connection())
    .await?;
    if changed.rows_affected() != 1 {
        return Err(Failure::StaleEtag);
    }
    let duties = episode.duties().changes_since(before.duties()).into_iter().map(|change| match change {
        Change::Added(duty) | Change::Changed(duty) => duty,
    });
    save_duties(unit, episode.name(), duties, team).await
}

/// Duties as the columns of their rows.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    kinds: Vec<String>,
    slots: Vec<i32>,
    states: Vec<String>,
    opens_on: Vec<jiff_sqlx::Date>,
    target_on: Vec<jiff_sqlx::Date>,
    due_on: Vec<jiff_sqlx::Date>,
    overdue_after_on: Vec<jiff_sqlx::Date>,
    owners: Vec<Uuid>,
    facts: Vec<Value>,
}

/// Adds or changes duties of an episode, all in one statement.
async fn save_duties<'a>(
    unit: &mut Unit,
    episode: &EpisodeName,
    duties: impl IntoIterator<Item = &'a Duty>,
    team: &str,
) -> Result<(), Failure> {
    let mut columns = Columns::default();
    for duty in duties {
        let deadline = duty.deadline();
        columns.ids.push(duty.name().id());
        columns.kinds.push(duty.kind().code().to_owned());
        columns.slots.push(duty.slot());
        columns.states.push(duty.stored_state().code().to_owned());
        columns.opens_on.push(deadline.opens_on.to_sqlx());
        columns.target_on.push(deadline.target_on().to_sqlx());
        columns.due_on.push(deadline.due_on().to_sqlx());
        columns.overdue_after_on.push(deadline.overdue_after().to_sqlx());
        columns.owners.push(duty.owner().id());
        columns.facts.push(write(duty)?);
    }
    if columns.ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r"
        INSERT INTO duties (jobcenter_id, case_id, episode_id, team, duty_id, kind, slot, state, opens_on, target_on, due_on,
                            overdue_after_on, owner_id, facts)
        SELECT $1, $2, $3, $4, d.duty_id, d.kind, d.slot, d.state, d.opens_on, d.target_on, d.due_on, d.overdue_after_on,
               d.owner_id, d.facts
        FROM unnest($5::uuid[], $6::text[], $7::integer[], $8::text[], $9::date[], $10::date[], $11::date[], $12::date[],
                    $13::uuid[], $14::jsonb[])
             AS d (duty_id, kind, slot, state, opens_on, target_on, due_on, overdue_after_on, owner_id, facts)
        ON CONFLICT ON CONSTRAINT duties_pkey
        DO UPDATE SET state = EXCLUDED.state, opens_on = EXCLUDED.opens_on, target_on = EXCLUDED.target_on, due_on = EXCLUDED.due_on,
                      overdue_after_on = EXCLUDED.overdue_after_on, owner_id = EXCLUDED.owner_id, facts = EXCLUDED.facts
        ",
        episode.jobcenter().as_str(),
        episode.case().id(),
        episode.id(),
        team,
        &columns.ids,
        &columns.kinds,
        &columns.slots,
        &columns.states,
        &columns.opens_on as _,
        &columns.target_on as _,
        &columns.due_on as _,
        &columns.overdue_after_on as _,
        &columns.owners,
        &columns.facts
    )
    .execute(unit.connection())
    .await?;
    Ok(())
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

/// Open episodes of a case manager: single customers, not benefit units (R168).
///
/// # Errors
/// When the database fails.
pub async fn caseload(unit: &mut Unit, case_manager: &StaffName) -> Result<i32, Failure> {
    let row = sqlx::query!(
        r#"
        SELECT count(*) AS "open!"
        FROM episodes
        WHERE jobcenter_id = $1 AND case_manager_id = $2
          AND phase IN ('ENTRY_CONSULTATION', 'ASSESSMENT', 'PLANNING', 'DELIVERY')
        "#,
        case_manager.jobcenter().as_str(),
        case_manager.id()
    )
    .fetch_one(unit.connection())
    .await?;
    Ok(i32::try_from(row.open).unwrap_or(i32::MAX))
}
