//! The simulation of a policy version over a large caseload, beside the bare reading of the same rows.

use std::time::Instant;

use anyhow::Context as _;
use jiff::ToSpan as _;
use lotse_platform::{clock::BusinessClock, fields::contract_date};
use lotse_proto::cases::{self as contract, policy_parameter::Value, policy_service_client::PolicyServiceClient};
use serde::Serialize;
use sqlx::{PgPool, Row as _};
use uuid::Uuid;

use super::office::{Office, fresh};
use crate::stack::{DATABASE, apart::Apart};

/// The tenant of the caseload.
const JOBCENTER: &str = "planhausen";
/// Copies made in one statement.
const COPIES: i32 = 10_000;

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
    let office = Office::open(stack, JOBCENTER).await?;
    let episode = office.admitted().await?;
    fill(pool, &episode, episodes - 1).await?;
    let bare = Instant::now();
    let read = "SELECT e.facts, d.facts FROM cases.episodes e JOIN cases.duties d ON d.episode_id = e.episode_id \
                WHERE e.jobcenter_id = $1 AND d.kind = 'CONTINUATION_REVIEW'";
    let rows = sqlx::query(read).bind(JOBCENTER).fetch_all(pool).await?;
    let bare_seconds = bare.elapsed().as_secs_f64();
    anyhow::ensure!(rows.len() == usize::try_from(episodes)?, "{} rows instead of {episodes}", rows.len());
    drop(rows);
    let drafted = draft(&office).await?;
    let began = Instant::now();
    let moved = simulate(&office, drafted).await?;
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

/// A draft of reviews every four months from tomorrow on, which takes open ones over.
async fn draft(office: &Office) -> anyhow::Result<String> {
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
    let parent = office.parent();
    let draft = contract::DraftPolicyRequest { parent, policy: Some(policy), request_id: fresh() };
    let mut policies = PolicyServiceClient::new(office.channel.clone());
    Ok(policies.draft_policy(office.by(2, draft)).await?.into_inner().name)
}

/// Reads a simulation to its end; how many episodes change.
async fn simulate(office: &Office, name: String) -> anyhow::Result<i32> {
    let mut policies = PolicyServiceClient::new(office.channel.clone());
    let request = office.by(2, contract::SimulatePolicyRequest { name });
    let mut parts = policies.simulate_policy(request).await?.into_inner();
    let mut summary = None;
    while let Some(part) = parts.message().await? {
        summary = part.summary.or(summary);
    }
    let counts = summary.and_then(|summary| summary.counts).context("the simulation was cut short")?;
    Ok(counts.episodes)
}
