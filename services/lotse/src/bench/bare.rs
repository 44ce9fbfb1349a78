//! The yardstick of lives: the same Episode workflows, woken by the same dates, whose calls are answered from memory.
//!
//! No PostgreSQL, no service, no relay, no letters: what is left is the Temporal server, the worker and the code of the
//! workflow. The dates are those of the domain itself, so that a bare life has the same timers as a whole one.

mod desk;
mod story;

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use jiff::{Timestamp, civil::Date};
use lotse_devstack::{
    DevStack,
    travel::{Travel, TravelError, World},
};
use lotse_kernel::{
    dates::{berlin_date, berlin_instant},
    workflow::{EpisodeInput, WAKE_SIGNAL, WorkflowInput as _, WorkflowType},
};
use lotse_platform::{
    clock::WallClock,
    config::{Peers, load_from},
    temporal::Temporal,
};
use lotse_workflows::{services::Services, worker::run_worker};
use serde_json::{Value, json};
use temporalio_client::Connection;
use temporalio_common::protos::temporal::api::{
    common::v1::{Payload, Payloads, WorkflowExecution, WorkflowType as TypeName},
    enums::v1::{WorkflowIdConflictPolicy, WorkflowIdReusePolicy},
    taskqueue::v1::TaskQueue,
    workflowservice::v1::{SignalWithStartWorkflowExecutionRequest, SignalWorkflowExecutionRequest},
};
use tokio_util::sync::CancellationToken;
use tonic::IntoRequest as _;

use desk::Desk;

/// Longest wait for the work of one day of all lives.
const PATIENCE: Duration = Duration::from_mins(10);

/// Lives `count` bare episodes side by side; how long that took.
pub(super) async fn live(servers: &DevStack, count: usize) -> anyhow::Result<Duration> {
    let desk = Desk::default();
    let address = desk.serve().await?;
    let keys = ["LOTSE_PEER_CASES", "LOTSE_PEER_PROVIDERS", "LOTSE_PEER_DOCUMENTS", "LOTSE_PEER_NOTIFICATIONS"];
    let peers: Peers = load_from(keys.map(|key| (key.into(), format!("http://{address}").into())))?;
    let temporal = servers.temporal_address().trim_start_matches("http://");
    let temporal = [
        ("LOTSE_TEMPORAL_ADDRESS".into(), format!("http://{temporal}").into()),
        ("LOTSE_TEMPORAL_NAMESPACE".into(), servers.namespace().into()),
    ];
    let temporal = Temporal::new(&load_from(temporal)?, "bench")?;
    let stop = CancellationToken::new();
    let worker = tokio::spawn(run_worker(temporal, Services::new(&peers, None)?, stop.clone()));
    let lasted = play(servers, &desk, count).await;
    stop.cancel();
    worker.await.context("the worker panicked")??;
    lasted
}

async fn play(servers: &DevStack, desk: &Desk, count: usize) -> anyhow::Result<Duration> {
    let connection = servers.temporal_connection().await?;
    let caller = Caller { connection: connection.clone(), namespace: servers.namespace().to_owned() };
    let begins = WallClock.now();
    let today = berlin_date(begins);
    let began = Instant::now();
    let mut inputs = Vec::new();
    for number in 1..=count {
        let name = story::episode(number)?;
        desk.keep(story::propose(name.clone(), today)?);
        inputs.push(EpisodeInput::new(name, 1, false));
    }
    let ids = inputs.iter().map(|input| input.workflow_id().to_string()).collect();
    let travel =
        Travel::new(connection, servers.namespace(), Memory { clock: Mutex::new(begins), ids: Mutex::new(ids) })
            .patience(PATIENCE);
    for input in &inputs {
        caller.start(input).await?;
    }
    for deed in story::acts(today)? {
        travel.advance_to(at_nine(deed.on)).await?;
        for input in &inputs {
            if let Some(seq) = desk.act(&input.episode, &deed)? {
                caller.wake(&input.workflow_id().to_string(), seq).await?;
            }
        }
    }
    travel.wait_until_quiet().await?;
    let open = travel.world().workflow_ids().await?;
    anyhow::ensure!(open.is_empty(), "{} bare lives did not end", open.len());
    Ok(began.elapsed())
}

fn at_nine(day: Date) -> Timestamp {
    berlin_instant(day, jiff::civil::time(9, 0, 0, 0))
}

/// The world of bare lives: a clock and their workflows.
struct Memory {
    clock: Mutex<Timestamp>,
    ids: Mutex<Vec<String>>,
}

impl World for Memory {
    async fn business_time(&self) -> Result<Timestamp, TravelError> {
        Ok(*self.clock.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn set_business_time(&self, instant: Timestamp) -> Result<(), TravelError> {
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        *clock = instant.max(*clock);
        Ok(())
    }

    async fn outbox_is_empty(&self) -> Result<bool, TravelError> {
        Ok(true)
    }

    async fn workflow_ids(&self) -> Result<Vec<String>, TravelError> {
        Ok(self.ids.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    async fn forget_workflow(&self, id: &str) -> Result<(), TravelError> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).retain(|kept| kept != id);
        Ok(())
    }
}

/// Starts and wakes workflows as the relay does.
struct Caller {
    connection: Connection,
    namespace: String,
}

impl Caller {
    async fn start(&self, input: &EpisodeInput) -> anyhow::Result<()> {
        let workflow_id = input.workflow_id().to_string();
        let request = SignalWithStartWorkflowExecutionRequest {
            namespace: self.namespace.clone(),
            request_id: WallClock.new_id().to_string(),
            workflow_id,
            workflow_type: Some(TypeName { name: WorkflowType::Episode.code().to_owned() }),
            task_queue: Some(TaskQueue { name: WorkflowType::Episode.task_queue().to_owned(), ..Default::default() }),
            input: Some(payloads(&serde_json::to_value(input)?)),
            signal_name: WAKE_SIGNAL.to_owned(),
            signal_input: Some(wake(1)),
            workflow_id_reuse_policy: WorkflowIdReusePolicy::RejectDuplicate as i32,
            workflow_id_conflict_policy: WorkflowIdConflictPolicy::UseExisting as i32,
            ..Default::default()
        };
        self.connection.workflow_service().signal_with_start_workflow_execution(request.into_request()).await?;
        Ok(())
    }

    async fn wake(&self, workflow_id: &str, seq: i64) -> anyhow::Result<()> {
        let request = SignalWorkflowExecutionRequest {
            namespace: self.namespace.clone(),
            workflow_execution: Some(WorkflowExecution { workflow_id: workflow_id.to_owned(), run_id: String::new() }),
            signal_name: WAKE_SIGNAL.to_owned(),
            input: Some(wake(seq)),
            request_id: WallClock.new_id().to_string(),
            ..Default::default()
        };
        self.connection.workflow_service().signal_workflow_execution(request.into_request()).await?;
        Ok(())
    }
}

fn wake(seq: i64) -> Payloads {
    payloads(&json!({ "sender": "cases", "kind": "EPISODE_CHANGED", "seq": seq }))
}

fn payloads(value: &Value) -> Payloads {
    let metadata = [("encoding".to_owned(), b"json/plain".to_vec())].into();
    Payloads { payloads: vec![Payload { metadata, data: value.to_string().into_bytes(), ..Default::default() }] }
}
