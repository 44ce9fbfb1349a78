//! Worklists and search as people ask for them, over synthetic jobcenters, beside the reading of one row.

mod region;
mod report;

use std::time::{Duration, Instant};

use anyhow::Context as _;
use lotse_proto::cases::{
    self as contract, case_service_client::CaseServiceClient, duty_service_client::DutyServiceClient,
};
use serde::Serialize;
use sqlx::PgPool;
use tokio::task::JoinSet;
use tonic::{metadata::AsciiMetadataValue, transport::Channel};

use super::{
    load::{Figures, Taken, signed},
    office::{bearer, connect},
    progress,
    yardstick::{self, Yardstick},
};
use crate::stack::{DATABASE, apart::Apart, person_token};
use region::{Officer, Region};
pub(super) use region::{STAFF, TOWN, shares};

/// The only role that is asked.
pub(super) const SERVICE: &str = "cases";
/// People of each kind who ask.
const ASKERS: i64 = 16;
/// Pages before a deep one, where a list has as many.
const DEEP: usize = 20;
/// Milliseconds for 99 of 100 worklists: the goal.
const GOAL_WORKLIST_MS: f64 = 50.0;
/// Milliseconds for 99 of 100 searches: the goal.
const GOAL_SEARCH_MS: f64 = 150.0;

/// How much there is, and how long it is asked for.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct WorklistsPlan {
    /// Synthetic jobcenters, the first of them the largest.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i32).range(1..=200))]
    jobcenters: i32,
    /// Open episodes in all of them, with four duties each.
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(i32).range(1..=2_000_000))]
    episodes: i32,
    /// Duties in all of them; those beyond four of each episode are checks of people outside case management.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(i32).range(4..=10_000_000))]
    duties: i32,
    /// How long each question is asked, in seconds.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// People who ask at the same time, and sessions of pgbench.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    clients: u16,
}

impl WorklistsPlan {
    /// The plan, when there are duties enough for its episodes.
    ///
    /// # Errors
    /// When there are not.
    pub(super) fn sound(self) -> anyhow::Result<Self> {
        let least = 4 * i64::from(self.episodes);
        anyhow::ensure!(
            i64::from(self.duties) >= least,
            "each episode has four duties: --duties must be at least {least}"
        );
        Ok(self)
    }
}

/// What asking came to.
#[derive(Debug, Clone, Serialize)]
pub struct Worklists {
    /// Synthetic jobcenters.
    pub jobcenters: i32,
    /// Open episodes.
    pub episodes: i64,
    /// Duties, settled and not.
    pub duties: i64,
    /// Cases, in case management and outside.
    pub cases: i64,
    /// How long it took to make them, in seconds.
    pub fill_seconds: f64,
    /// People who asked at the same time.
    pub clients: usize,
    /// How long each question was asked, in seconds.
    pub seconds: u64,
    /// Whether this build is optimised; figures of another one say nothing.
    pub optimised: bool,
    /// Cores of the machine, shared by clients, service and database.
    pub cores: usize,
    /// The bare database reading one row by its key, as many sessions as clients.
    pub yardstick: Yardstick,
    /// Question by question.
    pub questions: Vec<Question>,
}

/// One question, asked by many.
#[derive(Debug, Clone, Serialize)]
pub struct Question {
    /// What is asked.
    pub what: String,
    /// What it came to.
    pub figures: Figures,
    /// Entries of an answer, on average.
    pub entries: f64,
    /// The 99th percentile as a multiple of the mean of the yardstick.
    pub multiple: f64,
    /// Most milliseconds for the 99th percentile.
    pub goal_ms: f64,
}

/// Fills the jobcenters and asks.
pub(super) async fn measure(stack: &Apart, plan: WorklistsPlan) -> anyhow::Result<Worklists> {
    let pool = PgPool::connect(&stack.servers().database_url(DATABASE)).await?;
    let measured = measure_on(stack, &pool, plan).await;
    pool.close().await;
    measured
}

async fn measure_on(stack: &Apart, pool: &PgPool, plan: WorklistsPlan) -> anyhow::Result<Worklists> {
    let outside = plan.duties - 4 * plan.episodes;
    progress(&format!("{} episodes and {outside} people outside in {} jobcenters", plan.episodes, plan.jobcenters));
    let began = Instant::now();
    let region = Region::fill(stack, pool, (plan.jobcenters, plan.episodes, outside)).await?;
    let fill_seconds = began.elapsed().as_secs_f64();
    let (lasting, clients) = (Duration::from_secs(plan.seconds), usize::from(plan.clients));
    yardstick::prepare(stack.servers()).await?;
    progress("Yardstick: pgbench -S");
    let yardstick = yardstick::measure_reading(stack.servers(), lasting, clients).await?;
    let mut channels = Vec::new();
    for _ in 0..clients {
        channels.push(connect(stack).await?);
    }
    let mut questions = Vec::new();
    for (what, goal_ms, inquiries) in inquiries(stack, pool, &channels[0]).await? {
        progress(&what);
        // Once each before the measurement: the first plan of a statement belongs to the start of a service.
        for inquiry in inquiries.iter().take(clients) {
            inquiry.ask(&channels[0]).await?;
        }
        let (figures, entries) = ask(&channels, &inquiries, lasting).await?;
        let multiple = figures.p99_ms / yardstick.mean_ms;
        questions.push(Question { what, figures, entries, multiple, goal_ms });
    }
    Ok(Worklists {
        jobcenters: plan.jobcenters,
        episodes: region.episodes,
        duties: region.duties,
        cases: region.cases,
        fill_seconds,
        clients,
        seconds: plan.seconds,
        optimised: !cfg!(debug_assertions),
        cores: std::thread::available_parallelism().map_or(0, usize::from),
        yardstick,
        questions,
    })
}

/// Somebody's request.
#[derive(Debug, Clone)]
struct Inquiry {
    token: AsciiMetadataValue,
    request: Asked,
}

#[derive(Debug, Clone)]
enum Asked {
    Duties(contract::ListDutiesRequest),
    Search(contract::SearchCasesRequest),
}

impl Inquiry {
    /// Asks, and counts the entries of the answer.
    async fn ask(&self, channel: &Channel) -> anyhow::Result<usize> {
        Ok(match &self.request {
            Asked::Duties(request) => self.duties(channel, request.clone()).await?.duties.len(),
            Asked::Search(request) => {
                let mut client = CaseServiceClient::new(channel.clone());
                client.search_cases(signed(request.clone(), &self.token)).await?.into_inner().cases.len()
            }
        })
    }

    async fn duties(
        &self,
        channel: &Channel,
        request: contract::ListDutiesRequest,
    ) -> anyhow::Result<contract::ListDutiesResponse> {
        let mut client = DutyServiceClient::new(channel.clone());
        Ok(client.list_duties(signed(request, &self.token)).await?.into_inner())
    }

    /// The same question for a page far down.
    async fn deep(mut self, channel: &Channel) -> anyhow::Result<Self> {
        let Asked::Duties(mut request) = self.request.clone() else { return Ok(self) };
        for _ in 0..DEEP {
            let page = self.duties(channel, request.clone()).await?;
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        self.request = Asked::Duties(request);
        Ok(self)
    }
}

/// Each question with its goal, as those people ask it whose day it is.
async fn inquiries(
    stack: &Apart,
    pool: &PgPool,
    channel: &Channel,
) -> anyhow::Result<Vec<(String, f64, Vec<Inquiry>)>> {
    use contract::{Population, WorklistScope as Scope};
    let issuer = stack.issuer();
    let by = |officer: &Officer, request: Asked| -> anyhow::Result<Inquiry> {
        let roles = [officer.role.to_owned()];
        let token = bearer(&person_token(&issuer, &officer.subject, Some(&officer.jobcenter), &roles)?)?;
        Ok(Inquiry { token, request })
    };
    let mut all = Vec::new();
    for (role, who) in
        [("case-manager", "case manager"), ("team-lead", "team lead"), ("placement-officer", "placement officer")]
    {
        let officers = Officer::some(pool, role, ASKERS).await?;
        anyhow::ensure!(!officers.is_empty(), "nobody has the role {role}");
        let lists = |scope: Scope, population: Population| -> anyhow::Result<Vec<Inquiry>> {
            let request = |officer: &Officer| contract::ListDutiesRequest {
                parent: format!("jobcenters/{}", officer.jobcenter),
                scope: scope.into(),
                population: population.into(),
                ..contract::ListDutiesRequest::default()
            };
            officers.iter().map(|officer| by(officer, Asked::Duties(request(officer)))).collect()
        };
        let scopes: &[(&str, Scope, Population)] = match role {
            "case-manager" => &[("own", Scope::Own, Population::Unspecified)],
            "team-lead" => &[
                ("team", Scope::Team, Population::Unspecified),
                ("team, in case management", Scope::Team, Population::InCaseManagement),
            ],
            _ => &[
                ("own, outside", Scope::Own, Population::Outside),
                ("jobcenter", Scope::Jobcenter, Population::Unspecified),
            ],
        };
        for (name, scope, population) in scopes {
            let first = lists(*scope, *population)?;
            let mut deep = Vec::new();
            for inquiry in &first {
                deep.push(inquiry.clone().deep(channel).await?);
            }
            all.push((format!("Worklist of a {who}: {name}"), GOAL_WORKLIST_MS, first));
            all.push((format!("… {name}, a page far down"), GOAL_WORKLIST_MS, deep));
        }
    }
    let officers = Officer::some(pool, "case-manager", ASKERS).await?;
    for (what, query) in region::QUERIES {
        let search = |officer: &Officer| contract::SearchCasesRequest {
            parent: format!("jobcenters/{}", officer.jobcenter),
            query: query(officer),
            ..contract::SearchCasesRequest::default()
        };
        let asked: Vec<Inquiry> = officers
            .iter()
            .map(|officer| by(officer, Asked::Search(search(officer))))
            .collect::<anyhow::Result<_>>()?;
        all.push((format!("Search: {what}"), GOAL_SEARCH_MS, asked));
    }
    Ok(all)
}

/// Everybody asks one after the other, as many at a time as there are channels.
async fn ask(channels: &[Channel], inquiries: &[Inquiry], lasting: Duration) -> anyhow::Result<(Figures, f64)> {
    let mut tasks = JoinSet::new();
    let began = Instant::now();
    for (index, channel) in channels.iter().cloned().enumerate() {
        let mut turns: Vec<Inquiry> = inquiries.to_vec();
        turns.rotate_left(index % inquiries.len().max(1));
        tasks.spawn(async move {
            let (mut taken, mut entries) = (Taken::new()?, 0);
            for inquiry in turns.iter().cycle() {
                if began.elapsed() >= lasting {
                    break;
                }
                let from = Instant::now();
                entries += inquiry.ask(&channel).await?;
                taken.note(from);
            }
            anyhow::Ok((taken, entries))
        });
    }
    let (mut all, mut entries) = (Taken::new()?, 0);
    while let Some(ended) = tasks.join_next().await {
        let (taken, counted) = ended??;
        all.join(&taken)?;
        entries += counted;
    }
    let figures = all.figures(began.elapsed());
    anyhow::ensure!(figures.done > 0, "nothing was answered");
    let entries = u32::try_from(entries).context("too many entries to count")?;
    #[expect(clippy::cast_precision_loss, reason = "a mean for readers, far below 2^52")]
    let mean = f64::from(entries) / figures.done as f64;
    Ok((figures, mean))
}
