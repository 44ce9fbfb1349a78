//! What goes with the row of an episode, a watch or a case: its duties and the entries of the timeline, written in one statement with the
//! row, because commands wait for each other's round trips.

use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, EpisodeName, StaffName};
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
pub(super) struct Duties {
    pub(super) ids: Vec<Uuid>,
    pub(super) kinds: Vec<String>,
    pub(super) slots: Vec<i32>,
    pub(super) revisions: Vec<i32>,
    pub(super) states: Vec<String>,
    pub(super) opens_on: Vec<jiff_sqlx::Date>,
    pub(super) target_on: Vec<jiff_sqlx::Date>,
    pub(super) due_on: Vec<jiff_sqlx::Date>,
    pub(super) overdue_after_on: Vec<jiff_sqlx::Date>,
    pub(super) owners: Vec<Option<Uuid>>,
    pub(super) facts: Vec<Value>,
}

impl Duties {
    pub(super) fn of<'a>(duties: impl IntoIterator<Item = &'a Duty>) -> Result<Self, Failure> {
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
            columns.owners.push(duty.owner().map(StaffName::id));
            columns.facts.push(serde_json::to_value(duty).map_err(|error| Failure::Defect(error.to_string()))?);
        }
        Ok(columns)
    }
}

/// Entries of the timeline as the columns of their rows.
#[derive(Default)]
pub(super) struct Entries {
    pub(super) ids: Vec<Uuid>,
    pub(super) codes: Vec<String>,
    pub(super) parameters: Vec<Value>,
    pub(super) subjects: Vec<String>,
}

impl Entries {
    pub(super) fn of<'a>(happened: impl IntoIterator<Item = &'a Happened>, unit: &Unit) -> Result<Self, Failure> {
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

/// Whose row it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) case: &'a CaseName,
    /// Nothing for what happens outside the episodes of the case.
    pub(super) episode: Option<Uuid>,
}

impl<'a> From<&'a EpisodeName> for Place<'a> {
    fn from(name: &'a EpisodeName) -> Self {
        Self { case: name.case(), episode: Some(name.id()) }
    }
}

impl<'a> From<&'a CaseName> for Place<'a> {
    fn from(case: &'a CaseName) -> Self {
        Self { case, episode: None }
    }
}

/// What goes with a row, as columns.
pub(super) struct Consequences<'a> {
    pub(super) duties: Duties,
    pub(super) entries: Entries,
    pub(super) team: &'a str,
    pub(super) actor: &'a str,
    pub(super) happened_on: jiff_sqlx::Date,
}

impl<'a> Consequences<'a> {
    /// Duties to add or to change, and what is told of it, as it stands for the call of `unit`.
    ///
    /// # Errors
    /// When a value cannot be written as JSON.
    pub(super) fn of<'d>(
        unit: &Unit,
        duties: impl IntoIterator<Item = &'d Duty>,
        team: &'a str,
        told: Told<'a>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            duties: Duties::of(duties)?,
            entries: Entries::of(told.happened, unit)?,
            team,
            actor: told.actor,
            happened_on: unit.today().to_sqlx(),
        })
    }
}

/// Writes a row and its [`Consequences`] in one statement: `$row` goes on after their CTEs, with `$1` the jobcenter, `$2` the case, `$3` the
/// episode, `$4` the team and its own parameters from `$22` on. Gives back what the database made of `$row`.
macro_rules! write_with {
    ($unit:expr, $of:expr, $consequences:expr, $row:literal, $($own:tt)*) => {{
        let place = $crate::store::consequences::Place::from($of);
        let consequences: &$crate::store::consequences::Consequences<'_> = $consequences;
        sqlx::query!(
            r"
            WITH kept AS (
                INSERT INTO duties (jobcenter_id, case_id, episode_id, team, duty_id, kind, slot, revision, state, opens_on,
                                    target_on, due_on, overdue_after_on, owner_id, facts)
                SELECT $1, $2, $3, $4, d.duty_id, d.kind, d.slot, d.revision, d.state, d.opens_on, d.target_on, d.due_on,
                       d.overdue_after_on, d.owner_id, d.facts
                FROM unnest($5::uuid[], $6::text[], $7::integer[], $8::integer[], $9::text[], $10::date[], $11::date[],
                            $12::date[], $13::date[], $14::uuid[], $15::jsonb[])
                     AS d (duty_id, kind, slot, revision, state, opens_on, target_on, due_on, overdue_after_on, owner_id, facts)
                ON CONFLICT ON CONSTRAINT duties_pkey
                DO UPDATE SET state = EXCLUDED.state, opens_on = EXCLUDED.opens_on, target_on = EXCLUDED.target_on,
                              due_on = EXCLUDED.due_on, overdue_after_on = EXCLUDED.overdue_after_on,
                              owner_id = EXCLUDED.owner_id, facts = EXCLUDED.facts
            ), told AS (
                INSERT INTO case_events (jobcenter_id, case_id, happened_on, actor, event_id, code, parameters, subject)
                SELECT $1, $2, $16, $17, e.event_id, e.code, e.parameters, e.subject
                FROM unnest($18::uuid[], $19::text[], $20::jsonb[], $21::text[]) AS e (event_id, code, parameters, subject)
            )
            "
            + $row,
            place.case.jobcenter().as_str(),
            place.case.id(),
            place.episode,
            consequences.team,
            &consequences.duties.ids,
            &consequences.duties.kinds,
            &consequences.duties.slots,
            &consequences.duties.revisions,
            &consequences.duties.states,
            &consequences.duties.opens_on as _,
            &consequences.duties.target_on as _,
            &consequences.duties.due_on as _,
            &consequences.duties.overdue_after_on as _,
            &consequences.duties.owners as _,
            &consequences.duties.facts,
            consequences.happened_on as _,
            consequences.actor,
            &consequences.entries.ids,
            &consequences.entries.codes,
            &consequences.entries.parameters,
            &consequences.entries.subjects,
            $($own)*
        )
        .execute($unit.connection())
        .await?
    }};
}

pub(super) use write_with;
