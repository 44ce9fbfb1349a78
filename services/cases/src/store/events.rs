//! Table `case_events`: the timeline, as codes with parameters.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, EventName};
use lotse_platform::{failure::Failure, paging::Page, unit::Unit};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::events::Event;

/// An entry of the timeline as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: EventName,
    /// Business date.
    pub happened_on: Date,
    /// What happened.
    pub event: Event,
    /// Resource name of the acting staff member, or the procedure.
    pub actor: String,
    /// The episode or duty it is about; empty when the case itself.
    pub subject: String,
}

/// Adds one entry; the id makes the order.
///
/// # Errors
/// When the database fails.
pub async fn append(
    unit: &mut Unit,
    case: &CaseName,
    event: &Event,
    actor: &str,
    subject: &str,
) -> Result<(), Failure> {
    let (id, today, parameters) = (unit.new_id(), unit.today(), parameters_of(event)?);
    sqlx::query!(
        r"
        INSERT INTO case_events (event_id, jobcenter_id, case_id, happened_on, actor, code, parameters, subject)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ",
        id,
        case.jobcenter().as_str(),
        case.id(),
        today.to_sqlx() as _,
        actor,
        event.code(),
        parameters,
        subject
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}

/// What the column `parameters` holds.
pub(super) fn parameters_of(event: &Event) -> Result<Value, Failure> {
    let mut stored = serde_json::to_value(event).map_err(|error| Failure::Defect(error.to_string()))?;
    Ok(stored.get_mut("parameters").map(Value::take).unwrap_or_default())
}

/// The timeline, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(unit: &mut Unit, case: &CaseName, page: &Page<Uuid>) -> Result<Vec<Entry>, Failure> {
    let rows = sqlx::query!(
        r"
        SELECT event_id, happened_on, code, parameters, actor, subject
        FROM case_events
        WHERE jobcenter_id = $1 AND case_id = $2 AND ($3::uuid IS NULL OR event_id > $3)
        ORDER BY event_id
        LIMIT $4
        ",
        case.jobcenter().as_str(),
        case.id(),
        page.after,
        page.fetch()
    )
    .fetch_all(unit.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let event = serde_json::from_value(json!({ "code": row.code, "parameters": row.parameters }));
            Ok(Entry {
                name: EventName::new(case.clone(), row.event_id),
                happened_on: row.happened_on.to_jiff(),
                event: event.map_err(|error| Failure::stored("event", &error))?,
                actor: row.actor,
                subject: row.subject,
            })
        })
        .collect()
}
