//! One referral with its workflow, in a namespace of its own beside the episodes.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::{Timestamp, civil::Date};
use lotse_devstack::{
    shared,
    travel::{Travel, TravelError, World},
};
use lotse_kernel::{
    dates::{berlin_date, berlin_instant},
    names::ReferralName,
    workflow::{ReferralInput, WAKE_SIGNAL, WorkflowId, WorkflowType},
};
use lotse_platform::temporal::Temporal;
use lotse_workflows::{referral::Referral, services::Services, worker::run_worker};
use prost::Message;
use serde_json::json;
use temporalio_client::Connection;
use temporalio_common::protos::temporal::api::{
    common::v1::{WorkflowExecution, WorkflowType as TypeName},
    enums::v1::{WorkflowExecutionStatus, WorkflowIdConflictPolicy, WorkflowIdReusePolicy},
    history::v1::History,
    taskqueue::v1::TaskQueue,
    workflowservice::v1::{
        DescribeNamespaceRequest, DescribeWorkflowExecutionRequest, GetWorkflowExecutionHistoryRequest,
        RegisterNamespaceRequest, SignalWithStartWorkflowExecutionRequest, SignalWorkflowExecutionRequest,
    },
};
use temporalio_sdk::workflow_replayer::{WorkflowReplayer, WorkflowReplayerOptions};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use tonic::IntoRequest;
use uuid::Uuid;

use super::desk::{Desks, ReferralDesk};
use crate::{
    histories::{is_recording, without_machine},
    scene::{payloads, peers, temporal},
};

const NAMESPACE: &str = "referrals";

struct Stage {
    connection: Connection,
    desks: Desks,
}

async fn stage() -> &'static Stage {
    static STAGE: OnceCell<Stage> = OnceCell::const_new();
    STAGE
        .get_or_init(|| async {
            let stack = shared().await.unwrap();
            let connection = stack.temporal_connection().await.unwrap();
            register_namespace(&connection).await;
            let desks = Desks::default();
            let services = Services::new(&peers(desks.serve().await), None).unwrap();
            let temporal = Temporal::new(&temporal(stack.temporal_address(), NAMESPACE), "work").unwrap();
            tokio::spawn(async move { run_worker(temporal, services, CancellationToken::new()).await.unwrap() });
            Stage { connection, desks }
        })
        .await
}

/// Registers the namespace and waits until the server knows it.
async fn register_namespace(connection: &Connection) {
    let request = RegisterNamespaceRequest {
        namespace: NAMESPACE.to_owned(),
        workflow_execution_retention_period: serde_json::from_value(json!("86400s")).unwrap(),
        ..Default::default()
    };
    connection.workflow_service().register_namespace(request.into_request()).await.unwrap();
    let known = async || {
        let request = DescribeNamespaceRequest { namespace: NAMESPACE.to_owned(), ..Default::default() };
        connection.workflow_service().describe_namespace(request.into_request()).await.is_ok()
    };
    while !known().await {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The world of one referral: its clock and its workflow.
#[derive(Clone)]
struct OneReferral {
    clock: Arc<Mutex<Timestamp>>,
    workflow_id: String,
}

impl World for OneReferral {
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

/// A referral that was sent.
pub struct ReferralScene {
    /// The day of the sending.
    pub today: Date,
    story: String,
    referral: String,
    workflow_id: String,
    connection: Connection,
    desks: Desks,
    travel: Travel<OneReferral>,
}

impl ReferralScene {
    /// Starts the procedure of a referral as the relay does. `story` names the test.
    pub async fn set(story: &str) -> Self {
        let stage = stage().await;
        let id = |kind: &str| Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("referrals/{story}/{kind}").as_bytes());
        let referral = format!("jobcenters/musterstadt/cases/{}/referrals/{}", id("case"), id("referral"));
        let name: ReferralName = referral.parse().unwrap();
        let workflow_id = WorkflowId::referral(&name).to_string();
        let now = wall_now();
        stage.desks.keep(&referral, ReferralDesk::sent(berlin_date(now)));
        let world = OneReferral { clock: Arc::new(Mutex::new(now)), workflow_id: workflow_id.clone() };
        let scene = Self {
            today: berlin_date(now),
            story: story.to_owned(),
            referral,
            workflow_id,
            connection: stage.connection.clone(),
            desks: stage.desks.clone(),
            travel: Travel::new(stage.connection.clone(), NAMESPACE, world),
        };
        scene.start(&ReferralInput::new(name, false)).await;
        scene
    }

    async fn start(&self, input: &ReferralInput) {
        let kind = WorkflowType::Referral;
        let request = SignalWithStartWorkflowExecutionRequest {
            namespace: NAMESPACE.to_owned(),
            workflow_id: self.workflow_id.clone(),
            workflow_type: Some(TypeName { name: kind.code().to_owned() }),
            task_queue: Some(TaskQueue { name: kind.task_queue().to_owned(), ..Default::default() }),
            input: Some(payloads(&serde_json::to_value(input).unwrap())),
            signal_name: WAKE_SIGNAL.to_owned(),
            signal_input: Some(payloads(&json!({ "sender": "providers", "kind": "REFERRAL_SENT", "seq": 1 }))),
            request_id: self.workflow_id.clone(),
            workflow_id_reuse_policy: WorkflowIdReusePolicy::RejectDuplicate as i32,
            workflow_id_conflict_policy: WorkflowIdConflictPolicy::UseExisting as i32,
            ..Default::default()
        };
        self.connection.workflow_service().signal_with_start_workflow_execution(request.into_request()).await.unwrap();
    }

    fn execution(&self) -> WorkflowExecution {
        WorkflowExecution { workflow_id: self.workflow_id.clone(), run_id: String::new() }
    }

    /// Sends a wake signal, as the relay does.
    pub async fn wake(&self, seq: i64) {
        let request = SignalWorkflowExecutionRequest {
            namespace: NAMESPACE.to_owned(),
            workflow_execution: Some(self.execution()),
            signal_name: WAKE_SIGNAL.to_owned(),
            input: Some(payloads(&json!({ "sender": "providers", "kind": "REFERRAL_EVENT", "seq": seq }))),
            ..Default::default()
        };
        self.connection.workflow_service().signal_workflow_execution(request.into_request()).await.unwrap();
    }

    /// Looks at or changes the referral.
    pub fn desk<R>(&self, look: impl FnOnce(&mut ReferralDesk) -> R) -> R {
        self.desks.look(&self.referral, look)
    }

    /// Travels to noon of a day.
    pub async fn travel_to(&self, day: Date) {
        self.travel.advance_to(berlin_instant(day, jiff::civil::time(12, 0, 0, 0))).await.unwrap();
    }

    /// Waits until the workflow rests.
    pub async fn settle(&self) {
        self.travel.wait_until_quiet().await.unwrap();
    }

    pub async fn status(&self) -> WorkflowExecutionStatus {
        let request =
            DescribeWorkflowExecutionRequest { namespace: NAMESPACE.to_owned(), execution: Some(self.execution()) };
        let answer = self.connection.workflow_service().describe_workflow_execution(request.into_request()).await;
        answer.unwrap().into_inner().workflow_execution_info.unwrap().status()
    }

    /// Runs the finished history through the code once more, and keeps it when histories are recorded.
    pub async fn replays(&self) {
        let request = GetWorkflowExecutionHistoryRequest {
            namespace: NAMESPACE.to_owned(),
            execution: Some(self.execution()),
            ..Default::default()
        };
        let page = self.connection.workflow_service().get_workflow_execution_history(request.into_request()).await;
        let page = page.unwrap().into_inner();
        assert!(page.next_page_token.is_empty(), "a referral's history fits a page");
        let history = page.history.unwrap();
        if is_recording() {
            std::fs::create_dir_all(folder()).unwrap();
            let file = folder().join(format!("{}.pb", self.story));
            std::fs::write(file, without_machine(history.clone()).encode_to_vec()).unwrap();
        }
        assert_eq!(replay([history]).await, [None]);
    }
}

/// Where the recorded histories lie.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("histories/referral")
}

/// Runs histories through the code; nothing is the answer of those that fit.
pub async fn replay(histories: impl IntoIterator<Item = History>) -> Vec<Option<String>> {
    let options = WorkflowReplayerOptions::new().register_workflow::<Referral>().unwrap().build();
    let histories: Vec<_> = histories.into_iter().map(Into::into).collect();
    let results = WorkflowReplayer::new(options).unwrap().replay_workflows(histories).await.unwrap();
    results.into_iter().map(|result| result.replay_failure.map(|failure| failure.to_string())).collect()
}

/// The wall clock, by which a workflow is born.
#[expect(clippy::disallowed_methods, reason = "the server on this machine lives by the wall clock")]
fn wall_now() -> Timestamp {
    Timestamp::now()
}
