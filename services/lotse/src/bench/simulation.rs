//! The simulation of a policy version over a large caseload, beside the bare reading of the same rows.

use std::time::Instant;

use anyhow::Context as _;
use jiff::ToSpan as _;
use lotse_platform::{
    clock::{BusinessClock, WallClock},
    fields::contract_date,
};
use lotse_proto::cases::{
    self as contract, case_service_client::CaseServiceClient, decide_admission_request::Decision,
    episode_service_client::EpisodeServiceClient, jobcenter_service_client::JobcenterServiceClient,
    policy_parameter::Value, policy_service_client::PolicyServiceClient, staff_service_client::StaffServiceClient,
};
use serde::Serialize;
use sqlx::{PgPool, Row as _};
use tonic::{Request, metadata::AsciiMetadataValue, transport::Channel};
use uuid::Uuid;

use crate::stack::{DATABASE, apart::Apart, person_token};

/// The tenant of the caseload.
const JOBCENTER: &str = "planhausen";
/// Copies made in one statement.
const COPIES: i32 = 10_000;
/// The placement officer who registers and votes, the case manager, and the team lead who drafts.
const PEOPLE: [(&str, &str, contract::StaffFunction); 3] = [
    ("brandt", "placement-officer", contract::StaffFunction::PlacementOfficer),
    ("ahrens", "case-manager", contract::StaffFunction::CaseManager),
    ("decker", "team-lead", contract::StaffFunction::TeamLead),
];

/// What a simulation came to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Simulation {
    /// Open episodes of the jobcenter; every one of them moves.
    pub episodes: i32,
    /// Until the summary was read, in seconds.
    pub seconds: f64,
    /// What it takes to read the same rows with a bare `SELECT`, in seconds: the yardstick.
    pub bare_seconds: f64,
}

/// Fills a jobcenter of its own with copies of one admitted episode and simulates a shorter interval of its reviews.
pub(super) async fn measure(stack: &Apart, episodes: i32) -> anyhow::Result<Simulation> {
    let pool = PgPool::connect(&stack.servers().database_url(DATABASE)).await?;
    let measured = measure_on(stack, &pool, episodes).await;
    pool.close().await;
    measured
}

async fn measure_on(stack: &Apart, pool: &PgPool, episodes: i32) -> anyhow::Result<Simulation> {
    let desk = Desk::open(stack).await?;
    let episode = desk.admitted().await?;
    fill(pool, &episode, episodes - 1).await?;
    let bare = Instant::now();
    let read = "SELECT e.facts, d.facts FROM cases.episodes e JOIN cases.duties d ON d.episode_id = e.episode_id \
                WHERE e.jobcenter_id = $1 AND d.kind = 'CONTINUATION_REVIEW'";
    let rows = sqlx::query(read).bind(JOBCENTER).fetch_all(pool).await?;
    let bare_seconds = bare.elapsed().as_secs_f64();
    anyhow::ensure!(rows.len() == usize::try_from(episodes)?, "{} rows instead of {episodes}", rows.len());
    drop(rows);
    let draft = desk.draft().await?;
    let began = Instant::now();
    let moved = desk.simulate(draft).await?;
    anyhow::ensure!(moved == episodes, "{moved} of {episodes} episodes move");
    Ok(Simulation { episodes, seconds: began.elapsed().as_secs_f64(), bare_seconds })
}

/// Copies an episode with its duties, past every wall.
async fn fill(pool: &PgPool, episode: &str, copies: i32) -> anyhow::Result<()> {
    let id: Uuid = episode.rsplit('/').next().context("an episode without id")?.parse()?;
    let mut missing = copies;
    while missing > 0 {
        let now = missing.min(COPIES);
        sqlx::query(COPY).bind(id).bind(now).execute(pool).await?;
        missing -= now;
    }
    sqlx::raw_sql("ANALYZE cases.episodes, cases.duties").execute(pool).await?;
    let held = sqlx::query("SELECT count(*) AS held FROM cases.episodes WHERE jobcenter_id = $1").bind(JOBCENTER);
    let held: i64 = held.fetch_one(pool).await?.try_get("held")?;
    anyhow::ensure!(held == i64::from(copies) + 1, "{held} episodes were made instead of {copies} copies");
    Ok(())
}

const COPY: &str = r"
    WITH copies AS (
        INSERT INTO cases.episodes (episode_id, jobcenter_id, case_id, version, phase, facts, generation, outbox_seq, created_at,
                                    case_manager_id, assigned_on)
        SELECT gen_random_uuid(), jobcenter_id, case_id, version, phase, facts, generation, outbox_seq, created_at, case_manager_id,
               assigned_on
        FROM cases.episodes, generate_series(1, $2)
        WHERE episode_id = $1
        RETURNING episode_id
    ), named AS (
        SELECT gen_random_uuid() AS copied_id, c.episode_id AS copy_id, d.*
        FROM cases.duties d, copies c
        WHERE d.episode_id = $1
    )
    INSERT INTO cases.duties (duty_id, jobcenter_id, case_id, episode_id, kind, slot, revision, state, opens_on, target_on, due_on,
                              overdue_after_on, owner_id, team, facts)
    SELECT copied_id, jobcenter_id, case_id, copy_id, kind, slot, revision, state, opens_on, target_on, due_on, overdue_after_on,
           owner_id, team,
           jsonb_set(facts, '{name}', to_jsonb(
               format('jobcenters/%s/cases/%s/episodes/%s/duties/%s', jobcenter_id, case_id, copy_id, copied_id)))
    FROM named
";

/// A jobcenter and its three people.
struct Desk {
    channel: Channel,
    /// Tokens and resource names in the order of [`PEOPLE`].
    people: Vec<(AsciiMetadataValue, String)>,
}

fn bearer(token: &str) -> anyhow::Result<AsciiMetadataValue> {
    Ok(format!("Bearer {token}").parse()?)
}

fn fresh() -> String {
    WallClock.new_id().to_string()
}

fn words() -> String {
    "Wie besprochen.".to_owned()
}

impl Desk {
    async fn open(stack: &Apart) -> anyhow::Result<Self> {
        let cases = stack.addresses().into_iter().find(|address| address.service == "cases").context("no cases")?;
        let channel = Channel::from_shared(format!("http://{}", cases.public))?.tcp_nodelay(true).connect().await?;
        let issuer = stack.issuer();
        let admin = bearer(&person_token(&issuer, "operator", None, &["administrator".to_owned()])?)?;
        let jobcenter = contract::RegisterJobcenterRequest {
            jobcenter_id: JOBCENTER.to_owned(),
            jobcenter: Some(contract::Jobcenter {
                display_name: "Jobcenter Planhausen".to_owned(),
                land: "NW".to_owned(),
                municipality: "05515000".to_owned(),
                address_lines: vec!["Am Kalender 1".to_owned()],
                ..contract::Jobcenter::default()
            }),
            request_id: fresh(),
        };
        JobcenterServiceClient::new(channel.clone()).register_jobcenter(with(jobcenter, admin.clone())).await?;
        let mut people = Vec::new();
        for (subject, role, function) in PEOPLE {
            let hired = contract::RegisterStaffMemberRequest {
                parent: format!("jobcenters/{JOBCENTER}"),
                staff_member: Some(contract::StaffMember {
                    subject: subject.to_owned(),
                    display_name: subject.to_owned(),
                    email: format!("{subject}@planhausen.example"),
                    team: "ue25".to_owned(),
                    functions: vec![function.into()],
                    ..contract::StaffMember::default()
                }),
                request_id: fresh(),
            };
            let hired =
                StaffServiceClient::new(channel.clone()).register_staff_member(with(hired, admin.clone())).await?;
            let token = person_token(&issuer, subject, Some(JOBCENTER), &[role.to_owned()])?;
            people.push((bearer(&token)?, hired.into_inner().name));
        }
        Ok(Self { channel, people })
    }

    /// A message of one of the people.
    fn by<T>(&self, person: usize, message: T) -> Request<T> {
        with(message, self.people[person].0.clone())
    }

    /// An episode that was admitted today: with its first talk, its first review and its limit.
    async fn admitted(&self) -> anyhow::Result<String> {
        let today = Some(contract_date(BusinessClock::wall().today().await?));
        let need = |obstacle: &str| contract::NeedForAction {
            key_group: contract::KeyGroup::Circumstances.into(),
            obstacle: obstacle.to_owned(),
            severity: 2,
        };
        let case = contract::Case {
            person: Some(contract::Person {
                given_name: "Erika".to_owned(),
                family_name: "Muster".to_owned(),
                birth_date: Some(lotse_proto::Date { year: 1990, month: 5, day: 17 }),
                customer_number: "P000000001".to_owned(),
                address_lines: vec!["Lindenweg 4".to_owned(), "12345 Planhausen".to_owned()],
            }),
            benefit_unit_number: "B000000001".to_owned(),
            team: "ue25".to_owned(),
            placement_officer: self.people[0].1.clone(),
            profile: Some(contract::Profile {
                r#type: contract::ProfileType::Stabilisierungsprofil.into(),
                established_date: today,
                needs: vec![need("Wohnung"), need("Schulden"), need("Kinderbetreuung")],
            }),
            ..contract::Case::default()
        };
        let parent = format!("jobcenters/{JOBCENTER}");
        let register = contract::RegisterCaseRequest { parent, case: Some(case), request_id: fresh() };
        let case = CaseServiceClient::new(self.channel.clone()).register_case(self.by(0, register)).await?.into_inner();
        let mut episodes = EpisodeServiceClient::new(self.channel.clone());
        let propose = contract::ProposeEpisodeRequest {
            parent: case.name,
            signal_source: contract::SignalSource::PlacementTalk.into(),
            criteria: Some(contract::CriteriaSheet {
                lacking_abilities: words(),
                reasons_in_person: words(),
                expected_progress: words(),
            }),
            request_id: fresh(),
        };
        let proposed = episodes.propose_episode(self.by(0, propose)).await?.into_inner();
        let schedule = contract::ScheduleDiscussionRequest {
            name: proposed.name.clone(),
            etag: proposed.etag,
            request_id: fresh(),
            discussion_date: today,
            case_manager: self.people[1].1.clone(),
            placement_officer: self.people[0].1.clone(),
        };
        let mut etag = episodes.schedule_discussion(self.by(0, schedule)).await?.into_inner().etag;
        for person in [0, 1] {
            let vote = contract::CastVoteRequest {
                name: proposed.name.clone(),
                etag,
                request_id: fresh(),
                vote: Some(contract::Vote { admit: true, reason: words(), ..contract::Vote::default() }),
            };
            etag = episodes.cast_vote(self.by(person, vote)).await?.into_inner().etag;
        }
        let admit = contract::AdmitDecision {
            basis: contract::AdmissionBasis::ComplexProfile.into(),
            support_variant: contract::SupportVariant::Full.into(),
            ..contract::AdmitDecision::default()
        };
        let decide = contract::DecideAdmissionRequest {
            name: proposed.name.clone(),
            etag,
            request_id: fresh(),
            decision: Some(Decision::Admit(admit)),
        };
        episodes.decide_admission(self.by(1, decide)).await?;
        Ok(proposed.name)
    }

    /// A draft of reviews every four months from tomorrow on, which takes open ones over.
    async fn draft(&self) -> anyhow::Result<String> {
        let tomorrow = BusinessClock::wall().today().await?.saturating_add(1.day());
        let parameter = |name: &str, value: Value| contract::PolicyParameter {
            name: name.to_owned(),
            value: Some(value),
            ..contract::PolicyParameter::default()
        };
        let policy = contract::Policy {
            key: contract::PolicyKey::ContinuationReview.into(),
            valid_from_date: Some(contract_date(tomorrow)),
            legal_basis: "Dienstanweisung 1/2026".to_owned(),
            parameters: vec![
                parameter("months", Value::Number(4)),
                parameter("anchor", Value::Code("ASSIGNMENT_GRID".to_owned())),
                parameter("opening_days", Value::Number(30)),
                parameter("grace_working_days", Value::Number(1)),
            ],
            open_duties: contract::OpenDuties::Replan.into(),
            ..contract::Policy::default()
        };
        let parent = format!("jobcenters/{JOBCENTER}");
        let draft = contract::DraftPolicyRequest { parent, policy: Some(policy), request_id: fresh() };
        let mut policies = PolicyServiceClient::new(self.channel.clone());
        Ok(policies.draft_policy(self.by(2, draft)).await?.into_inner().name)
    }

    /// Reads a simulation to its end; how many episodes change.
    async fn simulate(&self, name: String) -> anyhow::Result<i32> {
        let mut policies = PolicyServiceClient::new(self.channel.clone());
        let request = self.by(2, contract::SimulatePolicyRequest { name });
        let mut parts = policies.simulate_policy(request).await?.into_inner();
        let mut summary = None;
        while let Some(part) = parts.message().await? {
            summary = part.summary.or(summary);
        }
        let counts = summary.and_then(|summary| summary.counts).context("the simulation was cut short")?;
        Ok(counts.episodes)
    }
}

fn with<T>(message: T, token: AsciiMetadataValue) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", token);
    request
}
