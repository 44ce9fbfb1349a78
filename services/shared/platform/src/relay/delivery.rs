//! One delivery: an outbox row becomes a signal, or a signal with start, and Temporal's answer becomes a verdict.

use std::time::Duration;

use serde_json::Value;
use sqlx::PgPool;
use temporalio_client::{Connection, request_extensions::RetryConfigForCall};
use temporalio_common::protos::temporal::api::{
    common::v1::{Header, Memo, Payload, Payloads, TimeSkippingConfig, WorkflowExecution, WorkflowType},
    enums::v1::{WorkflowIdConflictPolicy, WorkflowIdReusePolicy},
    taskqueue::v1::TaskQueue,
    workflowservice::v1::{SignalWithStartWorkflowExecutionRequest, SignalWorkflowExecutionRequest},
};
use tonic::{Code, Request, Status};
use uuid::Uuid;

use super::table::Row;
use crate::{
    clock::BusinessClock,
    failure::told,
    telemetry::TRACEPARENT,
    temporal::{Temporal, fail_fast},
};

/// Longest wait for Temporal's answer to one delivery; with the three seconds for a connection still below the lease of ten.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(5);

/// How far past its birth a workflow's time is skipped, in seconds: its first task must end before, for when the end of a
/// fast-forward passes while a task is under way, the server runs on to the next timer.
#[cfg(feature = "dev")]
const BEYOND_BIRTH_SECONDS: i64 = 30;

/// What came of a delivery. Reasons are codes and words of ours: Temporal's texts may repeat what was sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Temporal has it.
    Delivered,
    /// Temporal cannot be reached, or refuses everybody: no row is to blame.
    Unreachable(&'static str),
    /// The workflow has ended or never was.
    Gone(&'static str),
    /// Temporal refuses this row.
    Failed(&'static str),
}

impl Verdict {
    pub(super) const fn as_str(&self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Unreachable(_) => "unreachable",
            Self::Gone(_) => "gone",
            Self::Failed(_) => "failed",
        }
    }
}

/// Brings rows to Temporal.
#[derive(Debug, Clone)]
pub(super) struct Courier {
    temporal: Temporal,
    #[cfg_attr(not(feature = "dev"), expect(dead_code, reason = "read by the simulated clock's birth only"))]
    clock: BusinessClock,
    #[cfg_attr(not(feature = "dev"), expect(dead_code, reason = "read by the simulated clock's birth only"))]
    pool: PgPool,
}

impl Courier {
    pub(super) const fn new(temporal: Temporal, clock: BusinessClock, pool: PgPool) -> Self {
        Self { temporal, clock, pool }
    }

    /// Delivers one row, outside of any transaction.
    pub(super) async fn deliver(&self, row: &Row) -> Verdict {
        let connection = match self.temporal.connection().await {
            Ok(connection) => connection,
            Err(error) => {
                tracing::warn!(error = told(&error), "Temporal is away, the outbox keeps what is committed");
                return Verdict::Unreachable("no connection");
            }
        };
        match row.kind.as_str() {
            "start" => self.start(connection, row).await,
            "signal" => self.signal(connection, row).await,
            _ => Verdict::Failed("unknown kind"),
        }
    }

    async fn start(&self, connection: Connection, row: &Row) -> Verdict {
        let (Some(workflow_type), Some(task_queue)) = (&row.workflow_type, &row.task_queue) else {
            return Verdict::Failed("a start without type or queue");
        };
        let Ok(birth) = self.birth(&row.workflow_id).await else { return Verdict::Unreachable("no simulated clock") };
        let message = SignalWithStartWorkflowExecutionRequest {
            namespace: self.temporal.namespace().to_owned(),
            workflow_id: row.workflow_id.clone(),
            workflow_type: Some(WorkflowType { name: workflow_type.clone() }),
            task_queue: Some(TaskQueue { name: task_queue.clone(), ..Default::default() }),
            input: row.input.as_ref().map(payloads),
            signal_name: row.signal_name.clone(),
            signal_input: Some(payloads(&row.payload)),
            request_id: request_id(row),
            workflow_id_reuse_policy: WorkflowIdReusePolicy::RejectDuplicate as i32,
            workflow_id_conflict_policy: WorkflowIdConflictPolicy::UseExisting as i32,
            header: header(row),
            memo: birth.memo,
            workflow_start_delay: birth.delay,
            time_skipping_config: birth.skipping,
            ..Default::default()
        };
        let answer = connection.workflow_service().signal_with_start_workflow_execution(call(message)).await;
        answer.map_or_else(|status| verdict(&status), |_| Verdict::Delivered)
    }

    async fn signal(&self, connection: Connection, row: &Row) -> Verdict {
        let message = SignalWorkflowExecutionRequest {
            namespace: self.temporal.namespace().to_owned(),
            // No run id: the signal follows the workflow through continue-as-new.
            workflow_execution: Some(WorkflowExecution { workflow_id: row.workflow_id.clone(), run_id: String::new() }),
            signal_name: row.signal_name.clone(),
            input: Some(payloads(&row.payload)),
            request_id: request_id(row),
            header: header(row),
            ..Default::default()
        };
        let answer = connection.workflow_service().signal_workflow_execution(call(message)).await;
        answer.map_or_else(|status| verdict(&status), |_| Verdict::Delivered)
    }

    /// In production a workflow is born now.
    #[cfg(not(feature = "dev"))]
    #[expect(clippy::unused_async, reason = "the simulated clock awaits its row")]
    async fn birth(&self, _workflow_id: &str) -> Result<Birth, BirthError> {
        Ok(Birth::default())
    }

    /// While the business clock is ahead of the wall clock, a workflow is born on the business date: its start is delayed by the
    /// difference, and the delay is skipped. Its id is noted first, so that time travel waits for it. In a stack of the past it is
    /// born later by the stack's lag, and carries that as a memo, which Temporal hands on to each further run.
    #[cfg(feature = "dev")]
    async fn birth(&self, workflow_id: &str) -> Result<Birth, BirthError> {
        use temporalio_common::protos::temporal::api::common::v1::FastForwardConfig;

        use crate::lag::Lag;

        if !self.clock.is_simulated() {
            return Ok(Birth::default());
        }
        super::table::note_started(&self.pool, workflow_id).await.map_err(|_| BirthError)?;
        let business = self.clock.now().await.map_err(|_| BirthError)?;
        let lag = self.clock.lag().await.map_err(|_| BirthError)?;
        let memo = (lag != Lag::default())
            .then(|| Memo { fields: [(Lag::MEMO.to_owned(), payload(&Value::from(lag.days())))].into() });
        let ahead = lag.of_workflows(business).duration_since(crate::clock::WallClock.now());
        if ahead.as_secs() <= 0 {
            return Ok(Birth { memo, ..Birth::default() });
        }
        let lasting = |seconds: i64| prost_wkt_types::Duration { seconds, nanos: ahead.subsec_nanos() };
        Ok(Birth {
            memo,
            delay: Some(lasting(ahead.as_secs())),
            skipping: Some(TimeSkippingConfig {
                enabled: true,
                fast_forward_config: Some(FastForwardConfig {
                    id: "birth".to_owned(),
                    duration: Some(lasting(ahead.as_secs() + BEYOND_BIRTH_SECONDS)),
                }),
                ..Default::default()
            }),
        })
    }
}

/// The simulated clock could not be read, so the day of birth is unknown.
#[derive(Debug)]
struct BirthError;

/// When a workflow is to begin.
#[derive(Debug, Default)]
struct Birth {
    memo: Option<Memo>,
    delay: Option<prost_wkt_types::Duration>,
    skipping: Option<TimeSkippingConfig>,
}

/// A call that fails fast: the relay itself tries again.
fn call<M>(message: M) -> Request<M> {
    let mut request = Request::new(message);
    request.set_timeout(DELIVERY_TIMEOUT);
    request.extensions_mut().insert(RetryConfigForCall(fail_fast()));
    request
}

/// The same row always asks with the same id: `UUIDv5` of workflow id and `seq`.
fn request_id(row: &Row) -> String {
    let workflow = Uuid::new_v5(&Uuid::NAMESPACE_URL, row.workflow_id.as_bytes());
    Uuid::new_v5(&workflow, row.seq.to_string().as_bytes()).to_string()
}

fn payload(value: &Value) -> Payload {
    Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: value.to_string().into_bytes(),
        ..Default::default()
    }
}

fn payloads(value: &Value) -> Payloads {
    Payloads { payloads: vec![payload(value)] }
}

/// The trace travels with the event, so that the workflow's calls join the trace of the command.
fn header(row: &Row) -> Option<Header> {
    let trace = row.trace_context.as_deref().filter(|trace| !trace.is_empty())?;
    Some(Header { fields: [(TRACEPARENT.to_owned(), payload(&Value::from(trace)))].into() })
}

/// Reads Temporal's refusal: whose fault it is decides whether the row waits, counts or is given up.
fn verdict(status: &Status) -> Verdict {
    match status.code() {
        Code::Ok => Verdict::Delivered,
        // A namespace that is missing is a fault of the cell, and must not bury every row in it.
        Code::NotFound if mentions_namespace(status) => Verdict::Unreachable("namespace not found"),
        Code::NotFound => Verdict::Gone("the workflow has ended or never was"),
        Code::AlreadyExists => Verdict::Gone("the workflow has ended already"),
        Code::Unavailable => Verdict::Unreachable("unavailable"),
        Code::DeadlineExceeded => Verdict::Unreachable("no answer in time"),
        Code::Cancelled => Verdict::Unreachable("cancelled"),
        Code::ResourceExhausted => Verdict::Unreachable("busy"),
        Code::Aborted => Verdict::Unreachable("aborted"),
        Code::Unauthenticated | Code::PermissionDenied => Verdict::Unreachable("not allowed"),
        Code::Unimplemented => Verdict::Unreachable("not implemented by this server"),
        Code::InvalidArgument => Verdict::Failed("invalid argument"),
        Code::FailedPrecondition => Verdict::Failed("failed precondition"),
        Code::OutOfRange => Verdict::Failed("out of range"),
        Code::Internal => Verdict::Failed("internal error"),
        Code::DataLoss => Verdict::Failed("data loss"),
        Code::Unknown => Verdict::Failed("unknown error"),
    }
}

fn mentions_namespace(status: &Status) -> bool {
    let typed = b"NamespaceNotFoundFailure";
    status.details().windows(typed.len()).any(|part| part == typed)
        || status.message().to_ascii_lowercase().starts_with("namespace")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: i64) -> Row {
        Row {
            workflow_id: "musterstadt/episode/1/1".to_owned(),
            seq,
            kind: "signal".to_owned(),
            workflow_type: None,
            task_queue: None,
            signal_name: "wake".to_owned(),
            payload: serde_json::json!({"sender": "cases", "kind": "episode", "seq": seq}),
            input: None,
            trace_context: None,
            attempts: 0,
        }
    }

    #[test]
    fn a_row_always_asks_with_the_same_id() {
        assert_eq!(request_id(&row(1)), request_id(&row(1)));
        assert_ne!(request_id(&row(1)), request_id(&row(2)));
    }

    #[test]
    fn an_absent_server_is_nobodys_fault() {
        for code in [Code::Unavailable, Code::DeadlineExceeded, Code::Unauthenticated, Code::ResourceExhausted] {
            assert!(matches!(verdict(&Status::new(code, "")), Verdict::Unreachable(_)), "{code:?}");
        }
        let namespace = Status::not_found("Namespace lotse is not found.");
        assert!(matches!(verdict(&namespace), Verdict::Unreachable(_)));
    }

    #[test]
    fn an_ended_workflow_is_gone() {
        assert!(matches!(verdict(&Status::not_found("workflow execution already completed")), Verdict::Gone(_)));
        assert!(matches!(verdict(&Status::already_exists("")), Verdict::Gone(_)));
        assert!(matches!(verdict(&Status::invalid_argument("")), Verdict::Failed(_)));
    }

    #[test]
    fn payloads_are_plain_json() {
        let payload = payload(&serde_json::json!({"seq": 3}));
        assert_eq!(payload.metadata["encoding"], b"json/plain");
        assert_eq!(payload.data, br#"{"seq":3}"#);
    }
}
