//! Starting, cloning, killing and wiping.

use lotse_devstack::{DevStack, DevStackError, Options, doctor, shared, shared_postgres, wait_until};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, PgConnection};
use temporalio_common::protos::temporal::api::workflowservice::v1::{
    DescribeNamespaceRequest, StartWorkflowExecutionRequest,
};
use tonic::{Code, IntoRequest};

use crate::sleeper::{describe, start_request};

#[tokio::test]
async fn two_stacks_run_side_by_side() {
    let options = Options { fsync: false, ..Options::default() };
    let (one, two) = tokio::join!(DevStack::start(options.clone()), DevStack::start(options));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_ne!(one.postgres_port(), two.postgres_port());
    assert_ne!(one.temporal_address(), two.temporal_address());

    one.create_database("only_here").await.unwrap();
    assert!(PgConnection::connect(&two.database_url("only_here")).await.is_err());
    let first = one.temporal_connection().await.unwrap();
    first.workflow_service().start_workflow_execution(start_request("only-here").into_request()).await.unwrap();
    let second = two.temporal_connection().await.unwrap();
    assert_eq!(describe(&second, "only-here").await.unwrap_err().code(), Code::NotFound);

    let folder = one.folder().to_owned();
    drop(one);
    assert!(!folder.exists(), "a stopped stack leaves nothing behind");
}

#[tokio::test]
async fn a_clone_holds_what_its_template_held_and_nothing_more() {
    let stack = shared_postgres().await.unwrap();
    let template = stack.create_database("template_of_words").await.unwrap();
    let mut session = PgConnection::connect(&template).await.unwrap();
    sqlx::raw_sql("CREATE TABLE words (word text); INSERT INTO words VALUES ('Grüße');")
        .execute(&mut session)
        .await
        .unwrap();
    session.close().await.unwrap();

    let (one, two) = tokio::join!(stack.clone_database("template_of_words"), stack.clone_database("template_of_words"));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_ne!(one, two);
    let mut one = PgConnection::connect(&one).await.unwrap();
    sqlx::query("INSERT INTO words VALUES ('mehr')").execute(&mut one).await.unwrap();
    let mut two = PgConnection::connect(&two).await.unwrap();
    let words: Vec<String> = sqlx::query_scalar("SELECT upper(word) FROM words").fetch_all(&mut two).await.unwrap();
    assert_eq!(words, ["GRÜßE"]);
}

#[tokio::test]
async fn names_that_need_quoting_are_refused() {
    let stack = shared_postgres().await.unwrap();
    for name in ["", "Upper", "1st", "a b", "a\";DROP", &"a".repeat(49)] {
        assert!(matches!(stack.create_database(name).await, Err(DevStackError::InvalidDatabaseName(_))), "{name}");
    }
    assert!(matches!(stack.temporal_connection().await, Err(DevStackError::NotPartOfStack(_))));
}

#[tokio::test]
async fn a_killed_postgres_comes_back_with_every_commit() {
    let stack = DevStack::start(Options { temporal: false, ..Options::default() }).await.unwrap();
    let mut session = PgConnection::connect(stack.admin_url()).await.unwrap();
    sqlx::raw_sql("CREATE TABLE kept (id integer)").execute(&mut session).await.unwrap();
    sqlx::query("INSERT INTO kept VALUES (1)").execute(&mut session).await.unwrap();

    stack.kill_postgres().await;
    assert!(PgConnection::connect(stack.admin_url()).await.is_err());
    assert_eq!(stack.postgres_pid().await, None);
    stack.start_postgres().await.unwrap();

    let mut session = PgConnection::connect(stack.admin_url()).await.unwrap();
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM kept").fetch_one(&mut session).await.unwrap();
    assert_eq!(kept, 1);
}

/// The sessions of a killed server hold its shared memory until they have noticed, and each leaves a line in the log then.
#[tokio::test]
async fn a_killed_postgres_comes_back_however_slowly_its_sessions_end() {
    let stack = DevStack::start(Options { temporal: false, fsync: false, ..Options::default() }).await.unwrap();
    let log = stack.folder().join("postgres.log");
    let refused_starts = || std::fs::read_to_string(&log).unwrap_or_default().matches("still in use").count();
    for round in 0..5 {
        let mut sessions = Vec::new();
        for _ in 0..12 {
            let mut session = PgConnection::connect(stack.admin_url()).await.unwrap();
            let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut session).await.unwrap();
            let pid = Pid::from_raw(pid).unwrap();
            kill_process(pid, Signal::STOP).unwrap();
            sessions.push((session, pid));
        }
        let before = refused_starts();
        stack.kill_postgres().await;
        let wake = async {
            wait_until("a start finds the memory in use", async || refused_starts() > before).await;
            for (_, pid) in &sessions {
                kill_process(*pid, Signal::CONT).unwrap();
            }
        };
        let (started, ()) = tokio::join!(stack.start_postgres(), wake);
        started.unwrap_or_else(|error| panic!("round {round}: {error}"));
    }
}

#[tokio::test]
async fn temporal_survives_a_kill_and_forgets_all_when_wiped() {
    let stack = DevStack::start(Options { fsync: false, ..Options::default() }).await.unwrap();
    let connection = stack.temporal_connection().await.unwrap();
    let request: StartWorkflowExecutionRequest = start_request("remembered");
    connection.workflow_service().start_workflow_execution(request.into_request()).await.unwrap();

    stack.kill_temporal().await.unwrap();
    stack.start_temporal().await.unwrap();
    describe(&connection, "remembered").await.unwrap();

    stack.wipe_temporal().await.unwrap();
    assert_eq!(describe(&connection, "remembered").await.unwrap_err().code(), Code::NotFound);
    let namespace = DescribeNamespaceRequest { namespace: stack.namespace().to_owned(), ..Default::default() };
    let namespace =
        connection.workflow_service().describe_namespace(namespace.into_request()).await.unwrap().into_inner();
    let retention = namespace.config.unwrap().workflow_execution_retention_ttl.unwrap();
    assert_eq!(retention.seconds, 30 * 24 * 3600);
    connection.workflow_service().start_workflow_execution(start_request("anew").into_request()).await.unwrap();
}

#[tokio::test]
async fn one_stack_serves_all_tests_of_a_process() {
    let (one, two) = tokio::join!(shared(), shared());
    assert_eq!(one.unwrap().folder(), two.unwrap().folder());
}

#[test]
fn the_doctor_finds_what_the_stack_uses() {
    let report = doctor::report();
    assert!(report.ready, "{report}");
    let names: Vec<&str> = report.findings.iter().map(|finding| finding.name).collect();
    assert_eq!(names, ["PostgreSQL", "Temporal server", "Go", "setpriv"]);
    assert!(serde_json::to_value(&report).unwrap()["findings"].is_array());
}
