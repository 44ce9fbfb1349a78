//! A small procedure that sleeps for months, notes when it woke and continues as new; and the worker that runs it.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use jiff::Timestamp;
use lotse_devstack::travel::{PgWorld, World};
use serde::{Deserialize, Serialize};
use temporalio_client::{Client, ClientOptions, Connection};
use temporalio_common::protos::temporal::api::common::v1::{
    FastForwardConfig, Payload, Payloads, TimeSkippingConfig, WorkflowExecution, WorkflowType,
};
use temporalio_common::protos::temporal::api::taskqueue::v1::TaskQueue;
use temporalio_common::protos::temporal::api::workflowservice::v1::{
    DescribeWorkflowExecutionRequest, DescribeWorkflowExecutionResponse, StartWorkflowExecutionRequest,
};
use temporalio_macros::{activities, workflow, workflow_methods};
use temporalio_sdk::activities::{ActivityContext, ActivityError};
use temporalio_sdk::runtime::RuntimeOptions;
use temporalio_sdk::{
    ActivityOptions, ContinueAsNewOptions, LocalActivityOptions, Runtime, Worker, WorkerOptions, WorkflowContext,
    WorkflowContextView, WorkflowResult,
};
use tonic::{IntoRequest, Status};

pub const QUEUE: &str = "sleepers";
const NAMESPACE: &str = "lotse";

/// What a sleeper is to do.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Plan {
    /// Its name in the journal.
    pub name: String,
    /// When it wakes, in order.
    pub wakes: Vec<Timestamp>,
    /// Whether it ends with an activity that fails at first.
    pub falters: bool,
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The date it woke for.
    pub planned: Timestamp,
    /// Who.
    pub name: String,
    /// What its own clock said.
    pub workflow_time: Timestamp,
}

/// What the activities write to.
#[derive(Clone)]
pub struct Journal {
    pub world: PgWorld,
    pub entries: Arc<Mutex<Vec<(Entry, Timestamp)>>>,
}

#[activities]
impl Journal {
    #[activity(name = "journal.note")]
    pub async fn note(self: Arc<Self>, _ctx: ActivityContext, entry: Entry) -> Result<(), ActivityError> {
        let business = self.world.business_time().await?;
        self.entries.lock().unwrap().push((entry, business));
        Ok(())
    }

    #[expect(clippy::unused_async, reason = "activities are asynchronous")]
    #[activity(name = "journal.falter")]
    pub async fn falter(self: Arc<Self>, _ctx: ActivityContext, name: String) -> Result<(), ActivityError> {
        Err(anyhow::anyhow!("{name} falters").into())
    }
}

#[workflow]
#[derive(Default)]
pub struct Sleeper {
    next_wake: Option<Timestamp>,
}

#[workflow_methods]
impl Sleeper {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>, mut plan: Plan) -> WorkflowResult<()> {
        let Some(wake) = plan.wakes.first().copied() else { return Ok(()) };
        let now = Timestamp::try_from(ctx.workflow_time().unwrap()).unwrap();
        ctx.state_mut(|state| state.next_wake = Some(wake));
        let pause = wake.duration_since(now);
        if pause.is_positive() {
            ctx.timer(pause.unsigned_abs()).await;
        }
        plan.wakes.remove(0);
        let workflow_time = Timestamp::try_from(ctx.workflow_time().unwrap()).unwrap();
        let entry = Entry { planned: wake, name: plan.name.clone(), workflow_time };
        let options = LocalActivityOptions::builder().start_to_close_timeout(Duration::from_secs(10)).build();
        ctx.execute_local_activity(Journal::note, entry, options).await?;
        ctx.state_mut(|state| state.next_wake = None);
        if plan.falters {
            let options = ActivityOptions::start_to_close_timeout(Duration::from_secs(10));
            ctx.execute_activity(Journal::falter, plan.name.clone(), options).await?;
        }
        if !plan.wakes.is_empty() {
            ctx.continue_as_new(plan, ContinueAsNewOptions::default())?;
        }
        Ok(())
    }

    #[query(name = "next_wake")]
    pub fn next_wake(&self, _ctx: &WorkflowContextView) -> Option<Timestamp> {
        self.next_wake
    }
}

/// A running worker; it is shut down when dropped.
pub struct Crew {
    stop: Box<dyn Fn() + Send>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Crew {
    /// Runs a worker on a thread of its own, as its code requires.
    pub async fn start(connection: Connection, journal: Journal) -> Self {
        let runtime = Arc::new(Runtime::from_current_tokio(RuntimeOptions::default()).unwrap());
        let client = Client::new(connection, ClientOptions::new(NAMESPACE).build()).unwrap();
        let handle = tokio::runtime::Handle::current();
        let (ready, started) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            handle.block_on(async move {
                let options = WorkerOptions::new(QUEUE).register_workflow::<Sleeper>().unwrap();
                let options = options.register_activities(journal).build();
                let mut worker = Worker::new(&runtime, client, options).unwrap();
                ready.send(Box::new(worker.shutdown_handle()) as Box<dyn Fn() + Send>).unwrap();
                worker.run().await.unwrap();
            });
        });
        let stop = tokio::task::spawn_blocking(move || started.recv().unwrap()).await.unwrap();
        Self { stop, thread: Some(thread) }
    }

    /// Ends the worker and waits for it.
    pub async fn stop(mut self) {
        (self.stop)();
        let thread = self.thread.take().unwrap();
        tokio::task::spawn_blocking(move || thread.join().unwrap()).await.unwrap();
    }
}

/// The request that starts an idle workflow for tests that only ask whether it is there.
pub fn start_request(id: &str) -> StartWorkflowExecutionRequest {
    StartWorkflowExecutionRequest {
        namespace: NAMESPACE.to_owned(),
        workflow_id: id.to_owned(),
        workflow_type: Some(WorkflowType { name: "Sleeper".to_owned() }),
        task_queue: Some(TaskQueue { name: QUEUE.to_owned(), ..Default::default() }),
        request_id: id.to_owned(),
        ..Default::default()
    }
}

/// Starts a sleeper; with `ahead` it is born so much later than the wall clock says.
pub async fn start(connection: &Connection, id: &str, plan: &Plan, ahead: Option<Duration>) {
    let mut payload = Payload { data: serde_json::to_vec(plan).unwrap(), ..Default::default() };
    payload.metadata.insert("encoding".to_owned(), b"json/plain".to_vec());
    let mut request = start_request(id);
    request.input = Some(Payloads { payloads: vec![payload] });
    if let Some(ahead) = ahead {
        let lasting = |span: Duration| prost_wkt_types::Duration {
            seconds: i64::try_from(span.as_secs()).unwrap(),
            nanos: i32::try_from(span.subsec_nanos()).unwrap(),
        };
        request.workflow_start_delay = Some(lasting(ahead));
        request.time_skipping_config = Some(TimeSkippingConfig {
            enabled: true,
            fast_forward_config: Some(FastForwardConfig {
                id: "birth".to_owned(),
                duration: Some(lasting(ahead + Duration::from_secs(1))),
            }),
            ..Default::default()
        });
    }
    connection.workflow_service().start_workflow_execution(request.into_request()).await.unwrap();
}

/// Describes a workflow.
pub async fn describe(connection: &Connection, id: &str) -> Result<DescribeWorkflowExecutionResponse, Status> {
    let request = DescribeWorkflowExecutionRequest {
        namespace: NAMESPACE.to_owned(),
        execution: Some(WorkflowExecution { workflow_id: id.to_owned(), run_id: String::new() }),
    };
    connection
        .workflow_service()
        .describe_workflow_execution(request.into_request())
        .await
        .map(tonic::Response::into_inner)
}
