//! What a command tells the procedures: rows written in its transaction, carried to Temporal by the relay afterwards.

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{failure::Failure, telemetry::TraceContext, unit::Unit};

/// The one signal every workflow of Lotse listens to. It wakes, it does not inform.
pub const WAKE: &str = "wake";

/// A workflow to start, when it does not run yet, and to wake.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// The workflow's type name.
    pub workflow_type: &'static str,
    /// The queue its worker listens to.
    pub task_queue: &'static str,
    /// Its input: ids, dates and codes only.
    pub input: Value,
}

/// An event for one workflow: `seq` comes gap-free from a counter on the aggregate's row, under that row's lock.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The workflow.
    pub workflow_id: String,
    /// Its place among the events this sender has for this workflow, from 1.
    pub seq: i64,
    /// Which service sends.
    pub sender: &'static str,
    /// What happened, as a code.
    pub kind: &'static str,
    /// Set on the first event.
    pub start: Option<Start>,
}

/// Writes an event into the outbox of the unit's transaction; the relay is rung after the commit.
///
/// # Errors
/// When the database fails.
pub async fn enqueue(unit: &mut Unit, event: Event) -> Result<(), Failure> {
    let Event { workflow_id, seq, sender, kind, start } = event;
    let payload = json!({ "sender": sender, "kind": kind, "seq": seq });
    let (row_kind, workflow_type, task_queue, input) = match start {
        Some(Start { workflow_type, task_queue, input }) => {
            ("start", Some(workflow_type), Some(task_queue), Some(input))
        }
        None => ("signal", None, None, None),
    };
    let trace = TraceContext::current().map(|trace| trace.to_string());
    let jobcenter = unit.jobcenter().to_owned();
    sqlx::query!(
        r"
        INSERT INTO outbox_events (workflow_id, seq, kind, jobcenter_id, workflow_type, task_queue, signal_name, payload, input, trace_context)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ",
        workflow_id,
        seq,
        row_kind,
        jobcenter,
        workflow_type,
        task_queue,
        WAKE,
        payload,
        input,
        trace
    )
    .execute(unit.connection())
    .await?;
    unit.ring_after_commit();
    Ok(())
}

/// Writes a start for a workflow that should run, below all numbers its service ever gave; the relay starts it when it does not run
/// and leaves a running one alone. `pool` connects as the relay's role. False when such a start waits already.
///
/// # Errors
/// When the database fails.
pub async fn restart(pool: &PgPool, jobcenter: &str, workflow_id: &str, start: &Start) -> Result<bool, Failure> {
    let payload = json!({ "sender": "reconcile", "kind": "RECONCILE", "seq": 0 });
    let written = sqlx::query!(
        r"
        INSERT INTO outbox_events (workflow_id, seq, kind, jobcenter_id, workflow_type, task_queue, signal_name, payload, input)
        VALUES ($1, 0, 'start', $2, $3, $4, $5, $6, $7)
        ON CONFLICT (workflow_id, seq) DO NOTHING
        ",
        workflow_id,
        jobcenter,
        start.workflow_type,
        start.task_queue,
        WAKE,
        payload,
        start.input
    )
    .execute(pool)
    .await?;
    Ok(written.rows_affected() == 1)
}
