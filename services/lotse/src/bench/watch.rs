//! A day of the watch over everybody outside case management (R23): its sweep through the process API, beside a bare UPDATE of the same rows.

mod region;

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex},
    time::Instant,
};

use anyhow::Context as _;
use lotse_devstack::token::Claims;
use lotse_platform::{
    channel::acting_for,
    clock::{BusinessClock, WallClock},
    convert::timestamp,
};
use lotse_proto::{
    cases as contract, cases::watch_process_service_client::WatchProcessServiceClient, common::Timetable,
};
use serde::Serialize;
use sqlx::PgPool;
use tokio::task::JoinSet;
use tonic::{Request, metadata::AsciiMetadataValue, transport::Channel};

use super::{
    office::{bearer, fresh, with},
    progress,
};
use crate::stack::{
    DATABASE,
    apart::{Apart, WORKER},
};
use region::Region;

/// The only role that is asked.
pub(super) const SERVICE: &str = "cases";
/// Seconds for the sweep of a day over two million people: the goal.
const GOAL_SECONDS: f64 = 60.0;
/// The people of the goal.
const GOAL_PEOPLE: f64 = 2_000_000.0;

/// How many people there are, and how many jobcenters are swept at the same time.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct WatchPlan {
    /// Synthetic jobcenters, the first of them the largest.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i32).range(1..=200))]
    jobcenters: i32,
    /// People on the watch in all of them; their checks are spread over six months.
    #[arg(long, default_value_t = 2_000_000, value_parser = clap::value_parser!(i32).range(1..=5_000_000))]
    people: i32,
    /// Jobcenters that are swept at the same time.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    workers: u16,
}

/// What a day came to.
#[derive(Debug, Clone, Serialize)]
pub struct WatchDay {
    /// Synthetic jobcenters.
    pub jobcenters: i32,
    /// People on the watch.
    pub people: i64,
    /// How long it took to make them, in seconds.
    pub fill_seconds: f64,
    /// People for whom something had come by the day.
    pub due: i64,
    /// Checks that were opened.
    pub opened: i64,
    /// Checks that escalated.
    pub escalated: i64,
    /// Pages of steps.
    pub pages: i64,
    /// Notices that were to be told.
    pub notices: i64,
    /// The slowest page, in seconds.
    pub slowest_page_seconds: f64,
    /// How long the sweep of all jobcenters took, in seconds, with the pages of notices.
    pub seconds: f64,
    /// What it takes to write as many rows with a bare `UPDATE`, in seconds: the yardstick.
    pub bare_seconds: f64,
    /// Most seconds for so many people.
    pub goal_seconds: f64,
    /// Jobcenters that were swept at the same time.
    pub workers: usize,
    /// Whether this build is optimised; figures of another one say nothing.
    pub optimised: bool,
    /// Cores of the machine, shared by clients, service and database.
    pub cores: usize,
}

/// Fills the jobcenters and sweeps a day.
pub(super) async fn measure(stack: &Apart, plan: WatchPlan) -> anyhow::Result<WatchDay> {
    let pool = PgPool::connect(&stack.servers().database_url(DATABASE)).await?;
    let measured = measure_on(stack, &pool, plan).await;
    pool.close().await;
    measured
}

async fn measure_on(stack: &Apart, pool: &PgPool, plan: WatchPlan) -> anyhow::Result<WatchDay> {
    progress(&format!("{} people on the watch in {} jobcenters", plan.people, plan.jobcenters));
    let today = BusinessClock::wall().today().await?;
    let began = Instant::now();
    let region = Region::fill(stack, pool, (plan.jobcenters, plan.people), today).await?;
    let fill_seconds = began.elapsed().as_secs_f64();
    progress(&format!("Yardstick: a bare UPDATE of the rows of {} people", region.due));
    let bare_seconds = region::update(pool, today).await?;
    progress("The sweep of a day");
    let sweeper = Sweeper::connect(stack).await?;
    let began = Instant::now();
    let swept = sweep(&sweeper, region.names, usize::from(plan.workers)).await?;
    let seconds = began.elapsed().as_secs_f64();
    let (opened, escalated) = region::steps(pool).await?;
    anyhow::ensure!(region::due(pool, today).await? == 0, "somebody was left behind");
    Ok(WatchDay {
        jobcenters: plan.jobcenters,
        people: region.people,
        fill_seconds,
        due: region.due,
        opened,
        escalated,
        pages: swept.swept,
        notices: swept.notices,
        slowest_page_seconds: swept.slowest_page_seconds,
        seconds,
        bare_seconds,
        goal_seconds: GOAL_SECONDS * f64::from(plan.people) / GOAL_PEOPLE,
        workers: usize::from(plan.workers),
        optimised: !cfg!(debug_assertions),
        cores: std::thread::available_parallelism().map_or(0, usize::from),
    })
}

/// Asks as the workflow of a jobcenter's watch does.
#[derive(Debug, Clone)]
struct Sweeper {
    channel: Channel,
    token: AsciiMetadataValue,
}

/// What the pages came to.
#[derive(Debug, Clone, Copy, Default)]
struct Pages {
    swept: i64,
    notices: i64,
    slowest_page_seconds: f64,
}

impl Sweeper {
    async fn connect(stack: &Apart) -> anyhow::Result<Self> {
        let cases = stack.addresses().into_iter().find(|address| address.service == SERVICE).context("no cases")?;
        let channel = Channel::from_shared(format!("http://{}", cases.process))?.tcp_nodelay(true).connect().await?;
        Ok(Self { channel, token: bearer(&stack.issuer().token(&Claims::service(WORKER))?)? })
    }

    fn by<T>(&self, jobcenter: &str, message: T) -> anyhow::Result<Request<T>> {
        Ok(acting_for(with(message, self.token.clone()), &format!("{jobcenter}/watch"))?)
    }

    /// Page after page until nothing of the day is left, told or not.
    async fn sweep(&self, jobcenter: &str) -> anyhow::Result<Pages> {
        let mut watches = WatchProcessServiceClient::new(self.channel.clone());
        let (name, business_time) = (format!("jobcenters/{jobcenter}"), Some(timestamp(WallClock.now())));
        let asked = contract::GetWatchTimetableRequest { name: name.clone(), business_time };
        let mut next: Timetable = watches.get_watch_timetable(self.by(jobcenter, asked)?).await?.into_inner();
        let mut pages = Pages::default();
        loop {
            let (name, page, request_id) = (name.clone(), next.round, fresh());
            let from = Instant::now();
            match next.phase.as_str() {
                "SWEEPING" => {
                    let request = contract::SweepWatchesRequest { name, page, business_time, request_id };
                    next = watches.sweep_watches(self.by(jobcenter, request)?).await?.into_inner();
                    pages.swept += 1;
                    pages.slowest_page_seconds = pages.slowest_page_seconds.max(from.elapsed().as_secs_f64());
                }
                "TELLING" => {
                    let list = contract::ListWatchNoticesRequest { name: name.clone(), page, business_time };
                    let listed = watches.list_watch_notices(self.by(jobcenter, list)?).await?.into_inner();
                    pages.notices += i64::try_from(listed.notices.len())?;
                    let request = contract::SettleWatchNoticesRequest { name, page, business_time, request_id };
                    next = watches.settle_watch_notices(self.by(jobcenter, request)?).await?.into_inner();
                }
                _ => return Ok(pages),
            }
        }
    }
}

/// So many jobcenters at a time, each whole.
async fn sweep(sweeper: &Sweeper, jobcenters: Vec<String>, workers: usize) -> anyhow::Result<Pages> {
    let waiting = Arc::new(Mutex::new(VecDeque::from(jobcenters)));
    let mut tasks = JoinSet::new();
    for _ in 0..workers {
        let (sweeper, waiting) = (sweeper.clone(), Arc::clone(&waiting));
        tasks.spawn(async move {
            let mut all = Pages::default();
            let next = || waiting.lock().ok().and_then(|mut waiting| waiting.pop_front());
            while let Some(jobcenter) = next() {
                all = all.and(sweeper.sweep(&jobcenter).await?);
            }
            anyhow::Ok(all)
        });
    }
    let mut all = Pages::default();
    while let Some(ended) = tasks.join_next().await {
        all = all.and(ended??);
    }
    Ok(all)
}

impl Pages {
    const fn and(self, other: Self) -> Self {
        Self {
            swept: self.swept + other.swept,
            notices: self.notices + other.notices,
            slowest_page_seconds: self.slowest_page_seconds.max(other.slowest_page_seconds),
        }
    }
}

impl fmt::Display for WatchDay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { jobcenters, people, fill_seconds, due, opened, escalated, pages, notices, .. } = self;
        let Self { seconds, bare_seconds, goal_seconds, slowest_page_seconds, workers, cores, .. } = self;
        let build = if self.optimised { "" } else { "; build NOT OPTIMISED, use `cargo run --release`" };
        let met = if seconds < goal_seconds { "✓" } else { "✗" };
        let multiple = seconds / bare_seconds;
        write!(
            formatter,
            "{people} people on the watch in {jobcenters} jobcenters, made in {fill_seconds:.0} s; {cores} cores, {workers} jobcenters at a \
             time{build}\n\
             The sweep of a day: {seconds:.1} s for {due} people, {opened} openings, {escalated} escalations and {notices} notices in {pages} \
             pages, the slowest {slowest_page_seconds:.2} s\n\
             Yardstick: {multiple:.1} × {bare_seconds:.2} s (UPDATE of the same rows); goal < {goal_seconds:.1} s {met}"
        )
    }
}
