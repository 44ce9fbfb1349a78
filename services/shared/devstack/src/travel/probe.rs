//! The raw calls to Temporal that time travel is made of.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use prost_wkt_types::{Duration as ProtoDuration, FieldMask, Timestamp as ProtoTimestamp};
use temporalio_client::Connection;
use temporalio_common::protos::temporal::api::common::v1::{FastForwardConfig, TimeSkippingConfig, WorkflowExecution};
use temporalio_common::protos::temporal::api::enums::v1::{
    FastForwardPollingResult, QueryRejectCondition, WorkflowExecutionStatus,
};
use temporalio_common::protos::temporal::api::query::v1::WorkflowQuery;
use temporalio_common::protos::temporal::api::workflow::v1::{PendingActivityInfo, WorkflowExecutionOptions};
use temporalio_common::protos::temporal::api::workflowservice::v1::{
    DescribeWorkflowExecutionRequest, DescribeWorkflowExecutionResponse, PollWorkflowExecutionTimeSkippingRequest,
    PollWorkflowExecutionTimeSkippingResponse, QueryWorkflowRequest, UpdateWorkflowExecutionOptionsRequest,
};
use tonic::{Code, Request, Status};

use super::TravelError;

/// How long one call may last; a long poll that finds nothing is repeated.
const CALL: Duration = Duration::from_secs(10);
/// Skips allowed in one fast-forward. The server's own bound of 200 would leave a busy workflow standing half-way.
const MAX_SKIPS: i32 = 100_000;
/// From this attempt on the code of a workflow fails by itself; a worker that was killed costs one attempt.
const FAILING_FROM: i32 = 4;
/// How often a fast-forward is begun anew when the workflow was replaced by its next run meanwhile.
const RENEWALS: u32 = 3;

/// What a look at one workflow shows.
#[derive(Debug)]
pub(super) enum Sight {
    /// Open, and nothing is under way.
    AtRest(Rest),
    /// Something is under way, in words.
    Busy(String),
    /// Closed, or unknown to the server.
    Gone,
}

/// Where a workflow at rest stands: as long as both are the same, nothing has happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rest {
    run_id: String,
    transitions: i64,
}

/// What a workflow answers to `next_wake`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wake {
    At(Timestamp),
    /// It waits for a signal only.
    Never,
    Closed,
    /// It has not yet run so far that it could answer.
    Moving,
}

/// A client for the workflows of one namespace.
#[derive(Debug)]
pub(super) struct Probe {
    connection: Connection,
    namespace: String,
}

impl Probe {
    pub(super) const fn new(connection: Connection, namespace: String) -> Self {
        Self { connection, namespace }
    }

    /// Says whether the workflow is at rest, so that its time may be moved.
    pub(super) async fn look(&self, id: &str, bear_retries: bool) -> Result<Sight, TravelError> {
        let Some(seen) = self.describe(id).await? else { return Ok(Sight::Gone) };
        let Some(info) = &seen.workflow_execution_info else {
            return Ok(Sight::Busy("has no description yet".to_owned()));
        };
        if info.status != WorkflowExecutionStatus::Running as i32 {
            // Between two runs the old one still shows; the next one is running already.
            let continued = info.status == WorkflowExecutionStatus::ContinuedAsNew as i32;
            return Ok(if continued { Sight::Busy("continues as new".to_owned()) } else { Sight::Gone });
        }
        if let Some(task) = &seen.pending_workflow_task {
            if task.attempt >= FAILING_FROM {
                return Err(TravelError::WorkflowTaskFailing { workflow_id: id.to_owned(), attempt: task.attempt });
            }
            return Ok(Sight::Busy(format!("has a workflow task, attempt {}", task.attempt)));
        }
        let retried = seen.pending_activities.iter().find(|activity| activity.attempt > 1);
        if let Some(activity) = retried.filter(|_| !bear_retries) {
            return Err(TravelError::ActivityRetried {
                workflow_id: id.to_owned(),
                activity: activity_name(activity),
                attempt: activity.attempt,
                failure: activity.last_failure.as_ref().map(|failure| failure.message.clone()),
            });
        }
        if let Some(activity) = retried.or_else(|| seen.pending_activities.first()) {
            return Ok(Sight::Busy(format!("runs activity {}, attempt {}", activity_name(activity), activity.attempt)));
        }
        if !seen.pending_children.is_empty() || !seen.pending_nexus_operations.is_empty() {
            return Ok(Sight::Busy("waits for a child".to_owned()));
        }
        if is_skipping(&seen) {
            return Ok(Sight::Busy("is still skipping time".to_owned()));
        }
        let run_id = info.execution.as_ref().map(|execution| execution.run_id.clone()).unwrap_or_default();
        Ok(Sight::AtRest(Rest { run_id, transitions: info.state_transition_count }))
    }

    async fn describe(&self, id: &str) -> Result<Option<DescribeWorkflowExecutionResponse>, TravelError> {
        let request =
            DescribeWorkflowExecutionRequest { namespace: self.namespace.clone(), execution: Some(execution(id)) };
        match self.connection.workflow_service().describe_workflow_execution(bounded(request)).await {
            Ok(response) => Ok(Some(response.into_inner())),
            Err(status) if status.code() == Code::NotFound => Ok(None),
            Err(status) => Err(failed("describe", id, status)),
        }
    }

    /// Asks the workflow when it wakes.
    pub(super) async fn next_wake(&self, id: &str) -> Result<Wake, TravelError> {
        let request = QueryWorkflowRequest {
            namespace: self.namespace.clone(),
            execution: Some(execution(id)),
            query: Some(WorkflowQuery { query_type: "next_wake".to_owned(), ..Default::default() }),
            query_reject_condition: QueryRejectCondition::NotOpen as i32,
        };
        let unanswered = |detail: String| TravelError::NextWake { workflow_id: id.to_owned(), detail };
        let answer = match self.connection.workflow_service().query_workflow(bounded(request)).await {
            Ok(response) => response.into_inner(),
            Err(status) if status.message().contains("task is not scheduled") => return Ok(Wake::Moving),
            Err(status) if status.code() == Code::NotFound => return Ok(Wake::Closed),
            // The server or the worker that would answer is away just now.
            Err(status) if matches!(status.code(), Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled) => {
                return Err(failed("ask when it wakes", id, status));
            }
            Err(status) => return Err(unanswered(status.message().to_owned())),
        };
        if answer.query_rejected.is_some() {
            return Ok(Wake::Closed);
        }
        let payload = answer.query_result.and_then(|payloads| payloads.payloads.into_iter().next());
        let Some(payload) = payload else { return Ok(Wake::Never) };
        if payload.data.is_empty() {
            return Ok(Wake::Never);
        }
        let wake: Option<Timestamp> = serde_json::from_slice(&payload.data)
            .map_err(|error| unanswered(format!("neither an instant of RFC 3339 nor null: {error}")))?;
        Ok(wake.map_or(Wake::Never, Wake::At))
    }

    /// Moves the clock of one workflow to `target` unless it is there, and waits until it has arrived.
    pub(super) async fn fast_forward(
        &self,
        id: &str,
        target: Timestamp,
        journey: u64,
        until: Instant,
    ) -> Result<(), TravelError> {
        let lost = |reason: String| TravelError::FastForward { workflow_id: id.to_owned(), target, reason };
        let mut reason = String::new();
        for renewal in 0..=RENEWALS {
            let Some(seen) = self.describe(id).await? else { return Ok(()) };
            if !is_open(&seen) {
                return Ok(());
            }
            let ahead = target.duration_since(virtual_now(&seen)?);
            if ahead <= SignedDuration::ZERO {
                return Ok(());
            }
            let name = format!("travel-{}-{journey}-{renewal}", std::process::id());
            if !self.begin(id, &name, ahead).await? {
                return Ok(());
            }
            match self.wait_for(id, &name, until).await? {
                None => return Ok(()),
                Some(why) => reason = why,
            }
            if Instant::now() > until {
                break;
            }
        }
        Err(lost(reason))
    }

    /// Begins a fast-forward; false when the workflow is closed.
    async fn begin(&self, id: &str, name: &str, ahead: SignedDuration) -> Result<bool, TravelError> {
        let duration = ProtoDuration { seconds: ahead.as_secs(), nanos: ahead.subsec_nanos() };
        let skipping = TimeSkippingConfig {
            enabled: true,
            fast_forward_config: Some(FastForwardConfig { id: name.to_owned(), duration: Some(duration) }),
            max_session_skip_count: MAX_SKIPS,
            ..Default::default()
        };
        let request = UpdateWorkflowExecutionOptionsRequest {
            namespace: self.namespace.clone(),
            workflow_execution: Some(execution(id)),
            workflow_execution_options: Some(WorkflowExecutionOptions {
                time_skipping_config: Some(skipping),
                ..Default::default()
            }),
            update_mask: Some(FieldMask { paths: vec!["time_skipping_config".to_owned()] }),
            ..Default::default()
        };
        match self.connection.workflow_service().update_workflow_execution_options(bounded(request)).await {
            Ok(_) => Ok(true),
            Err(status) if status.code() == Code::NotFound => Ok(false),
            Err(status) => Err(failed("fast-forward", id, status)),
        }
    }

    /// Waits for a fast-forward; the reason when it cannot complete and the workflow is still open.
    async fn wait_for(&self, id: &str, name: &str, until: Instant) -> Result<Option<String>, TravelError> {
        loop {
            let request = PollWorkflowExecutionTimeSkippingRequest {
                namespace: self.namespace.clone(),
                workflow_execution: Some(execution(id)),
                fast_forward_id: name.to_owned(),
            };
            let answer = match self
                .connection
                .workflow_service()
                .poll_workflow_execution_time_skipping(bounded(request))
                .await
            {
                Ok(response) => response.into_inner(),
                Err(status) if status.code() == Code::NotFound => return Ok(None),
                // Nothing happened within one long poll: the same as the server's own time-out.
                Err(status) if matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled) => {
                    PollWorkflowExecutionTimeSkippingResponse::default()
                }
                Err(status) => return Err(failed("wait for a fast-forward", id, status)),
            };
            match answer.fast_forward_polling_result() {
                FastForwardPollingResult::FastForwardCompleted => return Ok(None),
                FastForwardPollingResult::FastForwardFailed => {
                    let ended = match self.describe(id).await? {
                        Some(seen) => !is_open(&seen),
                        None => true,
                    };
                    return Ok((!ended).then_some(answer.failed_reason));
                }
                FastForwardPollingResult::PollTimeout | FastForwardPollingResult::Unspecified => {}
            }
            if Instant::now() > until {
                return Ok(Some("it did not arrive in time; something is still under way in it".to_owned()));
            }
        }
    }
}

/// The newest run of a workflow, whatever was continued as new.
fn execution(id: &str) -> WorkflowExecution {
    WorkflowExecution { workflow_id: id.to_owned(), run_id: String::new() }
}

fn activity_name(activity: &PendingActivityInfo) -> String {
    activity.activity_type.as_ref().map_or_else(|| "unknown".to_owned(), |kind| kind.name.clone())
}

fn bounded<M>(message: M) -> Request<M> {
    let mut request = Request::new(message);
    request.set_timeout(CALL);
    request
}

fn failed(call: &'static str, id: &str, status: Status) -> TravelError {
    TravelError::Temporal { call, workflow_id: id.to_owned(), status: Box::new(status) }
}

fn is_open(seen: &DescribeWorkflowExecutionResponse) -> bool {
    let Some(info) = &seen.workflow_execution_info else { return true };
    let open = [WorkflowExecutionStatus::Running as i32, WorkflowExecutionStatus::ContinuedAsNew as i32];
    open.contains(&info.status)
}

fn is_skipping(seen: &DescribeWorkflowExecutionResponse) -> bool {
    let skipping = seen.workflow_extended_info.as_ref().and_then(|info| info.time_skipping_info.as_ref());
    skipping.and_then(|info| info.effective_config.as_ref()).is_some_and(|config| config.enabled)
}

/// The workflow's own time; before its first fast-forward that is the wall clock.
fn virtual_now(seen: &DescribeWorkflowExecutionResponse) -> Result<Timestamp, TravelError> {
    let skipping = seen.workflow_extended_info.as_ref().and_then(|info| info.time_skipping_info.as_ref());
    match skipping.and_then(|info| info.current_time) {
        Some(ProtoTimestamp { seconds, nanos }) => Ok(Timestamp::new(seconds, nanos)?),
        None => Ok(wall_now()),
    }
}

/// The wall clock, by which a workflow lives that never skipped time.
#[expect(clippy::disallowed_methods, reason = "the server's clock is meant, and it runs on this machine")]
pub(super) fn wall_now() -> Timestamp {
    Timestamp::now()
}
