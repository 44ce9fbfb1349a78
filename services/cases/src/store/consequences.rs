//! What goes with an episode's row: its duties and the entries of the timeline, written in one statement, because commands wait for
//! each other's round trips.

use jiff_sqlx::ToSqlx;
use lotse_kernel::names::EpisodeName;
use lotse_platform::{failure::Failure, unit::Unit};
use serde_json::Value;
use uuid::Uuid;

use super::events::parameters_of;
use crate::domain::{duties::Duty, events::Happened};

/// What happened, and who did it.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The entries of the timeline, in order.
    pub happened: &'a [Happened],
    /// Resource name of the acting staff member, or the procedure.
    pub actor: &'a str,
}

/// Duties as the columns of their rows.
#[derive(Default)]
struct Duties {
    ids: Vec<Uuid>,
    kinds: Vec<String>,
    slots: Vec<i32>,
    revisions: Vec<i32>,
    states: Vec<String>,
    opens_on: Vec<jiff_sqlx::Date>,
    target_on: Vec<jiff_sqlx::Date>,
    due_on: Vec<jiff_sqlx::Date>,
    overdue_after_on: Vec<jiff_sqlx::Date>,
    owners: Vec<Uuid>,
    facts: Vec<Value>,
}

impl Duties {
    fn of<'a>(duties: impl IntoIterator<Item = &'a Duty>) -> Result<Self, Failure> {
        let mut columns = Self::default();
        for duty in duties {
            let deadline = duty.deadline();
            columns.ids.push(duty.name().id());
            columns.kinds.push(duty.kind().code().to_owned());
            columns.slots.push(duty.slot());
            columns.revisions.push(duty.revision());
            columns.states.push(duty.stored_state().code().to_owned());
            columns.opens_on.push(deadline.opens_on.to_sqlx());
            columns.target_on.push(deadline.target_on().to_sqlx());
            columns.due_on.push(deadline.due_on().to_sqlx());
            columns.overdue_after_on.push(deadline.overdue_after().to_sqlx());
            columns.owners.push(duty.owner().id());
            columns.facts.push(serde_json::to_value(duty).map_err(|error| Failure::Defect(error.to_string()))?);
        }
        Ok(columns)
    }
}

/// Entries of the timeline as the columns of their rows.
#[derive(Default)]
struct Entries {
    ids: Vec<Uuid>,
    codes: Vec<String>,
    parameters: Vec<Value>,
    subjects: Vec<String>,
}

impl Entries {
    fn of(happened: &[Happened], unit: &Unit) -> Result<Self, Failure> {
        let mut columns = Self::default();
        for Happened { event, subject } in happened {
            columns.ids.push(unit.new_id());
            columns.codes.push(event.code().to_owned());
            columns.parameters.push(parameters_of(event)?);
            columns.subjects.push(subject.clone());
        }
        Ok(columns)
    }
}

/// Adds or changes duties of an episode, and adds what is told of it to the timeline.
///
/// # Errors
/// When the database fails.
pub(super) async fn write<'a>(
    unit: &mut Unit,
    episode: &EpisodeName,
    duties: impl IntoIterator<Item = &'a Duty>,
    team: &str,
    told: Told<'_>,
) -> Result<(), Failure> {
    let (duties, entries, today) = (Duties::of(duties)?, Entries::of(told.happened, unit)?, unit.today());
    if duties.ids.is_empty() && entries.ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r"
        WITH kept AS (
            INSERT INTO duties (jobcenter_id, case_id, episode_id, team, duty_id, kind, slot, revision, state, opens_on, target_on,
                                due_on, overdue_after_on, owner_id, facts)
            SELECT $1, $2, $3, $4, d.duty_id, d.kind, d.slot, d.revision, d.state, d.opens_on, d.target_on, d.due_on,
                   d.overdue_after_on, d.owner_id, d.facts
            FROM unnest($5::uuid[], $6::text[], $7::integer[], $21::integer[], $8::text[], $9::date[], $10::date[], $11::date[],
                        $12::date[], $13::uuid[], $14::jsonb[])
                 AS d (duty_id, kind, slot, revision, state, opens_on, target_on, due_on, overdue_after_on, owner_id, facts)
            ON CONFLICT ON CONSTRAINT duties_pkey
            DO UPDATE SET state = EXCLUDED.state, opens_on = EXCLUDED.opens_on, target_on = EXCLUDED.target_on,
                          due_on = EXCLUDED.due_on, overdue_after_on = EXCLUDED.overdue_after_on, owner_id = EXCLUDED.owner_id,
                          facts = EXCLUDED.facts
        )
        INSERT INTO case_events (jobcenter_id, case_id, happened_on, actor, event_id, code, parameters, subject)
        SELECT $1, $2, $15, $16, e.event_id, e.code, e.parameters, e.subject
        FROM unnest($17::uuid[], $18::text[], $19::jsonb[], $20::text[]) AS e (event_id, code, parameters, subject)
        ",
        episode.jobcenter().as_str(),
        episode.case().id(),
        episode.id(),
        team,
        &duties.ids,
        &duties.kinds,
        &duties.slots,
        &duties.states,
        &duties.opens_on as _,
        &duties.target_on as _,
        &duties.due_on as _,
        &duties.overdue_after_on as _,
        &duties.owners,
        &duties.facts,
        today.to_sqlx() as _,
        told.actor,
        &entries.ids,
        &entries.codes,
        &entries.parameters,
        &entries.subjects,
        &duties.revisions
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}
