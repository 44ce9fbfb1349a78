//! The relay between a real PostgreSQL and a real Temporal: order, absence, dead letters, birth on the business date.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use lotse_devstack::{
    travel::{PgWorld, World as _},
    wait_until,
};
use lotse_platform::{
    clock::{BusinessClock, WallClock},
    dead_letters,
    lag::Lag,
    metrics::Metrics,
    relay::Relay,
    temporal::Temporal,
};
use sqlx::PgPool;
use temporalio_common::protos::temporal::api::{
    common::v1::WorkflowExecution,
    history::v1::{HistoryEvent, history_event::Attributes},
    workflowservice::v1::{
        DescribeWorkflowExecutionRequest, GetWorkflowExecutionHistoryRequest, TerminateWorkflowExecutionRequest,
    },
};
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::{IntoRequest, Status};

use crate::support::stack::{Line, absent, database, enqueue, relaying, temporal};

/// A relay at work on one database.
struct Desk {
    pool: PgPool,
    bell: Arc<Notify>,
    metrics: Metrics,
    stop: CancellationToken,
    relays: Vec<JoinHandle<()>>,
}

impl Desk {
    async fn open(pool: PgPool, temporal: &Temporal, clock: &BusinessClock, relays: usize) -> Self {
        let relaying = relaying(&pool).await;
        let (bell, stop, metrics) =
            (Arc::new(Notify::new()), CancellationToken::new(), Metrics::new("test").expect("metrics"));
        let relays = (0..relays)
            .map(|_| {
                let (pool, bell) = (relaying.clone(), Arc::clone(&bell));
                let relay = Relay::new(pool, temporal.clone(), clock.clone(), metrics.clone(), bell);
                tokio::spawn(relay.run(stop.clone()))
            })
            .collect();
        Self { pool, bell, metrics, stop, relays }
    }

    async fn delivered(&self) {
        wait_until("the outbox is empty", async || rows(&self.pool, "outbox_events").await == 0).await;
    }

    async fn close(self) {
        self.stop.cancel();
        for relay in self.relays {
            relay.await.expect("a relay that ends");
        }
    }
}

async fn rows(pool: &PgPool, table: &'static str) -> i64 {
    let text = match table {
        "outbox_events" => "SELECT count(*) FROM outbox_events",
        _ => "SELECT count(*) FROM dead_letters",
    };
    sqlx::query_scalar(text).fetch_one(pool).await.expect("a count")
}

fn workflow_id() -> String {
    format!("musterstadt/episode/{}/1", WallClock.new_id())
}

fn execution(id: &str) -> WorkflowExecution {
    WorkflowExecution { workflow_id: id.to_owned(), run_id: String::new() }
}

async fn history(temporal: &Temporal, id: &str) -> Vec<HistoryEvent> {
    let request = GetWorkflowExecutionHistoryRequest {
        namespace: temporal.namespace().to_owned(),
        execution: Some(execution(id)),
        ..Default::default()
    };
    let connection = temporal.connection().await.expect("Temporal");
    let answer = connection.workflow_service().get_workflow_execution_history(request.into_request()).await;
    answer.expect("a history").into_inner().history.expect("events").events
}

/// The payloads of the signals in the order they arrived.
async fn signals(temporal: &Temporal, id: &str) -> Vec<serde_json::Value> {
    let events = history(temporal, id).await;
    events
        .into_iter()
        .filter_map(|event| match event.attributes? {
            Attributes::WorkflowExecutionSignaledEventAttributes(signal) => {
                assert_eq!(signal.signal_name, "wake");
                let payload = signal.input?.payloads.into_iter().next()?;
                assert_eq!(payload.metadata["encoding"], b"json/plain");
                serde_json::from_slice(&payload.data).ok()
            }
            _ => None,
        })
        .collect()
}

async fn terminate(temporal: &Temporal, id: &str) -> Result<(), Status> {
    let request = TerminateWorkflowExecutionRequest {
        namespace: temporal.namespace().to_owned(),
        workflow_execution: Some(execution(id)),
        ..Default::default()
    };
    let connection = temporal.connection().await.expect("Temporal");
    connection.workflow_service().terminate_workflow_execution(request.into_request()).await.map(drop)
}

#[tokio::test]
async fn a_start_and_its_signals_arrive_in_order() {
    let (pool, temporal) = (database().await, temporal().await);
    let desk = Desk::open(pool.clone(), &temporal, &BusinessClock::wall(), 1).await;
    let id = workflow_id();
    for seq in 1..=3 {
        enqueue(&pool, &id, seq, if seq == 1 { "start" } else { "signal" }).await;
    }
    desk.bell.notify_one();
    desk.delivered().await;
    let seqs: Vec<i64> = signals(&temporal, &id).await.iter().filter_map(|signal| signal["seq"].as_i64()).collect();
    assert_eq!(seqs, [1, 2, 3]);
    let events = history(&temporal, &id).await;
    let Some(Attributes::WorkflowExecutionStartedEventAttributes(start)) = &events[0].attributes else {
        panic!("not a start: {:?}", events[0]);
    };
    assert_eq!(start.workflow_type.as_ref().map(|kind| kind.name.as_str()), Some("Episode"));
    let input = &start.input.as_ref().expect("an input").payloads[0];
    assert_eq!(input.data, br#"{"episode":"1"}"#);
    let header = start.header.as_ref().expect("a header");
    assert!(header.fields["traceparent"].data.starts_with(b"\"00-0af7651916cd43dd8448eb211c80319c"));
    desk.close().await;
}

#[tokio::test]
async fn two_relays_share_no_workflow_and_keep_its_order() {
    let (pool, temporal) = (database().await, temporal().await);
    let ids: Vec<String> = (0..20).map(|_| workflow_id()).collect();
    for id in &ids {
        for seq in 1..=4 {
            enqueue(&pool, id, seq, if seq == 1 { "start" } else { "signal" }).await;
        }
    }
    let desk = Desk::open(pool, &temporal, &BusinessClock::wall(), 2).await;
    desk.delivered().await;
    for id in &ids {
        let seqs: Vec<i64> = signals(&temporal, id).await.iter().filter_map(|signal| signal["seq"].as_i64()).collect();
        assert_eq!(seqs, [1, 2, 3, 4], "{id}");
    }
    assert_eq!(rows(&desk.pool, "dead_letters").await, 0);
    desk.close().await;
}

#[tokio::test]
async fn an_absent_temporal_counts_against_no_row() {
    let pool = database().await;
    let id = workflow_id();
    enqueue(&pool, &id, 1, "start").await;
    let desk = Desk::open(pool.clone(), &absent(), &BusinessClock::wall(), 1).await;
    wait_until("three tries have failed", async || {
        let text = desk.metrics.text().expect("metrics");
        let line = text.lines().find(|line| line.contains("outcome=\"unreachable\"")).unwrap_or_default();
        line.rsplit(' ').next().and_then(|count| count.parse::<u32>().ok()).is_some_and(|count| count >= 3)
    })
    .await;
    desk.close().await;
    let (attempts, error): (i32, Option<String>) =
        sqlx::query_as("SELECT attempts, last_error FROM outbox_events").fetch_one(&pool).await.expect("the row");
    assert_eq!((attempts, error.as_deref()), (0, Some("no connection")));
    assert_eq!(rows(&pool, "dead_letters").await, 0);

    let temporal = temporal().await;
    let desk = Desk::open(pool, &temporal, &BusinessClock::wall(), 1).await;
    desk.delivered().await;
    assert_eq!(signals(&temporal, &id).await.len(), 1);
    desk.close().await;
}

#[tokio::test]
async fn an_outage_in_between_is_waited_out() {
    let (pool, temporal) = (database().await, temporal().await);
    let mut line = Line::lay().await;
    let desk = Desk::open(pool.clone(), &line.temporal().await, &BusinessClock::wall(), 1).await;
    let id = workflow_id();
    enqueue(&pool, &id, 1, "start").await;
    desk.delivered().await;
    line.cut().await;
    for seq in 2..=5 {
        enqueue(&pool, &id, seq, "signal").await;
    }
    desk.bell.notify_one();
    wait_until("the outage is noticed", async || {
        desk.metrics.text().expect("metrics").contains("outcome=\"unreachable\"")
    })
    .await;
    line.mend().await;
    desk.delivered().await;
    let seqs: Vec<i64> = signals(&temporal, &id).await.iter().filter_map(|signal| signal["seq"].as_i64()).collect();
    assert_eq!(seqs, [1, 2, 3, 4, 5]);
    desk.close().await;
}

#[tokio::test]
async fn a_signal_for_an_ended_workflow_is_a_dead_letter_that_can_be_sent_again() {
    let (pool, temporal) = (database().await, temporal().await);
    let desk = Desk::open(pool.clone(), &temporal, &BusinessClock::wall(), 1).await;
    let id = workflow_id();
    enqueue(&pool, &id, 1, "start").await;
    desk.delivered().await;
    terminate(&temporal, &id).await.expect("an end");
    enqueue(&pool, &id, 2, "signal").await;
    desk.bell.notify_one();
    desk.delivered().await;

    let letters = dead_letters::list(&pool, 10).await.expect("the dead letters");
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].workflow_id.as_str(), letters[0].seq, letters[0].attempts), (id.as_str(), 2, 1));
    assert_eq!(letters[0].last_error.as_deref(), Some("the workflow has ended or never was"));
    assert!(letters[0].failed_at.parse::<Timestamp>().is_ok(), "{}", letters[0].failed_at);

    assert!(dead_letters::retry(&pool, &id, 2).await.expect("a retry"));
    assert!(!dead_letters::retry(&pool, &id, 7).await.expect("no such letter"));
    desk.bell.notify_one();
    desk.delivered().await;
    assert_eq!(rows(&pool, "dead_letters").await, 1);
    desk.close().await;
}

#[tokio::test]
async fn a_row_that_fails_waits_and_is_given_up_at_last() {
    let (pool, temporal) = (database().await, temporal().await);
    let (failing, other) = (workflow_id(), workflow_id());
    for seq in 1..=2 {
        enqueue(&pool, &failing, seq, "start").await;
    }
    enqueue(&pool, &other, 1, "start").await;
    sqlx::query("UPDATE outbox_events SET task_queue = '', attempts = 8 WHERE workflow_id = $1 AND seq = 1")
        .bind(&failing)
        .execute(&pool)
        .await
        .expect("a row that must fail");
    let desk = Desk::open(pool.clone(), &temporal, &BusinessClock::wall(), 1).await;
    wait_until("the failure is counted", async || {
        let counted = "SELECT count(*) FROM outbox_events WHERE attempts = 9 AND claimed_until IS NULL
                       AND available_at > now() + interval '1 minute'";
        sqlx::query_scalar::<_, i64>(counted).fetch_one(&pool).await.expect("a count") == 1
    })
    .await;
    // The other workflow is not held up; the failing one keeps its order and holds its second event back.
    wait_until("the other workflow has begun", async || {
        let left = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM outbox_events").fetch_one(&pool).await;
        left.expect("a count") == 2
    })
    .await;
    assert_eq!(signals(&temporal, &other).await.len(), 1);

    sqlx::query("UPDATE outbox_events SET available_at = now()").execute(&pool).await.expect("an update");
    desk.bell.notify_one();
    desk.delivered().await;
    let letters = dead_letters::list(&pool, 10).await.expect("the dead letters");
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].seq, letters[0].attempts), (1, 10));
    assert_eq!(signals(&temporal, &failing).await.len(), 1);
    desk.close().await;
}

#[tokio::test]
async fn a_lease_of_a_dead_relay_runs_out() {
    let (pool, temporal) = (database().await, temporal().await);
    let (held, free) = (workflow_id(), workflow_id());
    enqueue(&pool, &held, 1, "start").await;
    enqueue(&pool, &free, 1, "start").await;
    sqlx::query("UPDATE outbox_events SET claimed_until = now() + interval '1 hour' WHERE workflow_id = $1")
        .bind(&held)
        .execute(&pool)
        .await
        .expect("a lease");
    let desk = Desk::open(pool.clone(), &temporal, &BusinessClock::wall(), 1).await;
    wait_until("the free row is delivered", async || rows(&pool, "outbox_events").await == 1).await;
    sqlx::query("UPDATE outbox_events SET claimed_until = now() - interval '1 second'")
        .execute(&pool)
        .await
        .expect("a lease that ran out");
    desk.delivered().await;
    assert_eq!(signals(&temporal, &held).await.len(), 1);
    desk.close().await;
}

#[tokio::test]
async fn a_workflow_is_born_on_the_business_date() {
    let (pool, temporal) = (database().await, temporal().await);
    let business: Timestamp = WallClock.now() + Duration::from_hours(24 * 400);
    PgWorld::new(pool.clone()).set_business_time(business).await.expect("a clock that is ahead");
    let desk = Desk::open(pool.clone(), &temporal, &BusinessClock::dev(relaying(&pool).await), 1).await;
    let id = workflow_id();
    enqueue(&pool, &id, 1, "start").await;
    desk.bell.notify_one();
    desk.delivered().await;

    let noted: Vec<String> =
        sqlx::query_scalar("SELECT workflow_id FROM dev.started_workflows").fetch_all(&pool).await.expect("the ids");
    assert_eq!(noted, [id.as_str()]);
    wait_until("the workflow lives on the business date", async || {
        let (now, lag) = born(&temporal, &id).await;
        assert_eq!(lag, None);
        now.is_some_and(|now| (now - business.as_second()).abs() < 60)
    })
    .await;
    desk.close().await;
}

#[tokio::test]
async fn a_workflow_of_the_past_is_born_later_and_knows_by_how_much() {
    let (pool, temporal) = (database().await, temporal().await);
    let (begin, present) = (WallClock.now() - Duration::from_hours(24 * 400), WallClock.now());
    sqlx::raw_sql("DROP SCHEMA dev CASCADE").execute(&pool).await.expect("no clock");
    PgWorld::install(pool.clone(), begin).await.expect("a clock of the past");
    let desk = Desk::open(pool.clone(), &temporal, &BusinessClock::dev(relaying(&pool).await), 1).await;
    let id = workflow_id();
    enqueue(&pool, &id, 1, "start").await;
    desk.bell.notify_one();
    desk.delivered().await;

    let due = Lag::of_stack(begin, present).of_workflows(begin).as_second();
    wait_until("the workflow lives in what is to come", async || {
        let (now, lag) = born(&temporal, &id).await;
        assert_eq!(lag, Some(b"402".to_vec()));
        now.is_some_and(|now| (now - due).abs() < 60)
    })
    .await;
    desk.close().await;
}

/// The workflow's own time in seconds since 1970, and its lag as it is written down.
async fn born(temporal: &Temporal, id: &str) -> (Option<i64>, Option<Vec<u8>>) {
    let request =
        DescribeWorkflowExecutionRequest { namespace: temporal.namespace().to_owned(), execution: Some(execution(id)) };
    let connection = temporal.connection().await.expect("Temporal");
    let answer = connection.workflow_service().describe_workflow_execution(request.into_request()).await;
    let seen = answer.expect("a description").into_inner();
    let skipping = seen.workflow_extended_info.expect("its time").time_skipping_info;
    let memo = seen.workflow_execution_info.and_then(|info| info.memo).unwrap_or_default();
    let lag = memo.fields.get(Lag::MEMO).map(|payload| payload.data.clone());
    (skipping.and_then(|info| info.current_time).map(|now| now.seconds), lag)
}
