//! What the tests share: the service on a database of its own, a neighbour that answers for cases, and people with tokens.

mod cases;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use lotse_devstack::shared_postgres;
use lotse_devstack::token::{Claims, ISSUER, Issuer, JWKS_FILE};
use lotse_documents::files::Files;
use lotse_documents::neighbours::cases::RemoteCases;
use lotse_documents::vault::{FileKeys, Vault};
use lotse_documents::{Documents, policies, schema};
use lotse_platform::channel::peer;
use lotse_platform::clock::{BusinessClock, WallClock};
use lotse_platform::config::{Admin, Auth, JwksSource, Limits, Listeners, Peers, ServerUri, Tls, Value};
use lotse_platform::database::{Database, connect};
use lotse_platform::metrics::Metrics;
use lotse_platform::server::{Role, Settings, serve};
use lotse_platform::unit::Desk;
use lotse_proto::documents::letter_process_service_client::LetterProcessServiceClient;
use lotse_proto::documents::letter_service_client::LetterServiceClient;
use lotse_proto::documents::template_service_client::TemplateServiceClient;
use lotse_proto::documents::*;
use object_store::local::LocalFileSystem;
use sqlx::{Connection, PgConnection};
use tokio::sync::OnceCell;
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

pub use cases::{ANNA, CASE, DUTY, EPISODE, FAMILY_NAME, FakeCases};

/// The business date of all tests: a Monday.
pub const TODAY: &str = "2026-08-10T09:00:00Z";

const TEMPLATE: &str = "documents_it";

type Bearer = Box<dyn FnMut(Request<()>) -> Result<Request<()>, Status> + Send + Sync>;
pub type Wire = InterceptedService<Channel, Bearer>;

/// The running service.
pub struct World {
    pub cases: FakeCases,
    pub folder: PathBuf,
    pub database: String,
    issuer: Issuer,
    public: Channel,
    process: Channel,
    _stop: DropGuard,
}

impl Drop for World {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// The database that every test copies.
async fn database() -> String {
    static MADE: OnceCell<()> = OnceCell::const_new();
    let stack = shared_postgres().await.unwrap();
    MADE.get_or_init(|| async {
        let url = stack.create_database(TEMPLATE).await.unwrap();
        schema::migrate(&url).await.unwrap();
        schema::migrate(&url).await.unwrap();
    })
    .await;
    stack.clone_database(TEMPLATE).await.unwrap()
}

impl World {
    pub async fn start() -> Self {
        // Starting is a large future; every test would carry it.
        Box::pin(Self::build()).await
    }

    async fn build() -> Self {
        let database = database().await;
        let id = WallClock.new_id();
        let folder = std::env::temp_dir().join(format!("lotse-documents-{id}"));
        std::fs::create_dir_all(folder.join("objects")).unwrap();
        let issuer = Issuer::generate().unwrap();
        issuer.store(&folder).unwrap();
        let stop = CancellationToken::new();

        let cases = FakeCases::default();
        let address = cases.serve(stop.clone());
        let uri = ServerUri::from_text(&format!("http://{address}")).unwrap();
        let pool = connect(&database.replace("postgres@", "lotse_documents@"), schema::SCHEMA).unwrap();
        let desk = Desk {
            database: Database::new(pool),
            clock: BusinessClock::fixed(TODAY.parse().unwrap()),
            wall: WallClock,
            policies: Arc::new(policies().unwrap()),
        };
        let objects = Arc::new(LocalFileSystem::new_with_prefix(folder.join("objects")).unwrap());
        let files = Files::new(objects, Vault::new(Arc::new(FileKeys::new(folder.join("keys"), true))));
        let documents = Documents::new(desk, files, Arc::new(RemoteCases::new(peer(&uri, &peers(), None).unwrap())));
        let role = Role {
            name: "documents",
            public: documents.public(),
            process: documents.process(),
            descriptors: Vec::new(),
            background: Vec::new(),
            checks: Vec::new(),
            metrics: Metrics::new("documents").unwrap(),
        };
        let running = serve(role, settings(folder.join(JWKS_FILE)), stop.clone()).await.unwrap();
        let public = channel(&running.public_address().to_string()).await;
        let process = channel(&running.process_address().to_string()).await;
        Self { cases, folder, database, issuer, public, process, _stop: stop.drop_guard() }
    }

    fn wire(&self, channel: &Channel, claims: &Claims) -> Wire {
        let token = format!("Bearer {}", self.issuer.token(claims).unwrap());
        let bearer: Bearer = Box::new(move |mut request| {
            request.metadata_mut().insert("authorization", token.parse().unwrap());
            Ok(request)
        });
        InterceptedService::new(channel.clone(), bearer)
    }

    /// The public API as a person of the jobcenter.
    pub fn person(&self, subject: &str, roles: &[&str]) -> LetterServiceClient<Wire> {
        LetterServiceClient::new(self.wire(&self.public, &Claims::person(subject, "musterstadt", roles)))
    }

    /// The case manager of the case.
    pub fn anna(&self) -> LetterServiceClient<Wire> {
        self.person("anna", &["case-manager"])
    }

    /// A person of another jobcenter.
    pub fn stranger(&self) -> LetterServiceClient<Wire> {
        LetterServiceClient::new(self.wire(&self.public, &Claims::person("anna", "anderstadt", &["case-manager"])))
    }

    pub fn templates(&self) -> TemplateServiceClient<Wire> {
        TemplateServiceClient::new(self.wire(&self.public, &Claims::person("anna", "musterstadt", &[])))
    }

    /// The process API as a worker.
    pub fn worker(&self) -> LetterProcessServiceClient<Wire> {
        LetterProcessServiceClient::new(self.wire(&self.process, &Claims::service("worker")))
    }

    /// A worker's token on the public listener.
    pub fn worker_on_public(&self) -> Wire {
        self.wire(&self.public, &Claims::service("worker"))
    }

    /// The database as its owner sees it.
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect(&self.database).await.unwrap()
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

async fn channel(address: &str) -> Channel {
    Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap()
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

fn settings(jwks: PathBuf) -> Settings {
    let free = "127.0.0.1:0".parse().unwrap();
    Settings {
        listeners: Listeners { public: free, process: free },
        admin: Admin { address: free },
        limits: Limits {
            message_bytes: 1024 * 1024,
            concurrent_rpcs: 64,
            deadline_default: Duration::from_secs(20),
            deadline_max: Duration::from_mins(1),
            stop_notice: Duration::ZERO,
            drain: Duration::from_secs(5),
        },
        tls: Tls { certificate_file: None, key_file: None, client_ca_file: None },
        auth: Auth {
            issuer: ISSUER.to_owned(),
            audience: "lotse".to_owned(),
            process_audience: "lotse-process".to_owned(),
            jwks: JwksSource::File(jwks),
            leeway: Duration::from_secs(5),
            jwks_refresh_interval: Duration::ZERO,
            jwks_timeout: Duration::from_secs(3),
        },
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
            date: day(jiff::civil::date(2026, 8, 27)),
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
