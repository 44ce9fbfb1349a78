//! A jobcenter with its people, one case, and what cases would say about them.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use futures::future::BoxFuture;
use jiff::civil::{Date, date};
use lotse_devstack::service::{Client, Service};
use lotse_platform::case_access::{CaseAccess, CasesError};
use lotse_proto::{
    cases::{
        CaseFacts, JobcenterRules, OlderEpisode, OpenDuties, OpenStep, Place, Policy, PolicyFact, PolicyKey,
        PolicyParameter, PolicyScope, policy_parameter,
    },
    providers::{
        self as contract, provider_service_client::ProviderServiceClient,
        referral_process_service_client::ReferralProcessServiceClient, referral_service_client::ReferralServiceClient,
    },
};
use lotse_providers::{SCHEMA, migrations, role};
use tonic::{Code, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

/// The day on which tests of this service happen, a Monday.
pub const TODAY: Date = date(2026, 3, 2);

/// The case with an episode in an active phase.
pub const CASE: &str = "jobcenters/musterstadt/cases/018f3e5c-0000-7000-8000-000000000001";
/// A case without one.
pub const IDLE_CASE: &str = "jobcenters/musterstadt/cases/018f3e5c-0000-7000-8000-000000000002";
/// A case of another team, with an episode in an active phase.
pub const CLARAS_CASE: &str = "jobcenters/musterstadt/cases/018f3e5c-0000-7000-8000-000000000004";
/// A case while cases is away.
pub const FAR_CASE: &str = "jobcenters/musterstadt/cases/018f3e5c-0000-7000-8000-000000000003";
/// A case of a jobcenter in Saxony that gives providers five working days, hears of silence every three days and
/// wants a report every four months at least.
pub const LOCAL_CASE: &str = "jobcenters/musterstadt/cases/018f3e5c-0000-7000-8000-000000000005";
/// The case manager.
pub const ANNA: &str = "jobcenters/musterstadt/staff/018f3e5c-0000-7000-8000-00000000000a";

/// A case manager of another team.
pub const CLARA: &str = "jobcenters/musterstadt/staff/018f3e5c-0000-7000-8000-00000000000c";

fn local_rules() -> JobcenterRules {
    let version = |key: PolicyKey, fact: PolicyFact, numbers: &[(&str, i32)]| {
        let number = |(name, number): &(&str, i32)| PolicyParameter {
            name: (*name).to_owned(),
            value: Some(policy_parameter::Value::Number(*number)),
            unit: String::new(),
        };
        Policy {
            key: key.into(),
            version: 1,
            scope: PolicyScope::Jobcenter.into(),
            valid_from_date: Some(day(2026, 1, 1)),
            legal_basis: "Ermessensrichtlinie".to_owned(),
            parameters: numbers.iter().map(number).collect(),
            fact: fact.into(),
            open_duties: OpenDuties::Keep.into(),
            ..Policy::default()
        }
    };
    let answer = [("answer_working_days", 5), ("waiting_days", 14)];
    let report = [("months", 2), ("longest_months", 4), ("opening_days", 14)];
    let escalation =
        [("interval_days", 3), ("longest_pause_days", 28), ("provider_lead_round", 2), ("provider_days", 84)];
    JobcenterRules {
        place: Some(Place { land: "SN".to_owned(), ..Place::default() }),
        policies: vec![
            version(PolicyKey::Referral, PolicyFact::ReferralSent, &answer),
            version(PolicyKey::Escalation, PolicyFact::Overdue, &escalation),
            version(PolicyKey::ProviderReport, PolicyFact::ServiceStart, &report),
        ],
    }
}

/// Cases as its contract says, without its database: what this service asks for and nothing else. As soon as there is an older episode,
/// another one runs.
struct CasesNextDoor {
    older: Older,
}

type Older = Arc<Mutex<Vec<OlderEpisode>>>;

impl CaseAccess for CasesNextDoor {
    fn latest_facts<'a>(&'a self, case: &'a str) -> BoxFuture<'a, Result<Arc<CaseFacts>, CasesError>> {
        self.facts(case, "")
    }

    fn facts<'a>(&'a self, case: &'a str, subject: &'a str) -> BoxFuture<'a, Result<Arc<CaseFacts>, CasesError>> {
        let staff = |letter: char| format!("jobcenters/musterstadt/staff/018f3e5c-0000-7000-8000-00000000000{letter}");
        let (caller_staff_member, caller_team) = match subject {
            "anna" => (ANNA.to_owned(), "ue25"),
            "bernd" => (staff('b'), ""),
            "clara" => (staff('c'), "u25"),
            "doris" => (staff('d'), "ue25"),
            _ => (String::new(), ""),
        };
        let (team, case_manager) = if case == CLARAS_CASE { ("u25", staff('c')) } else { ("ue25", ANNA.to_owned()) };
        let mut older = self.older.lock().expect("nobody panicked").clone();
        older.retain(|older| older.episode.starts_with(case));
        let running = if older.is_empty() { "e1" } else { "e2" };
        let facts = CaseFacts {
            case: case.to_owned(),
            team: team.to_owned(),
            placement_officer: staff('b'),
            case_manager,
            current_episode: format!("{case}/episodes/018f3e5c-0000-7000-8000-0000000000{running}"),
            episode_active: case != IDLE_CASE,
            caller_staff_member,
            caller_team: caller_team.to_owned(),
            rules: (case == LOCAL_CASE).then(local_rules),
            older_episodes: older,
            open_steps: vec![OpenStep { goal_key: "schulden".to_owned(), step_key: "beratung".to_owned() }],
        };
        let answer = match case {
            CASE | IDLE_CASE | CLARAS_CASE | LOCAL_CASE => Ok(Arc::new(facts)),
            FAR_CASE => Err(CasesError::Unavailable(Box::new(Status::unavailable("away")))),
            _ => Err(CasesError::NotFound),
        };
        Box::pin(async { answer })
    }
}

/// The running service.
pub struct House {
    pub service: Service,
    older: Older,
}

/// A request id that is the same for the same words.
pub fn request_id(words: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, words.as_bytes()).to_string()
}

/// A request id that no other call has.
pub fn fresh() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    request_id(&format!("fresh {}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// Code and reason of a refusal.
pub fn refusal<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, String) {
    let status = answer.expect_err("a refusal");
    (status.code(), status.get_details_error_info().map(|info| info.reason).unwrap_or_default())
}

/// The fields a refusal complains of.
pub fn violations<T: std::fmt::Debug>(answer: Result<T, Status>) -> Vec<String> {
    let bad = answer.expect_err("a refusal").get_details_bad_request().expect("fields are named");
    bad.field_violations.into_iter().map(|violation| violation.field).collect()
}

/// A day as the contract writes it.
pub const fn day(year: i32, month: i32, day: i32) -> lotse_proto::Date {
    lotse_proto::Date { year, month, day }
}

impl House {
    pub async fn open() -> Self {
        let older = Older::default();
        let next_door = Arc::new(CasesNextDoor { older: older.clone() });
        let build = |database, clock| Ok(role::surfaces(&role::office(database, clock, next_door)?));
        Self { service: Service::start(SCHEMA, migrations(), TODAY, build).await.expect("the service starts"), older }
    }

    /// Lets the episode of a referral become an older one in aftercare, and another one run.
    pub fn proposed_again(&self, referral: &contract::Referral, case_manager: &str) {
        let (episode, case_manager) = (referral.episode.clone(), case_manager.to_owned());
        self.older.lock().expect("nobody panicked").push(OlderEpisode { episode, case_manager });
    }

    /// A client of the public API as one of the people.
    pub fn client(&self, subject: &str, role: &str) -> Client {
        self.service.person(subject, Some("musterstadt"), &[role]).expect("a token")
    }

    /// The provider coordinator's client of the register.
    pub fn paula(&self) -> ProviderServiceClient<Client> {
        ProviderServiceClient::new(self.client("paula", "provider-coordinator"))
    }

    /// Somebody's client of the referrals.
    pub fn referrals(&self, subject: &str, role: &str) -> ReferralServiceClient<Client> {
        ReferralServiceClient::new(self.client(subject, role))
    }

    /// The case manager's client of the referrals.
    pub fn anna(&self) -> ReferralServiceClient<Client> {
        self.referrals("anna", "case-manager")
    }

    /// A worker's client.
    pub fn worker(&self) -> ReferralProcessServiceClient<Client> {
        ReferralProcessServiceClient::new(self.service.sibling("worker").expect("a token"))
    }

    /// A registered offer.
    pub async fn offer(&self) -> contract::Offer {
        let provider = self.paula().register_provider(provider("Träger")).await.expect("a provider").into_inner();
        self.paula().register_offer(offer(&provider.name)).await.expect("an offer").into_inner()
    }

    /// A draft of the case.
    pub async fn draft(&self) -> contract::Referral {
        let offer = self.offer().await;
        self.anna().create_referral(create(CASE, &offer.name)).await.expect("a draft").into_inner()
    }

    /// A sent referral.
    pub async fn sent(&self) -> contract::Referral {
        let draft = self.draft().await;
        self.anna().send_referral(send(&draft)).await.expect("sent").into_inner()
    }

    /// An accepted referral.
    pub async fn accepted(&self) -> contract::Referral {
        let sent = self.sent().await;
        self.anna().record_answer(accept(&sent)).await.expect("accepted").into_inner()
    }

    /// A service under way.
    pub async fn running(&self) -> contract::Referral {
        let accepted = self.accepted().await;
        self.anna().start_referral(start(&accepted)).await.expect("running").into_inner()
    }

    /// The database as the relay's role, which `lotse reconcile` uses.
    pub async fn relay(&self) -> sqlx::PgPool {
        let pool = sqlx::postgres::PgPoolOptions::new().max_connections(1);
        let options = self.service.owner().connect_options().as_ref().clone();
        pool.connect_with(options.username("lotse_providers_relay")).await.expect("the relay's role")
    }

    /// How many rows of a kind the database holds, past every wall.
    pub async fn count(&self, what: &'static str) -> i64 {
        sqlx::query_scalar(what).fetch_one(self.service.owner()).await.expect("a count")
    }

    /// The codes of the events in the outbox, in order.
    pub async fn events(&self) -> Vec<String> {
        let codes = "SELECT kind || ' ' || (payload->>'kind') FROM outbox_events ORDER BY seq";
        sqlx::query_scalar(codes).fetch_all(self.service.owner()).await.expect("the outbox")
    }
}

/// A registration of a provider.
pub fn provider(name: &str) -> contract::RegisterProviderRequest {
    contract::RegisterProviderRequest {
        parent: "jobcenters/musterstadt".into(),
        provider: Some(contract::Provider {
            display_name: name.into(),
            email: "post@traeger.example".into(),
            address_lines: vec!["Am Markt 1".into()],
            ..Default::default()
        }),
        request_id: request_id(name),
    }
}

/// A registration of an offer.
pub fn offer(provider: &str) -> contract::RegisterOfferRequest {
    contract::RegisterOfferRequest {
        parent: provider.into(),
        offer: Some(contract::Offer {
            title: "Schuldnerberatung".into(),
            service_type: contract::ServiceType::DebtCounselling.into(),
            legal_basis: "§ 16a Nr. 2 SGB II".into(),
            places: 10,
            ..Default::default()
        }),
        request_id: request_id("offer"),
    }
}

/// A new draft.
pub fn create(case: &str, offer: &str) -> contract::CreateReferralRequest {
    contract::CreateReferralRequest {
        parent: case.into(),
        referral: Some(contract::Referral { offer: offer.into(), ..Default::default() }),
        request_id: request_id("draft"),
    }
}

/// The sending.
pub fn send(referral: &contract::Referral) -> contract::SendReferralRequest {
    let (name, etag) = (referral.name.clone(), referral.etag.clone());
    contract::SendReferralRequest { name, etag, request_id: request_id("send") }
}

/// The answer yes.
pub fn accept(referral: &contract::Referral) -> contract::RecordAnswerRequest {
    contract::RecordAnswerRequest {
        name: referral.name.clone(),
        etag: referral.etag.clone(),
        request_id: request_id("answer"),
        answered_date: Some(day(2026, 3, 2)),
        answer: Some(contract::record_answer_request::Answer::Accept(contract::Acceptance {})),
    }
}

/// The answer no.
pub fn decline(referral: &contract::Referral, reason: contract::DeclineReason) -> contract::RecordAnswerRequest {
    let refusal = contract::Refusal { reason: reason.into() };
    let answer = Some(contract::record_answer_request::Answer::Decline(refusal));
    contract::RecordAnswerRequest { answer, ..accept(referral) }
}

/// The beginning.
pub fn start(referral: &contract::Referral) -> contract::StartReferralRequest {
    contract::StartReferralRequest {
        name: referral.name.clone(),
        etag: referral.etag.clone(),
        request_id: request_id("start"),
        start_date: Some(day(2026, 3, 2)),
    }
}

/// A report.
pub fn report(referral: &contract::Referral) -> contract::RecordReportRequest {
    contract::RecordReportRequest {
        name: referral.name.clone(),
        etag: referral.etag.clone(),
        request_id: request_id("report"),
        report: Some(contract::Report {
            received_date: Some(day(2026, 3, 2)),
            attendance: contract::Attendance::Regular.into(),
            progress: contract::Progress::OnTrack.into(),
            new_needs: true,
            expected_end_date: Some(day(2026, 9, 30)),
        }),
    }
}

/// The end.
pub fn complete(referral: &contract::Referral) -> contract::CompleteReferralRequest {
    contract::CompleteReferralRequest {
        name: referral.name.clone(),
        etag: referral.etag.clone(),
        request_id: request_id("complete"),
        end_date: Some(day(2026, 3, 2)),
        result: contract::ReferralResult::Attained.into(),
    }
}

/// The break-off.
pub fn break_off(referral: &contract::Referral) -> contract::BreakOffReferralRequest {
    contract::BreakOffReferralRequest {
        name: referral.name.clone(),
        etag: referral.etag.clone(),
        request_id: request_id("break-off"),
        end_date: Some(day(2026, 3, 2)),
        reason: contract::BreakOffReason::WorkStarted.into(),
    }
}

/// The revocation.
pub fn revoke(referral: &contract::Referral) -> contract::RevokeReferralRequest {
    contract::RevokeReferralRequest {
        name: referral.name.clone(),
        etag: referral.etag.clone(),
        request_id: request_id("revoke"),
        reason: contract::RevokeReason::NeedGone.into(),
    }
}
