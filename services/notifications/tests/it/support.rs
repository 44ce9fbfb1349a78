//! What the tests share: the service with its courier, a staff table behind the process API of cases, and a mail server.

mod staff;

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::civil::date;
use lotse_devstack::{
    service::{Client, Service},
    smtp::SmtpSink,
};
use lotse_notifications::{
    config::{Sender, Smtp, SmtpServer},
    courier::{Counts, Courier},
    mail::Mailer,
    neighbours::staff::RemoteStaff,
    role::{Office, surfaces},
    texts::Texts,
};
use lotse_platform::{
    channel::{ServiceToken, peer},
    clock::WallClock,
    config::{Peers, ServerUri, Value},
    metrics::Metrics,
};
use lotse_proto::{
    cases::{NoticeAudience, StaffFunction},
    notifications::{
        CreateNoticeRequest, Delivery, ListDeliveriesRequest, ListNoticesRequest, Notice, NoticeCause,
        delivery_service_client::DeliveryServiceClient, inbox_service_client::InboxServiceClient,
        notice_process_service_client::NoticeProcessServiceClient,
    },
};
use sqlx::PgPool;
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

pub use staff::Staff;

pub const JOBCENTER: &str = "jobcenters/musterstadt";
pub const ID: &str = "018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f";

/// The whole of it.
pub struct Stage {
    pub service: Service,
    pub staff: Staff,
    bell: Arc<Notify>,
    couriers: Vec<(CancellationToken, JoinHandle<()>)>,
}

/// The mail server's section with short pauses; none configured when there is no address.
pub fn smtp(server: Option<SocketAddr>) -> Smtp {
    Smtp {
        server: server
            .map(|address| SmtpServer::from_text(&format!("smtp://{address}")).expect("a stage for the test")),
        sender: server.and_then(|_| Sender::from_text("Lotse <lotse@jobcenter.example>")),
        user: None,
        password_file: None,
        ca_file: None,
        timeout: Duration::from_secs(2),
        parallel: 4,
        attempts: 4,
        first_pause: Duration::from_millis(20),
        longest_pause: Duration::from_millis(50),
    }
}

impl Stage {
    /// The service without a mail server.
    pub async fn quiet() -> Self {
        Self::with(smtp(None)).await
    }

    /// The service with a courier to this mail server.
    pub async fn mailing(sink: &SmtpSink) -> Self {
        Self::with(smtp(Some(sink.address()))).await
    }

    pub async fn with(smtp: Smtp) -> Self {
        let staff = Staff::start();
        let peers = Peers {
            cases: None,
            providers: None,
            documents: None,
            notifications: None,
            token_file: None,
            ca_file: None,
            certificate_file: None,
            key_file: None,
            deadline: Duration::from_secs(5),
        };
        let address = ServerUri::from_text(&format!("http://{}", staff.address())).expect("a stage for the test");
        let directory = RemoteStaff::new(
            peer(&address, &peers, Some(ServiceToken::made(|| "x".to_owned()))).expect("a stage for the test"),
        );
        let mut bell = None;
        let settings = smtp.clone();
        let service = Service::start(
            lotse_notifications::SCHEMA,
            lotse_notifications::migrations(),
            date(2026, 9, 9),
            |database, clock| {
                bell = Some(database.bell());
                Ok(surfaces(&Office::new(database, clock, Arc::new(directory), &settings)?))
            },
        )
        .await
        .expect("a stage for the test");
        let mut stage = Self { service, staff, bell: bell.expect("a stage for the test"), couriers: Vec::new() };
        stage.send_courier(&smtp).await;
        stage
    }

    /// Sends one more courier to the mail server, if one is configured.
    pub async fn send_courier(&mut self, smtp: &Smtp) {
        let Some(mailer) = Mailer::new(smtp).expect("a stage for the test") else { return };
        let counts =
            Counts::new(&Metrics::new("courier").expect("a stage for the test")).expect("a stage for the test");
        let texts = Arc::new(Texts::load().expect("a stage for the test"));
        let courier = Courier::new(self.relaying().await, mailer, texts, smtp, Arc::clone(&self.bell), counts);
        let stop = CancellationToken::new();
        self.couriers.push((stop.clone(), tokio::spawn(courier.run(stop))));
    }

    /// The database as the courier's role.
    pub async fn relaying(&self) -> PgPool {
        let options = (*self.service.owner().connect_options()).clone().username("lotse_notifications_relay");
        PgPool::connect_with(options).await.expect("a stage for the test")
    }

    /// Stops the couriers as a role does and waits for their end.
    pub async fn stop_couriers(&mut self) {
        for (stop, task) in self.couriers.drain(..) {
            stop.cancel();
            task.await.expect("a stage for the test");
        }
    }

    pub fn inbox(&self, subject: &str) -> InboxServiceClient<Client> {
        InboxServiceClient::new(
            self.service.person(subject, Some("musterstadt"), &["case-manager"]).expect("a stage for the test"),
        )
    }

    pub fn deliveries(&self, subject: &str, roles: &[&str]) -> DeliveryServiceClient<Client> {
        DeliveryServiceClient::new(
            self.service.person(subject, Some("musterstadt"), roles).expect("a stage for the test"),
        )
    }

    pub fn process(&self) -> NoticeProcessServiceClient<Client> {
        NoticeProcessServiceClient::new(self.service.sibling("worker").expect("a stage for the test"))
    }

    /// Tells one staff member that a review has opened; gives the notice's name.
    pub async fn tell(&self, staff_member: &str, code: &str) -> String {
        let request = CreateNoticeRequest { audiences: vec![to(staff_member)], ..review(code) };
        let told = self.process().create_notice(request).await.expect("a stage for the test").into_inner();
        told.notices.into_iter().next().expect("a stage for the test")
    }

    /// All notices of an inbox, newest first.
    pub async fn notices(&self, subject: &str, owner: &str) -> Vec<Notice> {
        let request = ListNoticesRequest { parent: owner.to_owned(), ..ListNoticesRequest::default() };
        self.inbox(subject).list_notices(request).await.expect("a stage for the test").into_inner().notices
    }

    /// All deliveries of the jobcenter, newest first.
    pub async fn all_deliveries(&self) -> Vec<Delivery> {
        let request = ListDeliveriesRequest { parent: JOBCENTER.to_owned(), ..ListDeliveriesRequest::default() };
        self.deliveries("root", &["administrator"])
            .list_deliveries(request)
            .await
            .expect("a stage for the test")
            .into_inner()
            .deliveries
    }

    /// Waits until the only delivery satisfies the condition.
    pub async fn delivery_when(&self, what: &str, condition: impl Fn(&Delivery) -> bool) -> Delivery {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let found = self.all_deliveries().await;
            if let Some(delivery) = found.iter().find(|delivery| condition(delivery)) {
                return delivery.clone();
            }
            assert!(Instant::now() < until, "waited too long until {what}: {found:?}");
            tokio::task::yield_now().await;
        }
    }

    /// How many rows of the audit log have this method and outcome.
    pub async fn audited(&self, method: &str, outcome: &str) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM audit_log WHERE method LIKE '%/' || $1 AND outcome = $2")
            .bind(method)
            .bind(outcome)
            .fetch_one(self.service.owner())
            .await
            .expect("a stage for the test")
    }
}

/// A fresh UUID as text.
pub fn fresh() -> String {
    WallClock.new_id().to_string()
}

/// An audience of one.
pub fn to(staff_member: &str) -> NoticeAudience {
    NoticeAudience { staff_member: staff_member.to_owned(), ..NoticeAudience::default() }
}

/// The leads of a team.
pub fn leads(team: &str) -> NoticeAudience {
    let mut audience = NoticeAudience { team: team.to_owned(), ..NoticeAudience::default() };
    audience.set_function(StaffFunction::TeamLead);
    audience
}

/// A request about a review that opened; the audiences are still to be named.
pub fn review(code: &str) -> CreateNoticeRequest {
    let case = format!("{JOBCENTER}/cases/{ID}");
    let duty = format!("{case}/episodes/{ID}/duties/{ID}");
    CreateNoticeRequest {
        parent: JOBCENTER.to_owned(),
        cause: Some(NoticeCause { resource: duty.clone(), code: code.to_owned() }),
        template: "review-opened".to_owned(),
        subjects: vec![duty, case],
        due_date: Some(lotse_proto::Date { year: 2026, month: 9, day: 9 }),
        audiences: Vec::new(),
        business_time: Some(prost_types::Timestamp { seconds: 1_786_000_000, nanos: 0 }),
        request_id: fresh(),
        duty_count: 0,
    }
}

/// Checks code and reason of a refusal.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: Result<T, Status>, code: Code, reason: &str) -> Status {
    let status = answer.expect_err("a refusal");
    assert_eq!(status.code(), code, "{status:?}");
    let info = status.get_details_error_info().expect("an error info");
    assert_eq!((info.domain.as_str(), info.reason.as_str()), ("lotse", reason));
    status
}

/// The fields of a refusal with violations.
pub fn fields(status: &Status) -> Vec<String> {
    let request = status.get_details_bad_request().expect("field violations");
    request.field_violations.into_iter().map(|violation| violation.field).collect()
}
