//! What a command tells the procedures: rows written in its transaction, carried to Temporal by the relay afterwards.

use lotse_kernel::workflow::WorkflowInput;
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

impl Start {
    /// The start of the workflow that `input` belongs to.
    ///
    /// # Errors
    /// [`Failure::Defect`] when the input cannot be written, which no name causes.
    pub fn of(input: &impl WorkflowInput) -> Result<Self, Failure> {
        let kind = input.workflow_id().workflow_type();
        let input =
            serde_json::to_value(input).map_err(|error| Failure::Defect(format!("input of a workflow: {error}")))?;
        Ok(Self { workflow_type: kind.code(), task_queue: kind.task_queue(), input })
    }
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

/// Leaves an event in the unit: it is written into the outbox when the unit is committed, in the same transaction, and the relay is
/// rung afterwards.
pub fn enqueue(unit: &mut Unit, event: Event) {
    unit.leave(event);
}

/// Events as the columns of their rows.
#[derive(Debug, Default)]
pub(crate) struct Rows<'a> {
    pub(crate) signal_name: &'static str,
    pub(crate) trace_context: Option<String>,
    pub(crate) workflow_ids: Vec<String>,
    pub(crate) seqs: Vec<i64>,
    pub(crate) kinds: Vec<&'static str>,
    pub(crate) workflow_types: Vec<Option<&'static str>>,
    pub(crate) task_queues: Vec<Option<&'static str>>,
    pub(crate) payloads: Vec<Value>,
    pub(crate) inputs: Vec<Option<&'a Value>>,
}

impl<'a> Rows<'a> {
    /// The rows of `events`, all of which belong to the trace at hand.
    pub(crate) fn of(events: &'a [Event]) -> Self {
        let trace_context = TraceContext::current().map(|trace| trace.to_string());
        let mut rows = Self { signal_name: WAKE, trace_context, ..Self::default() };
        for Event { workflow_id, seq, sender, kind, start } in events {
            rows.workflow_ids.push(workflow_id.clone());
            rows.seqs.push(*seq);
            rows.kinds.push(if start.is_some() { "start" } else { "signal" });
            rows.workflow_types.push(start.as_ref().map(|start| start.workflow_type));
            rows.task_queues.push(start.as_ref().map(|start| start.task_queue));
            rows.payloads.push(json!({ "sender": sender, "kind": kind, "seq": seq }));
            rows.inputs.push(start.as_ref().map(|start| &start.input));
        }
        rows
    }
}

/// Writes a start for a workflow that should run, below all numbers its service ever gave; the relay starts it when it does not run
/// and leaves a running one alone. `pool` connects as the relay's role. False when such a start waits already.
///
/// # Errors
/// When the database fails.
pub async fn restart(pool: &PgPool, input: &impl WorkflowInput) -> Result<bool, Failure> {
    let (workflow, start) = (input.workflow_id(), Start::of(input)?);
    let payload = json!({ "sender": "reconcile", "kind": "RECONCILE", "seq": 0 });
    let written = sqlx::query!(
        r"
        INSERT INTO outbox_events (workflow_id, seq, kind, jobcenter_id, workflow_type, task_queue, signal_name, payload, input)
        VALUES ($1, 0, 'start', $2, $3, $4, $5, $6, $7)
        ON CONFLICT (workflow_id, seq) DO NOTHING
        ",
        workflow.to_string(),
        workflow.jobcenter().as_str(),
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
