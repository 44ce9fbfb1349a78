//! Table `watch_sweeps`, and the watches of a page: how far the sweeps of a jobcenter have come, in few statements for many people.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, JobcenterName, StaffName};
use lotse_platform::{authorization::Authorized, failure::Failure, unit::Unit};
use uuid::Uuid;

use super::{
    consequences::{Duties, Entries},
    watches::Stored,
};
use crate::{
    access::acts,
    domain::{
        duties::{Change, Duty},
        watch::{Agenda, Facts, Loads, Swept, Watch},
    },
};

/// People of one page. Their rows are locked while it is taken, which commands on them wait for; and a page has to be taken well within the
/// deadline of one call.
pub const PAGE: i64 = 1_000;

/// What there is to do, and the number of the last event that the workflow was sent.
///
/// # Errors
/// [`Failure::NotFound`] when the jobcenter is not registered.
pub async fn agenda(unit: &mut Unit, jobcenter: &JobcenterName) -> Result<(i64, Agenda), Failure> {
    let row = sqlx::query!(
        r#"
        SELECT j.watch_seq, coalesce(s.page, 1) AS "page!", s.closed_on AS "closed_on?",
               (
                   SELECT min(w.next_step_on)
                   FROM watches w
                   WHERE w.jobcenter_id = $1 AND w.next_step_on IS NOT NULL
               ) AS first_step_on,
               (
                   SELECT min(n.tells_on)
                   FROM watch_notices n
                   WHERE n.jobcenter_id = $1
               ) AS first_notice_on
        FROM jobcenters j
        LEFT JOIN watch_sweeps s ON s.jobcenter_id = j.jobcenter_id
        WHERE j.jobcenter_id = $1
        "#,
        jobcenter.jobcenter().as_str()
    )
    .fetch_optional(unit.connection())
    .await?
    .ok_or_else(|| Failure::NotFound { name: jobcenter.to_string() })?;
    let agenda = Agenda {
        page: row.page,
        closed_on: row.closed_on.map(jiff_sqlx::Date::to_jiff),
        first_step_on: row.first_step_on.map(jiff_sqlx::Date::to_jiff),
        first_notice_on: row.first_notice_on.map(jiff_sqlx::Date::to_jiff),
    };
    Ok((row.watch_seq, agenda))
}

/// Holds every other page of the jobcenter off until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn begin(unit: &mut Unit, jobcenter: &JobcenterName) -> Result<(), Failure> {
    sqlx::query!(
        r"
        INSERT INTO watch_sweeps (jobcenter_id, page)
        VALUES ($1, 1)
        ON CONFLICT ON CONSTRAINT watch_sweeps_pkey
        DO UPDATE SET page = watch_sweeps.page
        ",
        jobcenter.jobcenter().as_str()
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}

/// Turns to the next page; with a day when its notices are complete.
///
/// # Errors
/// When the database fails.
pub async fn turn(unit: &mut Unit, jobcenter: &JobcenterName, closes: Option<Date>) -> Result<(), Failure> {
    sqlx::query!(
        r"
        UPDATE watch_sweeps
        SET page = page + 1, closed_on = greatest(closed_on, $2)
        WHERE jobcenter_id = $1
        ",
        jobcenter.jobcenter().as_str(),
        closes.map(ToSqlx::to_sqlx) as _
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}

/// Somebody for whom steps have come, with the team of their case.
#[derive(Debug)]
pub struct Found {
    /// The watch, with what is planned or due.
    pub stored: Stored,
    /// The team.
    pub team: String,
}

/// The people for whom steps have come, at most [`PAGE`], those of the earliest day first. Their rows are locked in the order of their cases, as
/// everybody locks them, and only then are their duties read, so that no act is lost between the two.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn page(
    unit: &mut Unit,
    _: &Authorized<acts::SweepWatches>,
    jobcenter: &JobcenterName,
) -> Result<Vec<Found>, Failure> {
    let today = unit.today();
    let rows = sqlx::query!(
        r"
        SELECT w.case_id, w.version, w.facts, w.next_step_on
        FROM watches w
        WHERE w.jobcenter_id = $1
          AND w.next_step_on <= $2
          AND w.case_id IN (
              SELECT first.case_id
              FROM watches first
              WHERE first.jobcenter_id = $1 AND first.next_step_on <= $2
              ORDER BY first.next_step_on, first.case_id
              LIMIT $3
          )
        ORDER BY w.case_id
        FOR UPDATE
        ",
        jobcenter.jobcenter().as_str(),
        today.to_sqlx() as _,
        PAGE
    )
    .fetch_all(unit.connection())
    .await?;
    let cases: Vec<Uuid> = rows.iter().map(|row| row.case_id).collect();
    let mut waiting = waiting(unit, jobcenter, &cases).await?;
    rows.into_iter()
        .map(|row| {
            let case = CaseName::new(jobcenter.clone(), row.case_id);
            let facts: Facts = serde_json::from_value(row.facts).map_err(|error| Failure::stored("watch", &error))?;
            let (duties, team) = waiting.remove(&row.case_id).unwrap_or_default();
            Ok(Found {
                stored: Stored {
                    watch: Watch::from_rows(case, facts, duties),
                    version: row.version,
                    next_step_on: row.next_step_on.map(jiff_sqlx::Date::to_jiff),
                },
                team,
            })
        })
        .collect()
}

/// What is planned or due for these people, and the team of each.
async fn waiting(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    cases: &[Uuid],
) -> Result<HashMap<Uuid, (Vec<Duty>, String)>, Failure> {
    let rows = sqlx::query!(
        r"
        SELECT case_id, team, facts
        FROM duties
        WHERE jobcenter_id = $1 AND case_id = ANY($2) AND episode_id IS NULL AND state IN ('SCHEDULED', 'OPEN')
        ",
        jobcenter.jobcenter().as_str(),
        cases
    )
    .fetch_all(unit.connection())
    .await?;
    let mut waiting: HashMap<Uuid, (Vec<Duty>, String)> = HashMap::with_capacity(cases.len());
    for row in rows {
        let duty = serde_json::from_value(row.facts).map_err(|error| Failure::stored("duty", &error))?;
        let (duties, team) = waiting.entry(row.case_id).or_default();
        duties.push(duty);
        *team = row.team;
    }
    Ok(waiting)
}

/// How many open checks these officers aim to make on which day to come.
///
/// # Errors
/// When the database fails.
pub async fn loads(unit: &mut Unit, jobcenter: &JobcenterName, officers: &[Uuid]) -> Result<Loads, Failure> {
    let today = unit.today();
    let rows = sqlx::query!(
        r#"
        SELECT owner_id AS "owner_id!", target_on, count(*) AS "checks!"
        FROM duties
        WHERE jobcenter_id = $1
          AND owner_id = ANY($2)
          AND target_on > $3
          AND kind = 'ELIGIBILITY_RECHECK'
          AND state = 'OPEN'
        GROUP BY owner_id, target_on
        "#,
        jobcenter.jobcenter().as_str(),
        officers,
        today.to_sqlx() as _
    )
    .fetch_all(unit.connection())
    .await?;
    let officer = |id| StaffName::new(jobcenter.clone(), id);
    let checks = |checks| i32::try_from(checks).unwrap_or(i32::MAX);
    Ok(rows.into_iter().map(|row| (officer(row.owner_id), row.target_on.to_jiff(), checks(row.checks))).collect())
}

/// Saves what a page came to: the duties that differ, the entries of the timeline, and the day of everybody's next step.
///
/// # Errors
/// When the database fails.
pub async fn save(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    page: &[(Found, Swept)],
    actor: &str,
) -> Result<(), Failure> {
    let changed = page.iter().flat_map(|(found, swept)| {
        swept.watch.duties().changes_since(found.stored.watch.duties()).into_iter().map(|change| match change {
            Change::Added(duty) | Change::Changed(duty) => duty,
        })
    });
    let duties = Duties::of(changed)?;
    let happened = page.iter().flat_map(|(_, swept)| &swept.events);
    let entries = Entries::of(happened, unit)?;
    let entry_cases: Vec<Uuid> =
        page.iter().flat_map(|(_, swept)| swept.events.iter().map(|_| swept.watch.case().id())).collect();
    let cases: Vec<Uuid> = page.iter().map(|(_, swept)| swept.watch.case().id()).collect();
    // Somebody whose day was noted under other rules has a new day and is the same otherwise, etag and all.
    let moved: Vec<bool> = page.iter().map(|(found, swept)| found.stored.watch != swept.watch).collect();
    let next_steps: Vec<Option<jiff_sqlx::Date>> =
        page.iter().map(|(_, swept)| swept.next_step_on.map(ToSqlx::to_sqlx)).collect();
    let today = unit.today();
    sqlx::query!(
        r"
        WITH kept AS (
            UPDATE duties
            SET state = d.state::duty_state, target_on = d.target_on, facts = d.facts
            FROM unnest($2::uuid[], $3::text[], $4::date[], $5::jsonb[]) AS d (duty_id, state, target_on, facts)
            WHERE duties.duty_id = d.duty_id AND duties.jobcenter_id = $1
        ), told AS (
            INSERT INTO case_events (jobcenter_id, happened_on, actor, case_id, event_id, code, parameters, subject)
            SELECT $1, $6, $7, e.case_id, e.event_id, e.code, e.parameters, e.subject
            FROM unnest($8::uuid[], $9::uuid[], $10::text[], $11::jsonb[], $12::text[])
                 AS e (case_id, event_id, code, parameters, subject)
        )
        UPDATE watches
        SET next_step_on = w.next_step_on, version = version + w.moved::integer
        FROM unnest($13::uuid[], $14::date[], $15::boolean[]) AS w (case_id, next_step_on, moved)
        WHERE watches.case_id = w.case_id AND watches.jobcenter_id = $1
        ",
        jobcenter.jobcenter().as_str(),
        &duties.ids,
        &duties.states,
        &duties.target_on as _,
        &duties.facts,
        today.to_sqlx() as _,
        actor,
        &entry_cases,
        &entries.ids,
        &entries.codes,
        &entries.parameters,
        &entries.subjects,
        &cases,
        &next_steps as _,
        &moved
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}
