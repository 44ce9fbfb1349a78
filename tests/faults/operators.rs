//! What operators do to a running role: they stop it while it works, and send again what was given up.

mod release;

use std::{
    path::Path,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use lotse::{
    journey::{Journey, Play, Player, Target, parse},
    stack::{DATABASE, apart::Apart},
    staging,
};
use lotse_devstack::{DevStack, Options, wait_until};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection, PgPool};
use temporalio_common::protos::temporal::api::{
    common::v1::WorkflowExecution, enums::v1::EventType, workflowservice::v1::GetWorkflowExecutionHistoryRequest,
};
use tokio::{net::TcpStream, process::Child, time::timeout};
use tonic::{IntoRequest as _, Streaming, transport::Endpoint};
use tonic_health::pb::{
    HealthCheckRequest, HealthCheckResponse, health_check_response::ServingStatus, health_client::HealthClient,
};

pub use release::a_role_is_sent_work_while_law_and_release_agree;

/// An episode from the proposal to the admission, on one day: no time has to pass, so no worker is needed.
const STORY: &str = r#"
journey: Aufnahme an einem Tag
jobcenter: { id: musterstadt, land: NW }
people:
  anna: { roles: [case-manager], team: ue25 }
  bernd: { roles: [placement-officer], team: av1 }
steps:
  - on: 2031-03-03
    as: bernd
    call: lotse.cases.v1.CaseService/RegisterCase
    request:
      parent: "${jobcenter}"
      case:
        person:
          given_name: Erkan
          family_name: Yilmaz
          birth_date: 1988-07-14
          customer_number: "123A456789"
          address_lines: ["Erkan Yilmaz", "Lindenweg 4", "45127 Musterstadt"]
        benefit_unit_number: "12345//0006789"
        team: ue25
        placement_officer: "${bernd}"
        profile:
          type: PROFILE_TYPE_STABILISIERUNGSPROFIL
          established_date: 2031-03-03
          needs:
            - { key_group: KEY_GROUP_CIRCUMSTANCES, obstacle: PLACEMENT_OBSTACLE_HOUSING, text: "Wohnungsverlust droht", severity: 3 }
            - { key_group: KEY_GROUP_CIRCUMSTANCES, obstacle: PLACEMENT_OBSTACLE_DEBTS, text: "ohne Überblick", severity: 2 }
            - { key_group: KEY_GROUP_WORK_CAPACITY, obstacle: PLACEMENT_OBSTACLE_HEALTH, text: "Rückenleiden", severity: 2 }
    save: { case: name }
  - as: bernd
    call: lotse.cases.v1.EpisodeService/ProposeEpisode
    request:
      parent: "${case}"
      signal_source: SIGNAL_SOURCE_PLACEMENT_TALK
      criteria:
        lacking_abilities: Ordnet Unterlagen und Termine nicht ohne Hilfe.
        reasons_in_person: Krankheit, Schulden und die drohende Räumung greifen ineinander.
        expected_progress: Mit gesicherter Wohnung ist Teilzeitarbeit erreichbar.
    save: { episode: name }
  - as: anna
    call: lotse.cases.v1.EpisodeService/ScheduleDiscussion
    request: { name: "${episode}", discussion_date: 2031-03-03, case_manager: "${anna}", placement_officer: "${bernd}" }
  - as: anna
    call: lotse.cases.v1.EpisodeService/CastVote
    request: { name: "${episode}", vote: { admit: true, reason: "Fortschritt ist zu erwarten." } }
  - as: bernd
    call: lotse.cases.v1.EpisodeService/CastVote
    request: { name: "${episode}", vote: { admit: true, reason: "Ohne enge Begleitung gelingt es nicht." } }
  - as: anna
    call: lotse.cases.v1.EpisodeService/DecideAdmission
    request: { name: "${episode}", admit: { basis: ADMISSION_BASIS_COMPLEX_PROFILE, support_variant: SUPPORT_VARIANT_FULL } }
"#;

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The surroundings of cases, which does not run yet, and its database.
struct Site {
    stack: Apart,
    database: PgPool,
    journey: Journey,
}

impl Site {
    async fn prepare() -> Self {
        let journey = parse("story", STORY).expect("the story is sound");
        let servers = DevStack::start(Options { fsync: false, ..Options::default() }).await.expect("servers");
        let begin = staging::begin(&journey).expect("a first day");
        let stack = Apart::prepare(servers, begin, Path::new(env!("CARGO_BIN_EXE_lotse"))).await.expect("a stack");
        let database = PgPool::connect(&stack.servers().database_url(DATABASE)).await.expect("the database");
        Self { stack, database, journey }
    }

    fn target(&self) -> Target {
        let target = Target::new(self.stack.issuer()).area_at("dev", format!("http://{}", self.stack.front()));
        target.area_at("cases", self.address())
    }

    fn address(&self) -> String {
        let addresses = self.stack.addresses();
        let cases = addresses.iter().find(|address| address.service == "cases").expect("an address");
        format!("http://{}", cases.public)
    }

    async fn count(&self, question: &'static str) -> i64 {
        sqlx::query_scalar(question).fetch_one(&self.database).await.expect("a count")
    }

    async fn undelivered(&self) -> i64 {
        self.count("SELECT count(*) FROM cases.outbox_events").await
    }

    async fn given_up(&self) -> i64 {
        self.count("SELECT count(*) FROM cases.dead_letters").await
    }

    /// Starts cases as an operator would, with these limits, and waits until it is ready.
    async fn serve(&self, limits: &[(&str, &str)]) -> Child {
        let mut command = self.stack.command("cases", &["serve", "cases"]);
        command.envs(limits.iter().copied()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("the executable");
        self.stack.wait_for("cases").await.expect("it is ready");
        child
    }

    /// What the role says about its health, from now on.
    async fn health(&self) -> Streaming<HealthCheckResponse> {
        let channel = Endpoint::from_shared(self.address()).expect("an address").connect().await.expect("a connection");
        let request = HealthCheckRequest { service: "ready".to_owned() };
        HealthClient::new(channel).watch(request).await.expect("a watch").into_inner()
    }

    /// Holds the rows of all episodes as a slow transaction of somebody else would, until it is dropped.
    async fn hold_episodes(&self) -> PgConnection {
        let url = self.stack.servers().database_url(DATABASE);
        let mut holder = PgConnection::connect(&url).await.expect("the database");
        let hold = "BEGIN; SELECT FROM cases.episodes FOR UPDATE";
        sqlx::raw_sql(hold).execute(&mut holder).await.expect("the rows");
        holder
    }

    /// Waits until a command of cases waits for a row.
    async fn until_a_command_waits(&self) {
        let waiting = r"
            SELECT count(*)
            FROM pg_stat_activity
            WHERE usename = 'lotse_cases'
              AND wait_event_type = 'Lock'
        ";
        wait_until("a command waits for a row", async || self.count(waiting).await > 0).await;
    }
}

async fn play(play: &mut Play<'_, '_, '_>, steps: usize) {
    for _ in 0..steps {
        let step = play.upcoming().map(|step| step.number);
        assert!(play.next().await, "the story ends before {step:?}");
    }
}

fn terminate(child: &Child) {
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw).expect("a running process");
    kill_process(pid, Signal::TERM).expect("a signal");
}

async fn ended(child: &mut Child) -> ExitStatus {
    timeout(PATIENCE, child.wait()).await.expect("it ends in time").expect("a status")
}

async fn next(health: &mut Streaming<HealthCheckResponse>) -> ServingStatus {
    health.message().await.expect("no error").expect("a state").status()
}

/// A discussion is scheduled while the role is told to stop: it is not sent more, answers, and ends.
pub async fn a_role_answers_what_it_began_before_it_stops() {
    let site = Site::prepare().await;
    let drain = Duration::from_secs(20);
    let mut cases = site.serve(&[("LOTSE_LIMIT_STOP_NOTICE", "200ms"), ("LOTSE_LIMIT_DRAIN", "20s")]).await;
    let mut witness = ();
    let mut player = Player::new(site.target(), &mut witness);
    let mut story = player.begin(&site.journey).await;
    play(&mut story, 2).await;

    let mut health = site.health().await;
    assert_eq!(next(&mut health).await, ServingStatus::Serving);
    let holder = site.hold_episodes().await;
    let under_way = async { play(&mut story, 1).await };
    let stopping = async {
        site.until_a_command_waits().await;
        let told = Instant::now();
        terminate(&cases);
        assert_eq!(next(&mut health).await, ServingStatus::NotServing);
        let public = site.address().trim_start_matches("http://").to_owned();
        wait_until("nobody new is let in", async || TcpStream::connect(&public).await.is_err()).await;
        assert!(cases.try_wait().expect("a status").is_none(), "it ended over a call under way");
        drop(holder);
        (ended(&mut cases).await, told.elapsed())
    };
    let ((), (status, taken)) = tokio::join!(under_way, stopping);
    assert_eq!(status.code(), Some(0), "{status:?}");
    assert!(taken < drain, "it took {taken:?} to stop");
    assert!(story.upcoming().is_some(), "the call under way was answered as told: {:?}", story.end().problem);

    what_does_not_end_is_cut(&site, &mut story).await;
}

/// With less patience than the database needs, the role ends all the same, in order, and what it cut has not happened.
async fn what_does_not_end_is_cut(site: &Site, story: &mut Play<'_, '_, '_>) {
    let mut cases = site.serve(&[("LOTSE_LIMIT_DRAIN", "300ms")]).await;
    let happened = "SELECT count(*) FROM cases.case_events";
    let before = site.count(happened).await;
    let holder = site.hold_episodes().await;
    let under_way = async { play(story, 1).await };
    let stopping = async {
        site.until_a_command_waits().await;
        terminate(&cases);
        ended(&mut cases).await
    };
    let ((), status) = tokio::join!(under_way, stopping);
    assert_eq!(status.code(), Some(0), "{status:?}");
    assert!(story.upcoming().is_none(), "the story cannot go on: nobody answered");
    drop(holder);
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'lotse_cases'";
    wait_until("the database has noticed", async || site.count(sessions).await == 0).await;
    assert_eq!(site.count(happened).await, before, "what nobody was told has not happened");
}

/// A signal to a workflow that Temporal has lost is given up; a person finds it, builds the workflow again and sends it once more.
pub async fn what_was_given_up_is_found_and_sent_again() {
    let site = Site::prepare().await;
    let cases = site.serve(&[]).await;
    let mut witness = ();
    let mut player = Player::new(site.target(), &mut witness);
    let mut story = player.begin(&site.journey).await;
    play(&mut story, 2).await;
    wait_until("the workflow is started", async || site.undelivered().await == 0).await;
    site.stack.servers().wipe_temporal().await.expect("an empty Temporal");
    play(&mut story, 4).await;
    assert!(story.end().passed, "commands go on without their workflow");
    wait_until("the signal is given up", async || site.given_up().await > 0 && site.undelivered().await == 0).await;

    let run = async |arguments: &[&str]| site.stack.run("cases", arguments).await;
    let listed = run(&["outbox", "list", "cases", "--json"]).await.expect("a list");
    let letters: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let first = letters.first().expect("a dead letter");
    let (id, seq) = (first["workflow_id"].as_str().expect("an id"), first["seq"].to_string());
    assert!(id.starts_with("musterstadt/episode/") && first["last_error"] != "", "{first}");
    let table = run(&["outbox", "list", "cases"]).await.expect("a list");
    assert!(table.lines().any(|line| line.starts_with(&format!("{id} {seq} signal after "))), "{table}");
    let refused = run(&["outbox", "retry", "cases", id, "4711"]).await.expect_err("no such letter");
    assert!(refused.to_string().contains("4711 is no dead letter of cases"), "{refused}");

    let built = run(&["reconcile", "cases", "--json"]).await.expect("reconciled");
    assert_eq!(serde_json::from_str::<Value>(&built).expect("JSON"), json!({ "open": 2, "written": 2 }));
    wait_until("the workflow is started again", async || site.undelivered().await == 0).await;
    let before = signals(&site, id).await;
    for letter in &letters {
        let seq = letter["seq"].to_string();
        let sent = run(&["outbox", "retry", "cases", id, &seq, "--json"]).await.expect("sent again");
        let sent: Value = serde_json::from_str(&sent).expect("JSON");
        assert_eq!(sent, json!({ "workflow_id": id, "seq": letter["seq"], "waiting": true }));
    }
    wait_until("what was sent again arrives", async || site.undelivered().await == 0).await;
    assert_eq!(signals(&site, id).await, before + letters.len());
    assert_eq!(run(&["outbox", "list", "cases", "--json"]).await.expect("a list"), "");
    assert_eq!(run(&["outbox", "list", "cases"]).await.expect("a list"), "no event of cases was given up\n");

    schemas_come_up_to_date(&site).await;
    drop(cases);
}

/// How many signals a workflow has got.
async fn signals(site: &Site, workflow_id: &str) -> usize {
    let servers = site.stack.servers();
    let request = GetWorkflowExecutionHistoryRequest {
        namespace: servers.namespace().to_owned(),
        execution: Some(WorkflowExecution { workflow_id: workflow_id.to_owned(), run_id: String::new() }),
        ..Default::default()
    };
    let connection = servers.temporal_connection().await.expect("Temporal");
    let history = connection.workflow_service().get_workflow_execution_history(request.into_request()).await;
    let events = history.expect("a history").into_inner().history.expect("events").events;
    events.iter().filter(|event| event.event_type() == EventType::WorkflowExecutionSignaled).count()
}

/// `lotse migrate` on an empty database, and once more.
async fn schemas_come_up_to_date(site: &Site) {
    let url = site.stack.servers().create_database("fresh").await.expect("a database");
    let migrate = async |options: &[&str]| {
        let mut command = site.stack.command("migrate", &[&["migrate"], options].concat());
        let output = command.env_clear().env("LOTSE_MIGRATE_URL", &url).output().await.expect("the executable");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("a text")
    };
    let first: Value = serde_json::from_str(&migrate(&["--json"]).await).expect("JSON");
    assert_eq!(first["schemas"], json!(["cases", "providers", "documents", "notifications"]));
    assert!(first["federal_policies"]["added"].as_array().is_some_and(|added| !added.is_empty()), "{first}");
    let again = migrate(&[]).await;
    let told = "cases, providers, documents, notifications: up to date\nfederal policies: 0 new\n";
    assert_eq!(again, told);
}
