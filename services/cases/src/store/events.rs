//! Table `case_events`: the timeline, as codes with parameters.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, EventName};
use lotse_platform::{failure::Failure, paging::Page, unit::Unit};
use serde_json::Value;
use uuid::Uuid;

/// An entry of the timeline as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its name.
    pub name: EventName,
    /// Business date.
    pub happened_on: Date,
    /// Stable code.
    pub code: String,
    /// Dates, numbers and codes the words are made of; no free text.
    pub parameters: Value,
    /// Resource name of the acting staff member, or the procedure.
    pub actor: String,
    /// The episode or duty it is about; empty when the case itself.
    pub subject: String,
}

/// Adds an entry; the id makes the order.
///
/// # Errors
/// When the database fails.
pub async fn append(
    unit: &mut Unit,
    case: &CaseName,
    code: &str,
    parameters: &Value,
    actor: &str,
    subject: &str,
) -> Result<(), Failure> {
    let (id, today) = (unit.new_id(), unit.today());
    sqlx::query!(
        r"
        INSERT INTO case_events (event_id, jobcenter_id, case_id, happened_on, code, parameters, actor, subject)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ",
        id,
        case.jobcenter().as_str(),
        case.id(),
        today.to_sqlx() as _,
        code,
        parameters,
        actor,
        subject
    )
    .execute(unit.connection())
    .await?;
    Ok(())
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
    Ok(rows
        .into_iter()
        .map(|row| Entry {
            name: EventName::new(case.clone(), row.event_id),
            happened_on: row.happened_on.to_jiff(),
            code: row.code,
            parameters: row.parameters,
            actor: row.actor,
            subject: row.subject,
        })
        .collect())
}
