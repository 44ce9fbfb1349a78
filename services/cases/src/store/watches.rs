//! Table `watches`: the watch over a person outside case management, loaded and saved with the check and the update of a plan that are planned or due.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, EpisodeName};
use lotse_platform::{failure::Failure, unit::Unit};
use serde_json::Value;

use super::consequences::{Consequences, Told, write_with};
use crate::domain::{
    duties::{Change, Duty},
    vocabulary::EpisodePhase,
    watch::{Facts, Watch},
};

/// A watch as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The watch, with what is planned or due.
    pub watch: Watch,
    /// Version for the etag; 0 while there is no row.
    pub version: i64,
    /// The day on which time has to do something.
    pub next_step_on: Option<Date>,
}

/// The stored facts.
pub(super) fn facts(watch: &Watch) -> Result<Value, Failure> {
    serde_json::to_value(watch.facts()).map_err(|error| Failure::Defect(error.to_string()))
}

/// Reads a watch and locks its row until the end of the transaction, so that its acts and steps are in one order.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn load_for_act(unit: &mut Unit, case: &CaseName) -> Result<Stored, Failure> {
    sqlx::query!(
        r"
        SELECT case_id
        FROM watches
        WHERE case_id = $1 AND jobcenter_id = $2
        FOR UPDATE
        ",
        case.id(),
        case.jobcenter().as_str()
    )
    .fetch_optional(unit.connection())
    .await?;
    load(unit, case).await
}

/// Reads a watch; that of somebody whom nobody ever had to check has no row.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn load(unit: &mut Unit, case: &CaseName) -> Result<Stored, Failure> {
    let rows = sqlx::query!(
        r#"
        SELECT w.version, w.facts, w.next_step_on, d.facts AS "duty?"
        FROM watches w
        LEFT JOIN duties d
          ON d.episode_id IS NULL
          AND d.case_id = w.case_id
          AND d.jobcenter_id = w.jobcenter_id
          AND d.state IN ('SCHEDULED', 'OPEN')
        WHERE w.case_id = $1 AND w.jobcenter_id = $2
        "#,
        case.id(),
        case.jobcenter().as_str()
    )
    .fetch_all(unit.connection())
    .await?;
    let mut stored = Stored { watch: Watch::new(case.clone()), version: 0, next_step_on: None };
    let mut duties = Vec::new();
    // The row of the watch stands once beside each duty that waits.
    for row in rows {
        let facts: Facts = serde_json::from_value(row.facts).map_err(|error| Failure::stored("watch", &error))?;
        let duty = row.duty.map(serde_json::from_value::<Duty>).transpose();
        duties.extend(duty.map_err(|error| Failure::stored("duty", &error))?);
        stored = Stored {
            watch: Watch::from_rows(case.clone(), facts, duties.clone()),
            version: row.version,
            next_step_on: row.next_step_on.map(jiff_sqlx::Date::to_jiff),
        };
    }
    Ok(stored)
}

/// Saves what an act or a step changed: the row when it has the version that was read, the duties that differ, and what is told of it.
///
/// # Errors
/// [`Failure::StaleEtag`] when the version is another one; what was written beside the row is rolled back with the transaction.
pub async fn save(unit: &mut Unit, before: &Stored, after: &Stored, team: &str, told: Told<'_>) -> Result<(), Failure> {
    let duties = after.watch.duties().changes_since(before.watch.duties()).into_iter().map(|change| match change {
        Change::Added(duty) | Change::Changed(duty) => duty,
    });
    let consequences = Consequences::of(unit, duties, team, told)?;
    let facts = facts(&after.watch)?;
    let written = write_with!(
        unit,
        after.watch.case(),
        &consequences,
        r"
            INSERT INTO watches (jobcenter_id, case_id, version, facts, next_step_on)
            VALUES ($1, $2, $22, $23, $24)
            ON CONFLICT ON CONSTRAINT watches_pkey
            DO UPDATE SET version = EXCLUDED.version, facts = EXCLUDED.facts, next_step_on = EXCLUDED.next_step_on
            WHERE watches.version = $25
        ",
        after.version,
        facts,
        after.next_step_on.map(ToSqlx::to_sqlx) as _,
        before.version
    );
    if written.rows_affected() == 1 { Ok(()) } else { Err(Failure::StaleEtag) }
}

/// Moves the day on which time has to do something, when it was computed anew under other rules; not where somebody acted meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn reschedule(unit: &mut Unit, stored: &Stored, on: Option<Date>) -> Result<(), Failure> {
    let case = stored.watch.case();
    sqlx::query!(
        r"
        UPDATE watches
        SET next_step_on = $3
        WHERE case_id = $1 AND jobcenter_id = $2 AND version = $4
        ",
        case.id(),
        case.jobcenter().as_str(),
        on.map(ToSqlx::to_sqlx) as _,
        stored.version
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}

/// Where an episode stands.
///
/// # Errors
/// [`Failure::NotFound`] when it is not there.
pub async fn phase(unit: &mut Unit, name: &EpisodeName) -> Result<EpisodePhase, Failure> {
    let row = sqlx::query!(
        r#"
        SELECT phase::text AS "phase!"
        FROM episodes
        WHERE episode_id = $1 AND case_id = $2 AND jobcenter_id = $3
        "#,
        name.id(),
        name.case().id(),
        name.jobcenter().as_str()
    )
    .fetch_optional(unit.connection())
    .await?
    .ok_or_else(|| Failure::NotFound { name: name.to_string() })?;
    row.phase.parse().map_err(|_| Failure::Defect("a stored phase".to_owned()))
}
