//! All of Temporal is lost, at every stage at which procedures wait, and built again by `lotse reconcile`.

use std::{collections::BTreeMap, time::Duration};

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use lotse::{
    journey::{Play, Step},
    stack::{DATABASE, apart::WORKER},
};
use lotse_devstack::{wait_until, wait_until_recovered};
use serde_json::Value;
use sqlx::PgPool;
use temporalio_client::{RetryOptions, request_extensions::RetryConfigForCall};
use temporalio_common::protos::temporal::api::{
    common::v1::WorkflowExecution, enums::v1::QueryRejectCondition, query::v1::WorkflowQuery,
    workflowservice::v1::QueryWorkflowRequest,
};
use tonic::{Code, IntoRequest as _};

use crate::{
    Waiting,
    door::Victim,
    outcome::Outcome,
    stand::{Stand, undisturbed, whole},
};

/// How long a procedure may take to say when it wakes, before it is asked again.
const ANSWER: Duration = Duration::from_secs(5);

/// What `lotse reconcile` builds again, by service.
const SERVICES: [&str; 3] = ["cases", "providers", "documents"];

/// A moment at which all of Temporal is lost.
struct Loss {
    /// What stands there.
    stage: &'static str,
    /// The step before which it happens, by its day and RPC.
    before: (Date, &'static str),
    /// How many procedures of each service are open; the watch of the jobcenter always is.
    open: [u64; 3],
    /// Whether the worker goes on: it finds the new server by itself, after a pause that grew while there was none. Otherwise it is
    /// lost as well, and a new one comes.
    worker_stays: bool,
}

/// Every stage at which a procedure of the demo waits for long.
const LOSSES: [Loss; 6] = [
    Loss {
        stage: "a referral under way",
        before: (date(2031, 8, 11), "ListDuties"),
        open: [2, 1, 0],
        worker_stays: true,
    },
    Loss {
        stage: "a review open, its letter to be posted",
        before: (date(2031, 8, 11), "ConfirmPosting"),
        open: [2, 1, 1],
        worker_stays: false,
    },
    Loss {
        stage: "the limit open",
        before: (date(2032, 12, 13), "ProposeExtension"),
        open: [2, 0, 0],
        worker_stays: true,
    },
    Loss { stage: "an extension", before: (date(2033, 8, 11), "ConfirmPosting"), open: [2, 0, 1], worker_stays: true },
    Loss {
        stage: "closing, the letter to be posted",
        before: (date(2033, 9, 5), "ConfirmPosting"),
        open: [2, 0, 1],
        worker_stays: false,
    },
    Loss { stage: "aftercare", before: (date(2034, 2, 27), "ListDuties"), open: [2, 0, 0], worker_stays: true },
];

/// What is built again waits for the same dates as before and has done nothing; it goes on as if nothing had happened, to the end.
pub async fn temporal_is_lost_and_built_again() {
    let journey = whole();
    let stand = Stand::up(&journey).await;
    let mut losses = LOSSES.iter().peekable();
    let outcome = stand
        .watch(&journey, async |step, play| {
            if let Some(loss) = losses.next_if(|loss| is_at(step, loss.before)) {
                lose(&stand, loss, play).await;
            }
        })
        .await;
    let left: Vec<&str> = losses.map(|loss| loss.stage).collect();
    assert!(left.is_empty(), "Temporal was never lost at {left:?}");
    outcome.must_be(&undisturbed().await.at_end);
}

fn is_at(step: &Step, (on, method): (Date, &str)) -> bool {
    step.on == on && step.call.as_ref().is_some_and(|call| call.method.name() == method)
}

async fn look(stand: &Stand, play: &Play<'_, '_, '_>) -> Outcome {
    Outcome::of(play, stand.stack.servers(), stand.stack.mail()).await.expect("an outcome")
}

async fn lose(stand: &Stand, loss: &Loss, play: &Play<'_, '_, '_>) {
    // The step before may have set off a letter, of which somebody is still to be told.
    wait_until("whoever is to be told has been told", async || {
        let rests = |wake: &Value| wake.as_str().is_some_and(|wake| wake.parse::<Timestamp>().is_ok());
        wakes(stand).await.iter().all(|(id, wake)| id.contains("/episode/") || rests(wake))
    })
    .await;
    let (seen, waiting) = (look(stand, play).await, wakes(stand).await);
    assert_eq!(waiting.len() as u64, loss.open.iter().sum::<u64>(), "{}: {waiting:?}", loss.stage);
    let events = Waiting::of(stand).await;
    if !loss.worker_stays {
        stand.strike(Victim::Role(WORKER)).await;
    }
    stand.stack.servers().wipe_temporal().await.expect("an empty Temporal");
    if !loss.worker_stays {
        stand.revive(Victim::Role(WORKER)).await;
    }
    assert_eq!(wakes(stand).await, BTreeMap::new(), "{}: nothing is left", loss.stage);
    for time in ["once", "again"] {
        let reconciled = SERVICES.map(|service| stand.stack.reconcile(service));
        for (outcome, (service, open)) in
            futures::future::join_all(reconciled).await.into_iter().zip(SERVICES.into_iter().zip(loss.open))
        {
            let open_now = outcome.expect("reconciled")["open"].clone();
            assert_eq!(open_now, open, "{}, {time}: {service}", loss.stage);
        }
        wait_until_recovered("every procedure waits for the dates it waited for", async || {
            wakes(stand).await == waiting && events.count().await == 0
        })
        .await;
    }
    look(stand, play).await.must_be(&seen);
}

/// The open procedures by workflow id, and when each wakes next.
async fn wakes(stand: &Stand) -> BTreeMap<String, Value> {
    let servers = stand.stack.servers();
    let database = PgPool::connect(&servers.database_url(DATABASE)).await.expect("the database");
    let known = r"
        SELECT workflow_id
        FROM dev.started_workflows
    ";
    let known: Vec<String> = sqlx::query_scalar(known).fetch_all(&database).await.expect("what was started");
    database.close().await;
    let connection = servers.temporal_connection().await.expect("Temporal");
    let mut wakes = BTreeMap::new();
    for workflow_id in known {
        let request = QueryWorkflowRequest {
            namespace: servers.namespace().to_owned(),
            execution: Some(WorkflowExecution { workflow_id: workflow_id.clone(), run_id: String::new() }),
            query: Some(WorkflowQuery { query_type: "next_wake".to_owned(), ..Default::default() }),
            query_reject_condition: QueryRejectCondition::NotOpen as i32,
        };
        let mut request = request.into_request();
        request.set_timeout(ANSWER);
        request.extensions_mut().insert(RetryConfigForCall(RetryOptions::no_retries()));
        match connection.workflow_service().query_workflow(request).await {
            Ok(answer) => {
                let answer = answer.into_inner();
                if answer.query_rejected.is_none() {
                    let payload = answer.query_result.and_then(|payloads| payloads.payloads.into_iter().next());
                    let wake = payload.and_then(|payload| serde_json::from_slice(&payload.data).ok());
                    wakes.insert(workflow_id, wake.unwrap_or_default());
                }
            }
            Err(status) if status.code() == Code::NotFound => {}
            // It is born and has not run yet, or its worker has not yet found the new server.
            Err(status) => drop(wakes.insert(workflow_id, Value::from(status.message()))),
        }
    }
    wakes
}
