//! `lotse dev` as its users meet it: found out by reflection, called with the tokens it prints, played on, and gone after Ctrl-C.

pub mod answers;
mod offspring;
mod reflection;
pub mod words;

use std::{
    collections::BTreeSet,
    path::PathBuf,
    process::{Output, Stdio},
    time::Duration,
};

use lotse_devstack::wait_until;
use prost_reflect::DescriptorPool;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};
use tonic::Code;

use crate::{desk::reflection::Client, place::Place};

/// How long the desk may take to stand, or to be gone.
const PATIENCE: Duration = Duration::from_mins(1);

/// A story of the same jobcenter, in which somebody has another name by now and somebody is new.
const LATER: &str = r#"
journey: Neue Namen
jobcenter: { id: musterstadt, land: NW }
people:
  anna: { roles: [case-manager], team: ue25, display_name: Anna Albers, phone: 0201 555-120 }
  doris: { roles: [team-lead], team: u25, display_name: Doris Dahl }
  frieda: { roles: [case-manager], team: u25 }
steps:
  - on: 2031-11-03
    as: anna
    call: lotse.cases.v1.StaffService/GetStaffMember
    request: { name: "${doris}" }
    expect: { subject: doris, display_name: Doris Dahl, team: u25, phone: "", functions: [STAFF_FUNCTION_TEAM_LEAD] }
  - as: frieda
    call: lotse.cases.v1.CaseService/ListCases
    request: { parent: "${jobcenter}" }
"#;

/// A story of a jobcenter of the same id in another place.
const ELSEWHERE: &str = r#"
journey: Ein anderes Musterstadt
jobcenter: { id: musterstadt, land: BE }
people:
  anna: { roles: [case-manager], team: ue25 }
steps:
  - on: 2031-11-10
    as: anna
    call: lotse.cases.v1.CaseService/ListCases
    request: { parent: "${jobcenter}" }
"#;

/// One desk for all of it: what it takes to stand is most of the time.
pub async fn a_desk_is_found_out_called_played_on_and_gone() {
    let place = Place::new("desk");
    let mut desk = Desk::set_up(&place).await;
    let mut client = Client::of(desk.address(), desk.token("operator")).await;

    all_public_services_are_listed(&client);
    people_act_at_once(&desk, &mut client).await;
    every_method_is_served(&desk, &mut client).await;

    let told = include_str!("../journeys/referred_back.yaml");
    let played = desk.plays("referred_back.yaml", told, &[]).await;
    assert!(played.status.success(), "{}", printed(&played));
    assert!(printed(&played).contains("Alles wie erzählt"), "{}", printed(&played));
    let played = desk.plays("later.yaml", LATER, &["--json"]).await;
    let reports: Value = serde_json::from_slice(&played.stdout).expect("reports");
    assert_eq!((played.status.code(), &reports[0]["passed"]), (Some(0), &json!(true)), "{}", printed(&played));
    let refused = desk.plays("elsewhere.yaml", ELSEWHERE, &[]).await;
    assert_eq!(refused.status.code(), Some(1), "{}", printed(&refused));
    let way_out = "jobcenters/musterstadt is there already with another land";
    assert!(printed(&refused).contains(way_out), "{}", printed(&refused));

    what_was_played_can_be_read(&desk, &mut client).await;
    assert_eq!(client.used(), &public_services(), "a service was never called");
    drop(client);
    desk.ends_on_ctrl_c(&place).await;
}

fn printed(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat()
}

/// A running `lotse dev`.
struct Desk {
    child: Child,
    standing: Value,
    work: PathBuf,
    written: BTreeSet<String>,
}

impl Desk {
    async fn set_up(place: &Place) -> Self {
        let mut child = place.lotse(&["dev", "--json"]).stdout(Stdio::piped()).spawn().expect("the executable");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let line = timeout(PATIENCE, lines.next_line()).await.expect("it stands in time").expect("its output");
        let standing = serde_json::from_str(&line.expect("one line")).expect("JSON");
        Self { child, standing, work: place.work(), written: BTreeSet::new() }
    }

    fn text(&self, pointer: &str) -> &str {
        self.standing.pointer(pointer).and_then(Value::as_str).expect("a text of that name")
    }

    fn address(&self) -> &str {
        self.text("/address")
    }

    fn somebody(&self, subject: &str) -> &Value {
        let mut people = self.standing["people"].as_array().expect("people").iter();
        people.find(|caller| caller["subject"] == subject).expect("somebody who is printed")
    }

    fn token(&self, subject: &str) -> &str {
        self.somebody(subject)["token"].as_str().expect("a token")
    }

    fn staff(&self, subject: &str) -> &str {
        self.somebody(subject)["staff"].as_str().expect("a staff record")
    }

    /// Plays a file against the desk, as its user would.
    async fn plays(&mut self, name: &str, told: &str, options: &[&str]) -> Output {
        std::fs::write(self.work.join(name), told).expect("a file");
        self.written.insert(name.to_owned());
        Command::new(env!("CARGO_BIN_EXE_lotse"))
            .args(["journey", "run", name, "--against", self.address(), "--keys", self.text("/keys")])
            .args(options)
            .current_dir(&self.work)
            .kill_on_drop(true)
            .output()
            .await
            .expect("the executable")
    }

    /// Everything ends: the process in order, its servers, its temporary files; and nothing lies where it was called.
    async fn ends_on_ctrl_c(mut self, place: &Place) {
        let id = self.child.id().expect("a running process");
        let offspring = offspring::of(id);
        // Temporal is called `server` when it was built here, and as its maker calls it otherwise.
        let postgres = |name: &&String| name.starts_with("postgres");
        assert!(offspring.values().any(|name| postgres(&name)), "no PostgreSQL among {offspring:?}");
        assert!(!offspring.values().all(|name| postgres(&name)), "no Temporal among {offspring:?}");

        let pid = i32::try_from(id).ok().and_then(Pid::from_raw).expect("an id");
        kill_process(pid, Signal::INT).expect("a signal");
        let status = timeout(PATIENCE, self.child.wait()).await.expect("it ends in time").expect("a status");
        assert_eq!(status.code(), Some(0), "{status:?}");
        wait_until("all servers of the desk are gone", async || {
            offspring.keys().all(|process| !offspring::lives(*process))
        })
        .await;
        assert_eq!(place.left_in_tmp(), BTreeSet::new(), "temporary files are left");
        assert_eq!(place.left_at_work(), self.written, "something lies where the desk was called");
    }
}

/// What people and their programs may call, by the contract, and the clock.
fn public_services() -> BTreeSet<String> {
    let contract = DescriptorPool::decode(lotse_proto::DESCRIPTORS).expect("the contract");
    let public = contract.services().filter(|service| !service.parent_file().name().ends_with("process_service.proto"));
    public.map(|service| service.full_name().to_owned()).collect()
}

fn all_public_services_are_listed(client: &Client) {
    let ours = client.listed().iter().filter(|name| !name.starts_with("grpc.")).cloned();
    assert_eq!(ours.collect::<BTreeSet<_>>(), public_services());
    assert!(client.listed().contains("grpc.health.v1.Health"));
}

/// Who is printed is in the staff table, and acts.
async fn people_act_at_once(desk: &Desk, client: &mut Client) {
    let jobcenter = desk.text("/jobcenter");
    let request = json!({
        "parent": jobcenter,
        "case": {
            "person": {
                "given_name": "Mira", "family_name": "Sommer", "birth_date": { "year": 1990, "month": 4, "day": 2 },
                "customer_number": "777D000001", "address_lines": ["Mira Sommer", "Am Markt 3", "12345 Musterstadt"],
            },
            "benefit_unit_number": "77777//0000001",
            "team": "ue25",
            "placement_officer": desk.staff("bernd"),
            "profile": {
                "type": "PROFILE_TYPE_FOERDERPROFIL",
                "established_date": { "year": 2026, "month": 1, "day": 5 },
                "needs": [{ "key_group": "KEY_GROUP_CIRCUMSTANCES", "obstacle": "PLACEMENT_OBSTACLE_DEBTS", "severity": 2 }],
            },
        },
        "request_id": "0190a000-0000-7000-8000-000000000001",
    });
    let case = client.call(desk.token("bernd"), "lotse.cases.v1.CaseService/RegisterCase", request).await;
    let name = case.expect("a case")["name"].clone();
    let request = json!({ "name": name });
    let seen = client.call(desk.token("doris"), "lotse.cases.v1.CaseService/GetCase", request).await;
    assert_eq!(seen.expect("the case, for the lead of its team")["name"], name);
    for subject in ["anna", "bernd", "doris"] {
        let request = json!({ "parent": desk.staff(subject) });
        let notices =
            client.call(desk.token(subject), "lotse.notifications.v1.InboxService/ListNotices", request).await;
        assert_eq!(notices.expect("an inbox")["notices"], json!([]), "{subject}");
    }
}

/// Every RPC that is listed answers an empty request: with what it knows or a refusal, and never as if nobody were there.
async fn every_method_is_served(desk: &Desk, client: &mut Client) {
    for method in client.methods().iter().filter(|method| method.starts_with("lotse.")) {
        let code = client.call(desk.token("anna"), method, json!({})).await.err().map(|status| status.code());
        let served = matches!(code, None | Some(Code::InvalidArgument | Code::NotFound | Code::PermissionDenied));
        assert!(served, "{method} answers an empty request with {code:?}");
    }
}

/// One read of each service at least, after a story that left something to read.
async fn what_was_played_can_be_read(desk: &Desk, client: &mut Client) {
    let jobcenter = desk.text("/jobcenter");
    let day = json!({ "year": 2031, "month": 11, "day": 3 });
    let of_jobcenter = json!({ "parent": jobcenter });
    let mut read = async |subject: &str, method: &str, request: Value| {
        client.call(desk.token(subject), &format!("lotse.{method}"), request).await.expect(method)
    };

    let clock = read("operator", "dev.v1.ClockService/GetClock", json!({})).await;
    assert!(clock["current_time"].as_str().is_some_and(|time| time.starts_with("2031-11-")), "{clock}");
    let found = read("operator", "cases.v1.JobcenterService/GetJobcenter", json!({ "name": jobcenter })).await;
    assert_eq!(found["land"], "NW");
    let staff = read("doris", "cases.v1.StaffService/ListStaffMembers", of_jobcenter.clone()).await;
    assert_eq!(staff["staff_members"].as_array().map(Vec::len), Some(6), "five of the demo and Frieda: {staff}");
    let cases = read("bernd", "cases.v1.CaseService/ListCases", of_jobcenter.clone()).await;
    assert_eq!(cases["cases"].as_array().map(Vec::len), Some(2), "one of ours, one of the story: {cases}");
    let mut episodes = Vec::new();
    for case in cases["cases"].as_array().into_iter().flatten() {
        let of_case = json!({ "parent": case["name"] });
        let found = read("bernd", "cases.v1.EpisodeService/ListEpisodes", of_case.clone()).await;
        episodes.extend(found["episodes"].as_array().cloned().unwrap_or_default());
        read("bernd", "providers.v1.ReferralService/ListReferrals", of_case.clone()).await;
        read("bernd", "documents.v1.LetterService/ListLetters", of_case).await;
    }
    assert_eq!(episodes.len(), 2, "both episodes of the story");
    let duties = read("bernd", "cases.v1.DutyService/ListDuties", of_jobcenter.clone()).await;
    assert!(duties["duties"].is_array(), "{duties}");
    let policies = read("anna", "cases.v1.PolicyService/ListPolicies", of_jobcenter.clone()).await;
    assert!(policies["policies"].as_array().is_some_and(|found| !found.is_empty()), "{policies}");
    let request = json!({ "parent": jobcenter, "date": day });
    let told = read("anna", "cases.v1.LegalClockService/ExplainDate", request).await;
    assert!(told.is_object(), "{told}");
    read("carla", "providers.v1.ProviderService/ListProviders", of_jobcenter.clone()).await;
    let templates = read("anna", "documents.v1.TemplateService/ListTemplates", json!({})).await;
    assert!(templates["templates"].as_array().is_some_and(|found| !found.is_empty()), "{templates}");
    read("anna", "notifications.v1.InboxService/ListNotices", json!({ "parent": desk.staff("anna") })).await;
    read("doris", "notifications.v1.DeliveryService/ListDeliveries", of_jobcenter).await;
}
