//! A real Temporal server, one worker, the peers, and for each test a record of its own whose workflow travels through time.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp, civil::Date};
use lotse_devstack::{
    DevStack, shared,
    travel::{Travel, TravelError, World},
};
use lotse_kernel::{
    dates::{berlin_date, berlin_instant},
    workflow::WAKE_SIGNAL,
};
use lotse_platform::{
    config::{self, Admin, Peers, ServerUri},
    temporal::Temporal,
};
use lotse_workflows::{
    services::Services,
    worker::{WorkerError, run_worker, serve_worker},
};
use serde_json::{Value, json};
use temporalio_client::Connection;
use temporalio_common::protos::temporal::api::{
    common::v1::{Payload, Payloads, WorkflowExecution, WorkflowType as TypeName},
    enums::v1::{WorkflowExecutionStatus, WorkflowIdConflictPolicy, WorkflowIdReusePolicy},
    history::v1::{History, history_event::Attributes},
    taskqueue::v1::TaskQueue,
    workflowservice::v1::{
        DescribeWorkflowExecutionRequest, GetWorkflowExecutionHistoryRequest, SignalWithStartWorkflowExecutionRequest,
        SignalWorkflowExecutionRequest,
    },
};
use tokio::{runtime::Runtime, sync::OnceCell, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::{Code, IntoRequest};
use uuid::Uuid;

use crate::{
    books::{ActivationBook, Book, EpisodeBook, LetterBook, ReferralBook, WatchBook},
    peer::{Asked, Peer, Shelf, When},
};

/// One runtime for all tests: servers, worker and connections live as long as the process.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Runs a test on the shared runtime.
pub fn play(test: impl Future<Output = ()>) {
    RUNTIME.block_on(test);
}

/// A Temporal server with a worker and its peers.
pub struct Stage {
    connection: Connection,
    temporal: config::Temporal,
    peer: Peer,
    services: Services,
}

impl Stage {
    /// Peers for the server of `stack`; a worker is still to be hired.
    pub async fn build(stack: &DevStack) -> Self {
        let peer = Peer::default();
        Self {
            connection: stack.temporal_connection().await.unwrap(),
            temporal: temporal(stack),
            services: Services::new(&peers(peer.serve().await), None).unwrap(),
            peer,
        }
    }

    /// Starts a worker that ends with `shutdown`.
    pub fn hire(&self, shutdown: &CancellationToken) -> JoinHandle<Result<(), WorkerError>> {
        let temporal = Temporal::new(&self.temporal, "work").unwrap();
        tokio::spawn(run_worker(temporal, self.services.clone(), shutdown.clone()))
    }

    /// As [`Stage::hire`], with the admin listener that the role has in production.
    pub fn hire_with(&self, admin: Admin, shutdown: &CancellationToken) -> JoinHandle<Result<(), WorkerError>> {
        let temporal = Temporal::new(&self.temporal, "work").unwrap();
        let (services, shutdown) = (self.services.clone(), shutdown.clone());
        tokio::spawn(async move { serve_worker(&admin, temporal, services, shutdown).await })
    }
}

async fn stage() -> &'static Stage {
    static STAGE: OnceCell<Stage> = OnceCell::const_new();
    STAGE
        .get_or_init(|| async {
            let stage = Stage::build(shared().await.unwrap()).await;
            drop(stage.hire(&CancellationToken::new()));
            stage
        })
        .await
}

/// How a role is configured for the server of `stack`.
pub fn temporal(stack: &DevStack) -> config::Temporal {
    let tls = stack.temporal_tls();
    config::Temporal {
        address: Some(ServerUri(stack.temporal_address().parse().unwrap())),
        namespace: stack.namespace().to_owned(),
        ca_file: tls.map(|tls| tls.authority.file().to_owned()),
        certificate_file: tls.map(|tls| tls.client.certificate_file.clone()),
        key_file: tls.map(|tls| tls.client.key_file.clone()),
    }
}

fn peers(address: std::net::SocketAddr) -> Peers {
    let uri = Some(ServerUri(format!("http://{address}").parse().unwrap()));
    Peers {
        cases: uri.clone(),
        providers: uri.clone(),
        documents: uri.clone(),
        notifications: uri,
        token_file: None,
        ca_file: None,
        certificate_file: None,
        key_file: None,
        deadline: Duration::from_secs(5),
    }
}

/// The world of one test: its clock and its one workflow.
#[derive(Clone)]
pub struct Alone {
    clock: Arc<Mutex<Timestamp>>,
    workflow_id: String,
}

impl World for Alone {
    async fn business_time(&self) -> Result<Timestamp, TravelError> {
        Ok(*self.clock.lock().unwrap())
    }

    async fn set_business_time(&self, instant: Timestamp) -> Result<(), TravelError> {
        let mut clock = self.clock.lock().unwrap();
        *clock = instant.max(*clock);
        Ok(())
    }

    async fn outbox_is_empty(&self) -> Result<bool, TravelError> {
        Ok(true)
    }

    async fn workflow_ids(&self) -> Result<Vec<String>, TravelError> {
        Ok(vec![self.workflow_id.clone()])
    }

    async fn forget_workflow(&self, _id: &str) -> Result<(), TravelError> {
        Ok(())
    }
}

/// One record with its workflow.
pub struct Scene<B> {
    pub story: String,
    pub workflow_id: String,
    /// The day on which the record was made.
    pub today: Date,
    name: String,
    shelf: Shelf<B>,
    connection: Connection,
    namespace: String,
    travel: Travel<Alone>,
}

pub type ActivationScene = Scene<ActivationBook>;
pub type EpisodeScene = Scene<EpisodeBook>;
pub type LetterScene = Scene<LetterBook>;
pub type ReferralScene = Scene<ReferralBook>;
pub type WatchScene = Scene<WatchBook>;

impl<B: Book> Scene<B> {
    /// A new record whose workflow has been started, as the relay starts it. `story` names the test.
    pub async fn set(story: &str) -> Self {
        Self::set_on(stage().await, story).await
    }

    /// The same on another stage.
    pub async fn set_on(stage: &Stage, story: &str) -> Self {
        let scene = Self::prepare_on(stage, story);
        scene.begin().await;
        scene
    }

    /// A new record whose workflow is still to [`begin`](Self::begin).
    pub async fn prepare(story: &str) -> Self {
        Self::prepare_on(stage().await, story)
    }

    fn prepare_on(stage: &Stage, story: &str) -> Self {
        let name = B::name(story);
        let now = wall_now();
        let today = berlin_date(now);
        let workflow_id = B::start(&name, today).0.to_string();
        let shelf = B::shelf(&stage.peer).clone();
        shelf.keep(&name, B::new(&name, today));
        let world = Alone { clock: Arc::new(Mutex::new(now)), workflow_id: workflow_id.clone() };
        Self {
            story: story.to_owned(),
            workflow_id,
            today,
            name,
            shelf,
            connection: stage.connection.clone(),
            namespace: stage.temporal.namespace.clone(),
            // Faults are part of the play here; no time passes while one is being overcome.
            travel: Travel::new(stage.connection.clone(), &stage.temporal.namespace, world).bear_retries(),
        }
    }

    /// Starts the workflow.
    pub async fn begin(&self) {
        let request = SignalWithStartWorkflowExecutionRequest {
            namespace: self.namespace.clone(),
            workflow_id: self.workflow_id.clone(),
            workflow_type: Some(TypeName { name: B::TYPE.code().to_owned() }),
            task_queue: Some(TaskQueue { name: B::TYPE.task_queue().to_owned(), ..Default::default() }),
            input: Some(payloads(&B::start(&self.name, self.today).1)),
            signal_name: WAKE_SIGNAL.to_owned(),
            signal_input: Some(wake::<B>(1)),
            request_id: Uuid::new_v5(&Uuid::NAMESPACE_URL, self.workflow_id.as_bytes()).to_string(),
            workflow_id_reuse_policy: WorkflowIdReusePolicy::RejectDuplicate as i32,
            workflow_id_conflict_policy: WorkflowIdConflictPolicy::UseExisting as i32,
            ..Default::default()
        };
        self.connection.workflow_service().signal_with_start_workflow_execution(request.into_request()).await.unwrap();
    }

    /// Sends the wake signal of an event, as the relay does.
    pub async fn wake(&self, seq: i64) {
        self.signal(WAKE_SIGNAL, &wake::<B>(seq)).await;
    }

    /// Sends a signal until Temporal takes it: a workflow that is just closing a run is busy, as the relay knows too.
    pub async fn signal(&self, name: &str, input: &Payloads) {
        let request_id = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{:?}", Instant::now()).as_bytes()).to_string();
        loop {
            let request = SignalWorkflowExecutionRequest {
                namespace: self.namespace.clone(),
                workflow_execution: Some(self.execution("")),
                signal_name: name.to_owned(),
                input: Some(input.clone()),
                request_id: request_id.clone(),
                ..Default::default()
            };
            match self.connection.workflow_service().signal_workflow_execution(request.into_request()).await {
                Ok(_) => return,
                Err(status) if status.code() == Code::ResourceExhausted => tokio::task::yield_now().await,
                Err(status) => panic!("{status}"),
            }
        }
    }

    fn execution(&self, run_id: &str) -> WorkflowExecution {
        WorkflowExecution { workflow_id: self.workflow_id.clone(), run_id: run_id.to_owned() }
    }

    /// Looks into or changes the record.
    pub fn book<R>(&self, look: impl FnOnce(&mut B) -> R) -> R {
        self.shelf.look(&self.name, |book, _| look(book))
    }

    /// Looks into or changes what the peers were asked about the record, and what goes wrong.
    pub fn asked<R>(&self, look: impl FnOnce(&mut Asked) -> R) -> R {
        self.shelf.look(&self.name, |_, asked| look(asked))
    }

    /// The notices that were asked for.
    pub fn notices(&self) -> Vec<String> {
        self.asked(|asked| asked.notices())
    }

    /// The letters that were asked for.
    pub fn letters(&self) -> Vec<String> {
        self.asked(|asked| asked.letters())
    }

    /// Lets the next `times` calls of an RPC about the record fail.
    pub fn fail(&self, rpc: &'static str, when: When, code: Code, times: u32) {
        self.asked(|asked| asked.fail(rpc, when, code, times));
    }

    /// Travels to noon of a day; everything of that day has happened then.
    pub async fn travel_to(&self, day: Date) {
        self.travel.advance_to(berlin_instant(day, jiff::civil::time(12, 0, 0, 0))).await.unwrap();
    }

    /// Lets some time pass.
    pub async fn travel_on(&self, pause: SignedDuration) {
        let now = self.travel.world().business_time().await.unwrap();
        self.travel.advance_to(now + pause).await.unwrap();
    }

    /// Waits until the workflow rests.
    pub async fn settle(&self) {
        self.travel.wait_until_quiet().await.unwrap();
    }

    /// Status of the newest run.
    pub async fn status(&self) -> WorkflowExecutionStatus {
        let request =
            DescribeWorkflowExecutionRequest { namespace: self.namespace.clone(), execution: Some(self.execution("")) };
        let answer =
            self.connection.workflow_service().describe_workflow_execution(request.into_request()).await.unwrap();
        answer.into_inner().workflow_execution_info.unwrap().status()
    }

    /// The histories of all runs, oldest first.
    pub async fn histories(&self) -> Vec<History> {
        let mut run = self.first_run().await;
        let mut histories = vec![];
        loop {
            let history = self.history(&run).await;
            let next = history.events.last().and_then(|event| match event.attributes.as_ref()? {
                Attributes::WorkflowExecutionContinuedAsNewEventAttributes(new) => {
                    Some(new.new_execution_run_id.clone())
                }
                _ => None,
            });
            histories.push(history);
            match next {
                Some(next) => run = next,
                None => return histories,
            }
        }
    }

    async fn first_run(&self) -> String {
        let newest = self.history("").await;
        match newest.events.first().unwrap().attributes.as_ref().unwrap() {
            Attributes::WorkflowExecutionStartedEventAttributes(started) => started.first_execution_run_id.clone(),
            other => panic!("a history begins with {other:?}"),
        }
    }

    async fn history(&self, run_id: &str) -> History {
        let mut history = History::default();
        let mut next_page_token = vec![];
        loop {
            let request = GetWorkflowExecutionHistoryRequest {
                namespace: self.namespace.clone(),
                execution: Some(self.execution(run_id)),
                next_page_token,
                ..Default::default()
            };
            let page = self
                .connection
                .workflow_service()
                .get_workflow_execution_history(request.into_request())
                .await
                .unwrap();
            let page = page.into_inner();
            history.events.extend(page.history.unwrap_or_default().events);
            next_page_token = page.next_page_token;
            if next_page_token.is_empty() {
                return history;
            }
        }
    }
}

/// The wake signal of an event, as the relay sends it.
fn wake<B: Book>(seq: i64) -> Payloads {
    payloads(&json!({ "sender": B::SENDER, "kind": "EVENT", "seq": seq }))
}

/// One payload of JSON, as the relay writes it.
pub fn payloads(value: &Value) -> Payloads {
    bytes(value.to_string().into_bytes())
}

/// One payload that claims to be JSON.
pub fn bytes(data: Vec<u8>) -> Payloads {
    let metadata = HashMap::from([("encoding".to_owned(), b"json/plain".to_vec())]);
    Payloads { payloads: vec![Payload { metadata, data, ..Default::default() }] }
}

/// The wall clock, by which a workflow is born.
#[expect(clippy::disallowed_methods, reason = "the server on this machine lives by the wall clock")]
fn wall_now() -> Timestamp {
    Timestamp::now()
}
