//! Measures Lotse beside its yardsticks on the same machine, in the same run: commands through gRPC beside bare PostgreSQL,
//! lives with all services beside bare workflows.
//!
//! A number alone says little about a design and much about a machine; the share of what the bare server could do says it the
//! other way round. Commits are durable in all parts of a run, and every role is a process of its own.

mod bare;
mod clock;
mod fates;
mod goal;
mod lives;
mod load;
mod log;
mod needs;
mod office;
mod report;
mod simulation;
mod watch;
mod worklist;
mod yardstick;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use jiff::Timestamp;
use lotse_devstack::{DevStack, Options};
use lotse_platform::clock::WallClock;
use tokio::process::Command;

pub use clock::Deadlines;
pub use fates::Fates;
pub use load::Figures;
pub use report::{Commands, LivesPerMinute, Memory, Report, Round, WholeLives};
pub use simulation::Simulation;
pub use watch::{WatchDay, WatchPlan};
pub use worklist::{Worklists, WorklistsPlan};
pub use yardstick::Yardstick;

use crate::{
    stack::{
        DATABASE, SERVICES, Stack,
        apart::{Apart, WORKER},
    },
    staging,
};
use lives::Lives;
use load::Crowd;

/// Resident memory by role.
type Memories = BTreeMap<&'static str, Memory>;

/// How much is measured.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Plan {
    /// How long each part of a round lasts, in seconds.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Rounds of yardstick and load, and of lives; what counts is the median of the rounds.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=99))]
    rounds: u16,
    /// Clients that call, and sessions of pgbench, at the same time.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    clients: u16,
    /// Lives of two years, told side by side.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(0..=200))]
    lives: u16,
    /// Open episodes over which a policy version is simulated.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(i32).range(0..=1_000_000))]
    simulated: i32,
    /// People whose random lives of three years are led through the domain, every step judged by its laws.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    fates: u32,
}

/// Measures everything on stacks of its own, saying on standard error what is being done.
///
/// # Errors
/// When a stack cannot be started, pgbench is missing, a command is refused, a life does not come out as told or breaks a law.
pub async fn run(plan: Plan) -> anyhow::Result<Report> {
    // The clock alone on one core, before any server takes part of it.
    progress("Computing deadlines");
    let deadlines = tokio::task::spawn_blocking(clock::measure).await??;
    let fates = match plan.fates {
        0 => None,
        lives => {
            progress(&format!("{lives} random lives"));
            Some(tokio::task::spawn_blocking(move || fates::measure(lives)).await??)
        }
    };
    let start_seconds = second_start().await?;
    let mut memory = Memories::new();
    let lives = match usize::from(plan.lives) {
        0 => None,
        count => Some(measure_lives(count, plan.rounds, &mut memory).await?),
    };
    let simulation = match plan.simulated {
        0 => None,
        episodes => Some(measure_simulation(episodes, &mut memory).await?),
    };
    let commands = measure_commands(plan, &mut memory).await?;
    Ok(Report {
        clients: usize::from(plan.clients),
        seconds: plan.seconds,
        optimised: !cfg!(debug_assertions),
        cores: std::thread::available_parallelism().map_or(0, usize::from),
        start_seconds,
        deadlines,
        fates,
        commands,
        simulation,
        lives,
        memory,
    })
}

/// Measures worklists and search over synthetic jobcenters, on a stack of its own where only cases is served.
///
/// # Errors
/// When the stack cannot be started, pgbench is missing, or a question is refused.
pub async fn run_worklists(plan: WorklistsPlan) -> anyhow::Result<Worklists> {
    let plan = plan.sound()?;
    let mut stack = prepare(WallClock.now()).await?;
    stack.live_by_the_wall();
    stack.start(worklist::SERVICE).await?;
    stack.wait_for(worklist::SERVICE).await?;
    worklist::measure(&stack, plan).await
}

/// Measures the sweep of a day over the watches of synthetic jobcenters, on a stack of its own where only cases is served.
///
/// # Errors
/// When the stack cannot be started or a page is refused.
pub async fn run_watch(plan: WatchPlan) -> anyhow::Result<WatchDay> {
    let mut stack = prepare(WallClock.now()).await?;
    stack.live_by_the_wall();
    stack.start(watch::SERVICE).await?;
    stack.wait_for(watch::SERVICE).await?;
    watch::measure(&stack, plan).await
}

/// How long everything needs to start when the machine has seen it before, in seconds: servers, schemas and all roles.
async fn second_start() -> anyhow::Result<f64> {
    progress("Starting everything twice");
    let first = Stack::start(DevStack::start(Options::default()).await?, WallClock.now()).await?;
    staging::stop(first).await;
    let began = Instant::now();
    let second = Stack::start(DevStack::start(Options::default()).await?, WallClock.now()).await?;
    let lasted = began.elapsed().as_secs_f64();
    staging::stop(second).await;
    Ok(lasted)
}

/// Bare workflows and whole lives in turn, each round on servers of its own.
async fn measure_lives(count: usize, rounds: u16, memory: &mut Memories) -> anyhow::Result<WholeLives> {
    let lives = Lives::read(count)?;
    let mut told = Vec::new();
    for _ in 0..rounds {
        told.push(measure_lives_once(&lives, count, memory).await?);
    }
    WholeLives::of(count, told).context("a run of no round")
}

async fn measure_lives_once(lives: &Lives, count: usize, memory: &mut Memories) -> anyhow::Result<LivesPerMinute> {
    let stack = prepare(lives.begins()?).await?;
    progress(&format!("Yardstick: {count} bare workflows"));
    let bare = bare::live(stack.servers(), count).await?;
    start_idle(&stack, memory).await?;
    progress(&format!("{count} lives with all services"));
    let whole = lives.play(&stack).await?;
    note(memory, &stack).await?;
    Ok(LivesPerMinute::new(count, bare, whole))
}

async fn measure_simulation(episodes: i32, memory: &mut Memories) -> anyhow::Result<Simulation> {
    let mut stack = prepare(WallClock.now()).await?;
    stack.live_by_the_wall();
    start_idle(&stack, memory).await?;
    progress(&format!("A policy version simulated over {episodes} episodes"));
    let simulation = simulation::measure(&stack, episodes).await?;
    note(memory, &stack).await?;
    Ok(simulation)
}

async fn measure_commands(plan: Plan, memory: &mut Memories) -> anyhow::Result<Commands> {
    let clients = usize::from(plan.clients);
    let mut stack = prepare(WallClock.now()).await?;
    stack.live_by_the_wall();
    start_idle(&stack, memory).await?;
    put_procedures_behind(&stack).await?;
    progress("Filling the write-ahead log once");
    log::circulate(stack.servers()).await?;
    yardstick::prepare(stack.servers()).await?;
    let crowd = Crowd::gather(&stack, clients).await?;
    let mut rounds = Vec::new();
    for number in 1..=plan.rounds {
        progress(&format!("Round {number} of {}", plan.rounds));
        rounds.push(measure_round(plan, &stack, &crowd).await?);
    }
    note(memory, &stack).await?;
    Commands::of(rounds).context("a run of no round")
}

/// The yardstick and every kind of load once, close together in time, because the machine is not equally fast all day.
async fn measure_round(plan: Plan, stack: &Apart, crowd: &Crowd) -> anyhow::Result<Round> {
    let (lasting, clients) = (Duration::from_secs(plan.seconds), usize::from(plan.clients));
    log::begin_part(stack.servers()).await?;
    progress("Yardstick: pgbench -N");
    let yardstick = yardstick::measure(stack.servers(), lasting, clients).await?;

    log::begin_part(stack.servers()).await?;
    progress("RegisterCase, as fast as it goes");
    // Half as long again: these cases are what the next two parts propose episodes for.
    let mut registered = crowd.register_cases(lasting.mul_f64(1.5)).await?;
    log::begin_part(stack.servers()).await?;
    progress("ProposeEpisode with outbox and workflows, as fast as it goes");
    let propose_episode = crowd.propose_episodes(&mut registered, lasting).await?;
    let outbox_backlog = outbox_rows(stack).await?;
    // Half the load is what a service carries day by day, not what it carries while it makes up for an onslaught.
    progress("The outbox drains");
    let outbox_drain_seconds = drain(stack).await?;
    log::begin_part(stack.servers()).await?;
    let half = propose_episode.per_second / 2.0;
    progress(&format!("ProposeEpisode at half load, {half:.0}/s"));
    let propose_episode_at_half = crowd.propose_at(&mut registered, half, lasting).await?;
    let outbox_backlog_at_half = outbox_rows(stack).await?;
    progress("The outbox drains");
    drain(stack).await?;
    Ok(Round {
        yardstick,
        register_case: registered.figures,
        propose_episode,
        outbox_backlog,
        propose_episode_at_half,
        outbox_backlog_at_half,
        outbox_drain_seconds,
    })
}

/// Servers with everything roles need; this executable is the roles' too.
async fn prepare(begin: Timestamp) -> anyhow::Result<Apart> {
    progress("Starting PostgreSQL and Temporal");
    let servers = DevStack::start(Options::default()).await?;
    Apart::prepare(servers, begin, &std::env::current_exe()?).await
}

/// Starts all roles and notes what they hold before any work.
async fn start_idle(stack: &Apart, memory: &mut Memories) -> anyhow::Result<()> {
    stack.start_all().await?;
    note(memory, stack).await
}

/// Notes what each role holds now: at its first sight idle, then at most.
async fn note(memory: &mut Memories, stack: &Apart) -> anyhow::Result<()> {
    for role in SERVICES.into_iter().chain([WORKER]) {
        // A role that has died holds nothing, which is no figure.
        let kib = resident_kib(stack.id(role).await.with_context(|| format!("{role} does not run"))?);
        let noted = memory.entry(role).or_insert(Memory { idle_kib: kib, after_kib: kib });
        noted.after_kib = noted.after_kib.max(kib);
    }
    Ok(())
}

/// Resident memory of a process in KiB; 0 where the system does not tell.
fn resident_kib(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// Lets what carries the procedures stand behind what answers people, when there are not cores enough for both: the worker and the
/// Temporal server run when nobody else wants to (`SCHED_IDLE`). In production they run on machines of their own. Where the kernel
/// shares the processor out by session first (`sched_autogroup_enabled`), idle tasks still take the share of theirs: their sessions are
/// set back as well.
async fn put_procedures_behind(stack: &Apart) -> anyhow::Result<()> {
    let ids = [stack.id(WORKER).await, stack.servers().temporal_pid().await];
    for id in ids.into_iter().flatten() {
        let told = Command::new("chrt").args(["--all-tasks", "--idle", "--pid", "0", &id.to_string()]).output().await;
        let told = told.context("chrt is missing; it comes with the package util-linux")?;
        anyhow::ensure!(told.status.success(), "chrt failed: {}", String::from_utf8_lossy(&told.stderr).trim());
        let session = PathBuf::from(format!("/proc/{id}/autogroup"));
        if session.exists() {
            std::fs::write(&session, "19").with_context(|| format!("{} cannot be written", session.display()))?;
        }
    }
    Ok(())
}

#[expect(clippy::print_stderr, reason = "long waits show progress")]
fn progress(what: &str) {
    eprintln!("… {what}");
}

/// Rows that wait in the outbox of cases.
async fn outbox_rows(stack: &Apart) -> anyhow::Result<i64> {
    let pool = sqlx::PgPool::connect(&stack.servers().database_url(DATABASE)).await?;
    let rows = sqlx::query_scalar("SELECT count(*) FROM cases.outbox_events").fetch_one(&pool).await;
    pool.close().await;
    rows.context("the outbox cannot be counted")
}

/// Waits until the relay has carried everything away; how long that took, in seconds of wall time. Nothing after five minutes.
async fn drain(stack: &Apart) -> anyhow::Result<Option<f64>> {
    let began = Instant::now();
    while began.elapsed() < Duration::from_mins(5) {
        if outbox_rows(stack).await? == 0 {
            return Ok(Some(began.elapsed().as_secs_f64()));
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    Ok(None)
}
