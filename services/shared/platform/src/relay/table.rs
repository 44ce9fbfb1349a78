//! The SQL of the relay. Its role sees the outbox and the dead letters of one schema and nothing else.

use std::time::Duration;

use serde_json::Value;
use sqlx::PgPool;

/// An outbox row under lease.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) workflow_id: String,
    pub(super) seq: i64,
    pub(super) kind: String,
    pub(super) workflow_type: Option<String>,
    pub(super) task_queue: Option<String>,
    pub(super) signal_name: String,
    pub(super) payload: Value,
    pub(super) input: Option<Value>,
    pub(super) trace_context: Option<String>,
    pub(super) attempts: i32,
}

/// Leases the head rows of at most `limit` workflows for ten seconds: longer than a delivery may take, connecting included.
pub(super) async fn claim(pool: &PgPool, limit: usize) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r"
        UPDATE outbox_events
        SET claimed_until = now() + interval '10 seconds'
        WHERE (workflow_id, seq) IN (
            SELECT h.workflow_id, h.seq
            FROM outbox_events h
            WHERE h.available_at <= now()
              AND (h.claimed_until IS NULL OR h.claimed_until < now())
              AND NOT EXISTS (
                  SELECT 1
                  FROM outbox_events p
                  WHERE p.workflow_id = h.workflow_id AND p.seq < h.seq
              )
            ORDER BY h.available_at
            LIMIT $1
            FOR UPDATE OF h SKIP LOCKED
        )
        RETURNING workflow_id, seq, kind, workflow_type, task_queue, signal_name, payload, input, trace_context, attempts
        ",
        i64::try_from(limit).unwrap_or(i64::MAX)
    )
    .fetch_all(pool)
    .await
}

/// Forgets a delivered row.
pub(super) async fn delete(pool: &PgPool, row: &Row) -> sqlx::Result<()> {
    sqlx::query!(
        r"
        DELETE FROM outbox_events
        WHERE workflow_id = $1 AND seq = $2
        ",
        row.workflow_id,
        row.seq
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Gives a lease back without counting an attempt.
pub(super) async fn release(pool: &PgPool, row: &Row, wait: Duration, reason: &str) -> sqlx::Result<()> {
    again(pool, row, 0, wait, reason).await
}

/// Gives a lease back and counts the attempt.
pub(super) async fn fail(pool: &PgPool, row: &Row, wait: Duration, reason: &str) -> sqlx::Result<()> {
    again(pool, row, 1, wait, reason).await
}

async fn again(pool: &PgPool, row: &Row, counted: i32, wait: Duration, reason: &str) -> sqlx::Result<()> {
    sqlx::query!(
        r"
        UPDATE outbox_events
        SET claimed_until = NULL,
            attempts = attempts + $3,
            available_at = now() + $4 * interval '1 second',
            last_error = $5
        WHERE workflow_id = $1 AND seq = $2
        ",
        row.workflow_id,
        row.seq,
        counted,
        wait.as_secs_f64(),
        reason
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Moves a row to the dead letters, in one statement.
pub(super) async fn bury(pool: &PgPool, row: &Row, reason: &str) -> sqlx::Result<()> {
    sqlx::query!(
        r"
        WITH given_up AS (
            DELETE FROM outbox_events
            WHERE workflow_id = $1 AND seq = $2
            RETURNING workflow_id, seq, kind, jobcenter_id, workflow_type, task_queue, signal_name, payload, input,
                      trace_context, created_at, available_at, attempts
        )
        INSERT INTO dead_letters (workflow_id, seq, kind, jobcenter_id, workflow_type, task_queue, signal_name, payload,
                                  input, trace_context, created_at, available_at, claimed_until, attempts, last_error,
                                  failed_at)
        SELECT workflow_id, seq, kind, jobcenter_id, workflow_type, task_queue, signal_name, payload, input,
               trace_context, created_at, available_at, NULL, attempts + 1, $3, now()
        FROM given_up
        ON CONFLICT (workflow_id, seq)
        DO UPDATE SET attempts = EXCLUDED.attempts, last_error = EXCLUDED.last_error, failed_at = EXCLUDED.failed_at
        ",
        row.workflow_id,
        row.seq,
        reason
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// How many rows wait, and how many were given up.
pub(super) async fn count(pool: &PgPool) -> sqlx::Result<(i64, i64)> {
    let counted = sqlx::query!(
        r#"
        SELECT (SELECT count(*) FROM outbox_events) AS "waiting!",
               (SELECT count(*) FROM dead_letters) AS "dead!"
        "#
    )
    .fetch_one(pool)
    .await?;
    Ok((counted.waiting, counted.dead))
}

/// Notes a workflow that is about to start, for time travel on a development stack. Checked when it runs: the table is the stack's.
#[cfg(feature = "dev")]
pub(super) async fn note_started(pool: &PgPool, workflow_id: &str) -> sqlx::Result<()> {
    sqlx::query(
        r"
        INSERT INTO dev.started_workflows (workflow_id)
        VALUES ($1)
        ON CONFLICT (workflow_id) DO NOTHING
        ",
    )
    .bind(workflow_id)
    .execute(pool)
    .await?;
    Ok(())
}
