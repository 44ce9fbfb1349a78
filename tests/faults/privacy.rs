//! No data of a person leaves the database but in answers to those who may see it: not in logs, series, traces, histories, files or
//! error texts, however a request ends.

use std::collections::BTreeSet;

use lotse::{stack::DATABASE, stack::apart::WORKER};
use lotse_devstack::wait_until;
use lotse_kernel::names::EpisodeName;
use sqlx::PgPool;
use temporalio_common::protos::temporal::api::{
    common::v1::WorkflowExecution, workflowservice::v1::TerminateWorkflowExecutionRequest,
};
use tonic::{Code, IntoRequest as _};

use crate::{
    canary::{self, Canaries},
    door::Victim::Postgres,
    refusal::Refusals,
    stand::{ROLES, Stand, story, told},
    trace::one_trace_leads_the_whole_way,
};

/// Where the words of clients may lie outside of the tables of the domain: who acted, and under whose name a request was repeated.
const TRACKS: [&str; 2] = [".audit_log.actor", ".idempotency_keys.principal"];

/// Tables nobody's data may lie in: what is sent to Temporal, what was given up, and who did what.
const CLEAN: [&str; 5] = [".outbox_events.", ".dead_letters.", ".audit_log.", ".idempotency_keys.", "dev."];

/// The whole of it.
pub async fn no_data_of_a_person_leaves_the_database() {
    let journey = story();
    let stand = Stand::up(&journey).await;
    stand.play(&journey, async |_| {}).await;
    let mut refusals = Refusals::after(&stand).await;
    every_canary_sits_in_the_database(&refusals).await;

    refusals.of_every_request().await;
    refusals.of_a_database_that_quotes().await;
    a_dead_letter_is_mute(&stand, &mut refusals).await;
    refusals.of_other_requests().await;
    the_database_dies_at_a_request(&stand, &mut refusals).await;

    refusals.settle();
    for told in [
        "InvalidArgument FIELDS_INVALID",
        "InvalidArgument MESSAGE_MALFORMED",
        "InvalidArgument PAGE_TOKEN_INVALID",
        "NotFound RESOURCE_NOT_FOUND",
        "AlreadyExists REQUEST_ID_REUSED",
        "AlreadyExists CUSTOMER_NUMBER_EXISTS",
        "AlreadyExists STAFF_SUBJECT_EXISTS",
        "Aborted STALE_ETAG",
        "PermissionDenied NOT_PERMITTED",
        "Unauthenticated TOKEN_MISSING",
        "Unauthenticated TOKEN_INVALID",
        "ResourceExhausted LIMIT_EXCEEDED",
        "Unimplemented",
        "Internal INCIDENT",
        "Unavailable DEPENDENCY_UNAVAILABLE",
    ] {
        assert!(refusals.told().contains(told), "{told} was never told: {:?}", refusals.told());
    }
    let wrong_state = refusals.told().iter().any(|told| told.starts_with("FailedPrecondition "));
    assert!(wrong_state, "nothing came in a wrong state: {:?}", refusals.told());
    what_tells_of_facts_holds_none(&refusals).await;
    stand.listen().await;
    what_is_listened_to_speaks(&stand, &mut refusals).await;
    for role in ROLES {
        // In order, so that the last traces are sent.
        stand.stack.stop(role).await.expect("it stops");
    }
    stand.listen().await;
    assert!(stand.traced("grpc.RegisterCase") && stand.traced("op.register_case"), "the collector has the traces");
    one_trace_leads_the_whole_way(&stand.spans());
}

/// If a canary were never stored, its silence would prove nothing.
async fn every_canary_sits_in_the_database(refusals: &Refusals) {
    let stored = refusals.in_the_database().await;
    let canaries = Canaries::plant(&mut told());
    let lost: Vec<_> = canaries.sitting().filter(|(canary, _)| !stored.contains_key(*canary)).collect();
    assert!(lost.is_empty(), "these canaries never reached the database: {lost:?}");
}

/// Canaries sit with the facts, not in what is sent to Temporal, in what was given up, or in what tells who did what.
async fn what_tells_of_facts_holds_none(refusals: &Refusals) {
    let places: BTreeSet<_> = refusals.in_the_database().await.into_values().flatten().collect();
    let clean = |place: &&String| CLEAN.iter().any(|clean| place.contains(clean));
    let wrong = places.iter().filter(clean).filter(|place| !TRACKS.iter().any(|track| place.ends_with(track)));
    assert_eq!(wrong.collect::<Vec<_>>(), Vec::<&String>::new(), "these columns hold data of people");
}

/// A command whose workflow is gone leaves a dead letter, which a person reads on the screen.
async fn a_dead_letter_is_mute(stand: &Stand, refusals: &mut Refusals) {
    let episode: EpisodeName = refusals.episode().parse().expect("the name of an episode");
    let servers = stand.stack.servers();
    let request = TerminateWorkflowExecutionRequest {
        namespace: servers.namespace().to_owned(),
        workflow_execution: Some(WorkflowExecution {
            workflow_id: format!("{}/episode/{}/1", episode.jobcenter(), episode.id()),
            run_id: String::new(),
        }),
        ..Default::default()
    };
    let connection = servers.temporal_connection().await.expect("Temporal");
    connection.workflow_service().terminate_workflow_execution(request.into_request()).await.expect("terminated");
    let end = refusals.end_of_the_episode().await;
    assert_eq!(refusals.code("the end", &end).await, None, "the episode ends: {:?}", refusals.told());
    let database = PgPool::connect(&servers.database_url(DATABASE)).await.expect("the database");
    let buried = r"
        SELECT count(*)
        FROM cases.dead_letters
    ";
    let count = async || sqlx::query_scalar::<_, i64>(buried).fetch_one(&database).await.expect("a count");
    wait_until("what cannot be delivered is a dead letter", async || count().await > 0).await;
    let listed = stand.stack.run("cases", &["outbox", "list", "cases", "--json"]).await.expect("a list");
    assert!(listed.contains(&episode.id().to_string()), "{listed}");
    assert_eq!(canary::heard(listed.as_bytes()), None);
    let stored = refusals.in_the_database().await;
    let closing = stored.get("kanarienvogel-991").expect("the closing record is stored");
    assert!(closing.iter().all(|place| place.starts_with("cases.episodes.")), "{closing:?}");
}

/// The database is killed while a request is under way, and stays away for the next one.
async fn the_database_dies_at_a_request(stand: &Stand, refusals: &mut Refusals) {
    let (first, second) = (refusals.another_case(), refusals.another_case());
    tokio::join!(refusals.code("a dying database", &first), stand.strike(Postgres));
    assert_eq!(refusals.code("a dead database", &second).await, Some(Code::Unavailable));
    stand.revive(Postgres).await;
}

/// If nothing were written where it is listened, its silence would prove nothing.
async fn what_is_listened_to_speaks(stand: &Stand, refusals: &mut Refusals) {
    let log = std::fs::read_to_string(stand.stack.log_of("cases")).expect("a log");
    for words in [
        "answered RegisterCase with Ok",
        "SQLSTATE 22P02",
        "constraint narrow",
        "of the expected form",
        "is a dead letter",
    ] {
        assert!(log.contains(words), "cases never logged `{words}`");
    }
    let log = std::fs::read_to_string(stand.stack.log_of("documents")).expect("a log");
    assert!(log.contains("answered RenderLetter with Ok"), "documents never logged its answer");
    assert!(stand.stack.metrics("cases").await.expect("series").contains("CaseService/RegisterCase"));
    assert!(stand.stack.metrics(WORKER).await.expect("series").contains("take_duty_step"));
    let episode: EpisodeName = refusals.episode().parse().expect("the name of an episode");
    let temporal = stand.stack.servers().folder().join("temporal");
    let files = std::fs::read_dir(temporal).expect("a folder").map(|entry| entry.expect("an entry").path());
    let id = episode.id().to_string();
    let known = files.filter(|path| {
        let bytes = std::fs::read(path).unwrap_or_default();
        String::from_utf8_lossy(&bytes).contains(&id)
    });
    assert!(known.count() > 0, "Temporal's database is read as it is written");
}
