//! What the tests share: the service on a database of its own, a neighbour that answers for cases, and people with tokens.

mod bucket;
mod cases;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use lotse_devstack::service::{Client, Service};
use lotse_documents::files::Files;
use lotse_documents::neighbours::cases::RemoteCases;
use lotse_documents::store::templates;
use lotse_documents::vault::{FileKeys, Vault};
use lotse_documents::{Documents, policies, schema};
use lotse_platform::channel::peer;
use lotse_platform::clock::WallClock;
use lotse_platform::config::{Peers, ServerUri, Value};
use lotse_platform::unit::Desk;
use lotse_proto::cases::{
    JobcenterRules, OpenDuties, Place, Policy, PolicyFact, PolicyKey, PolicyParameter, PolicyScope, policy_parameter,
};
use lotse_proto::documents::letter_process_service_client::LetterProcessServiceClient;
use lotse_proto::documents::letter_service_client::LetterServiceClient;
use lotse_proto::documents::template_service_client::TemplateServiceClient;
use lotse_proto::documents::*;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use sqlx::migrate::Migrator;
use sqlx::{Connection, PgConnection, PgPool};
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::{Code, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

pub use bucket::{Bucket, SECRET};
pub use cases::{ANNA, CASE, DUTY, EPISODE, FAMILY_NAME, FakeCases, IDLE_CASE, OTHER, OTHER_CASE};

/// The time of all tests: a Monday, nine o'clock in Berlin.
pub const TODAY: &str = "2026-08-10T07:00:00Z";

/// The running service.
pub struct World {
    pub service: Service,
    pub cases: FakeCases,
    pub folder: PathBuf,
    _stop: DropGuard,
}

impl Drop for World {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

impl World {
    pub async fn start() -> Self {
        let folder = fresh_folder();
        let objects = Arc::new(LocalFileSystem::new_with_prefix(folder.join("objects")).unwrap());
        // Starting is a large future; every test would carry it.
        Box::pin(Self::build(folder, objects)).await
    }

    /// The service with its files in this store.
    pub async fn storing(objects: Arc<dyn ObjectStore>) -> Self {
        Box::pin(Self::build(fresh_folder(), objects)).await
    }

    async fn build(folder: PathBuf, objects: Arc<dyn ObjectStore>) -> Self {
        let stop = CancellationToken::new();
        let cases = FakeCases::default();
        let uri = ServerUri::from_text(&format!("http://{}", cases.serve(stop.clone()))).unwrap();
        let neighbour = Arc::new(RemoteCases::new(peer(&uri, &peers(), None).unwrap()));
        let files = Files::new(objects, Vault::new(Arc::new(FileKeys::new(folder.join("keys"), true))));
        let migrations = Migrator { migrations: schema::MIGRATIONS.migrations.clone(), ..Migrator::DEFAULT };
        let service = Service::start(schema::SCHEMA, migrations, date(2026, 8, 10), |database, clock| {
            let desk = Desk { database, clock, wall: WallClock, policies: Arc::new(policies()?) };
            let documents = Documents::new(desk, files, neighbour);
            Ok((documents.public(), documents.process()))
        })
        .await
        .unwrap();
        let mut owner = service.owner().acquire().await.unwrap();
        templates::publish(&mut owner, lotse_letters::catalogue()).await.unwrap();
        Self { service, cases, folder, _stop: stop.drop_guard() }
    }

    /// A client of the public API as somebody of the jobcenter.
    pub fn client(&self, subject: &str, roles: &[&str]) -> Client {
        self.service.person(subject, Some("musterstadt"), roles).unwrap()
    }

    /// The public API as a person of the jobcenter.
    pub fn person(&self, subject: &str, roles: &[&str]) -> LetterServiceClient<Client> {
        LetterServiceClient::new(self.client(subject, roles))
    }

    /// The case manager of the case.
    pub fn anna(&self) -> LetterServiceClient<Client> {
        self.person("anna", &["case-manager"])
    }

    /// A person of another jobcenter.
    pub fn stranger(&self) -> LetterServiceClient<Client> {
        LetterServiceClient::new(self.service.person("anna", Some("anderstadt"), &["case-manager"]).unwrap())
    }

    pub fn templates(&self) -> TemplateServiceClient<Client> {
        TemplateServiceClient::new(self.client("anna", &[]))
    }

    /// The process API as a worker.
    pub fn worker(&self) -> LetterProcessServiceClient<Client> {
        LetterProcessServiceClient::new(self.machine())
    }

    /// A client of the process API.
    pub fn machine(&self) -> Client {
        self.service.sibling("worker").unwrap()
    }

    /// The database as its owner sees it.
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect_with(&self.service.owner().connect_options()).await.unwrap()
    }

    /// The database as one of the service's roles sees it.
    pub async fn login(&self, role: &str) -> PgPool {
        let options = (*self.service.owner().connect_options()).clone().username(role);
        PgPool::connect_with(options).await.unwrap()
    }

    /// A number that a query of the owner gives.
    pub async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&mut self.owner().await).await.unwrap()
    }

    /// A letter that was requested by Anna.
    pub async fn requested(&self) -> Letter {
        self.anna().request_letter(invitation()).await.unwrap().into_inner()
    }

    /// A letter that waits for posting.
    pub async fn ready(&self) -> Letter {
        let letter = self.requested().await;
        self.worker().render_letter(render(&letter.name)).await.unwrap();
        self.worker().offer_for_posting(offer(&letter.name)).await.unwrap();
        self.get(&letter.name).await
    }

    pub async fn get(&self, name: &str) -> Letter {
        self.anna().get_letter(GetLetterRequest { name: name.to_owned() }).await.unwrap().into_inner()
    }
}

/// A folder for objects and keys.
fn fresh_folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("lotse-documents-{}", WallClock.new_id()));
    std::fs::create_dir_all(folder.join("objects")).unwrap();
    folder
}

fn peers() -> Peers {
    Peers {
        cases: None,
        providers: None,
        documents: None,
        notifications: None,
        token_file: None,
        ca_file: None,
        certificate_file: None,
        key_file: None,
        deadline: Duration::from_secs(5),
    }
}

pub fn fresh() -> String {
    WallClock.new_id().to_string()
}

#[expect(clippy::unnecessary_wraps, reason = "message fields of a request are optional")]
pub fn day(date: Date) -> Option<lotse_proto::Date> {
    Some(lotse_platform::fields::contract_date(date))
}

#[expect(clippy::unnecessary_wraps, reason = "message fields of a request are optional")]
pub fn at(instant: &str) -> Option<prost_types::Timestamp> {
    let instant: Timestamp = instant.parse().unwrap();
    Some(prost_types::Timestamp { seconds: instant.as_second(), nanos: 0 })
}

pub fn invitation() -> RequestLetterRequest {
    RequestLetterRequest {
        parent: CASE.to_owned(),
        kind: LetterKind::ReviewInvitation.into(),
        cause: DUTY.to_owned(),
        appointment: Some(Appointment {
            date: day(date(2026, 8, 27)),
            local_time: "10:30".to_owned(),
            place: "Am Markt 1, Raum 2.14".to_owned(),
        }),
        message: "Bringen Sie gern Fragen mit.".to_owned(),
        request_id: fresh(),
    }
}

pub fn render(name: &str) -> RenderLetterRequest {
    RenderLetterRequest { name: name.to_owned(), business_time: at(TODAY), request_id: fresh() }
}

pub fn offer(name: &str) -> OfferForPostingRequest {
    OfferForPostingRequest { name: name.to_owned(), business_time: at(TODAY), request_id: fresh() }
}

/// Checks code and reason of a refusal, and that it carries nothing of the person.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: Result<T, Status>, code: Code, reason: &str) -> Status {
    let status = answer.expect_err("a refusal");
    let info = status.get_details_error_info().expect("an error info");
    assert_eq!((status.code(), info.reason.as_str()), (code, reason), "{status:?}");
    assert!(!format!("{status:?}").contains(FAMILY_NAME));
    status
}

/// Checks that exactly these fields were refused.
#[track_caller]
pub fn violated<T: std::fmt::Debug>(answer: Result<T, Status>, fields: &[&str]) {
    let status = refused(answer, Code::InvalidArgument, "FIELDS_INVALID");
    let found = status.get_details_bad_request().expect("violations").field_violations;
    assert_eq!(found.iter().map(|violation| violation.field.as_str()).collect::<Vec<_>>(), fields);
}

/// A name that is well formed and belongs to nothing.
pub fn unknown_letter() -> String {
    format!("{CASE}/letters/{}", Uuid::from_u128(99))
}

/// Wakes the procedures of the letters of Musterstadt that lie in the post room.
pub fn rouse(after: &str) -> RouseLettersRequest {
    RouseLettersRequest {
        parent: "jobcenters/musterstadt".to_owned(),
        after: after.to_owned(),
        business_time: at(TODAY),
        request_id: fresh(),
    }
}

/// What a jobcenter lives under that has letters posted after so many working days.
pub fn posting(working_days: i32) -> JobcenterRules {
    let number = |(name, number): (&str, i32)| PolicyParameter {
        name: name.to_owned(),
        value: Some(policy_parameter::Value::Number(number)),
        unit: String::new(),
    };
    let version = Policy {
        key: PolicyKey::LetterPosting.into(),
        version: 1,
        scope: PolicyScope::Jobcenter.into(),
        valid_from_date: day(date(2026, 1, 1)),
        legal_basis: "Dienstanweisung".to_owned(),
        parameters: [("reminders", 12), ("working_days", working_days)].map(number).into(),
        fact: PolicyFact::LetterOffered.into(),
        open_duties: OpenDuties::Replan.into(),
        ..Policy::default()
    };
    let place = Place { land: "NW".to_owned(), municipality: "05515000".to_owned(), ..Place::default() };
    JobcenterRules { place: Some(place), policies: vec![version] }
}

/// What that version would do to the letters in the post room on a day, as cases asks.
pub fn preview(working_days: i32, as_of: jiff::civil::Date) -> PreviewLettersRequest {
    let mut rules = posting(working_days);
    rules.policies[0].approve_date = day(as_of);
    PreviewLettersRequest {
        parent: "jobcenters/musterstadt".to_owned(),
        after: String::new(),
        rules: Some(rules),
        citation: "musterstadt/LETTER_POSTING/1".to_owned(),
        as_of_date: day(as_of),
    }
}
