//! Outbox rows that were given up: listed and sent again by a person, with `lotse outbox`.

use serde_json::Value;
use sqlx::PgPool;

/// An outbox row that was given up.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetter {
    /// The workflow it was meant for.
    pub workflow_id: String,
    /// Its place among the events of that workflow.
    pub seq: i64,
    /// `start` or `signal`.
    pub kind: String,
    /// The signal's payload: sender, kind and `seq`, never data of people.
    pub payload: Value,
    /// How often it was tried.
    pub attempts: i32,
    /// Why it was given up.
    pub last_error: Option<String>,
    /// When it was given up, RFC 3339 in UTC.
    pub failed_at: String,
}

/// Lists the oldest dead letters of a schema, at most `limit`. `pool` connects as the relay's role.
///
/// # Errors
/// When the database cannot be asked.
pub async fn list(pool: &PgPool, limit: i64) -> sqlx::Result<Vec<DeadLetter>> {
    sqlx::query_as!(
        DeadLetter,
        r#"
        SELECT workflow_id, seq, kind, payload, attempts, last_error,
               to_char(failed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "failed_at!"
        FROM dead_letters
        ORDER BY failed_at, workflow_id, seq
        LIMIT $1
        "#,
        limit
    )
    .fetch_all(pool)
    .await
}

/// Puts a dead letter back into the outbox as if it had never been tried; false when there is none such.
///
/// # Errors
/// When the database cannot be asked.
pub async fn retry(pool: &PgPool, workflow_id: &str, seq: i64) -> sqlx::Result<bool> {
    let moved = sqlx::query!(
        r"
        WITH raised AS (
            DELETE FROM dead_letters
            WHERE workflow_id = $1 AND seq = $2
            RETURNING workflow_id, seq, kind, jobcenter_id, workflow_type, task_queue, signal_name, payload, input,
                      trace_context, created_at
        )
        INSERT INTO outbox_events (workflow_id, seq, kind, jobcenter_id, workflow_type, task_queue, signal_name, payload,
                                   input, trace_context, created_at, available_at, attempts)
        SELECT workflow_id, seq, kind, jobcenter_id, workflow_type, task_queue, signal_name, payload, input,
               trace_context, created_at, now(), 0
        FROM raised
        ",
        workflow_id,
        seq
    )
    .execute(pool)
    .await?;
    Ok(moved.rows_affected() > 0)
}
