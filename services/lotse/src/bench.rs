//! Measures Lotse beside its yardsticks on the same machine, in the same run: commands through gRPC beside bare PostgreSQL.
//!
//! A number alone says little about a design and much about a machine; the share of what the bare database could do says it the
//! other way round. Commits are durable in all parts of a run.

mod load;
mod report;
mod yardstick;

use std::time::Duration;

use anyhow::Context as _;
use lotse_devstack::{DevStack, Options};
use lotse_platform::clock::WallClock;

pub use load::Figures;
pub use report::Report;
pub use yardstick::Yardstick;

use crate::stack::Stack;
use load::Crowd;

/// How much is measured.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Plan {
    /// How long each part lasts, in seconds.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(2..=600))]
    seconds: u64,
    /// Clients that call, and sessions of pgbench, at the same time.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    clients: u16,
}

/// Measures everything on a stack of its own, saying on standard error what is being done.
///
/// # Errors
/// When the stack cannot be started, pgbench is missing or a command is refused.
pub async fn run(plan: Plan) -> anyhow::Result<Report> {
    let (lasting, clients) = (Duration::from_secs(plan.seconds), usize::from(plan.clients));
    progress("PostgreSQL, Temporal und alle Rollen starten");
    let stack = Stack::start(DevStack::start(Options::default()).await?, WallClock.now()).await?;
    let idle_kib = resident_kib();

    progress("Maßstab: pgbench -N");
    let yardstick = yardstick::measure(&stack, lasting, clients).await?;

    let crowd = Crowd::gather(&stack, clients).await?;
    progress("RegisterCase, so viel wie geht");
    let registered = crowd.register_cases(lasting).await?;
    progress("ProposeEpisode mit Outbox und Workflows, so viel wie geht");
    let proposed = crowd.propose_episodes(&registered.names, lasting).await?;
    let backlog = outbox_rows(&stack).await?;
    progress("Outbox leert sich");
    let drained = drain(&stack).await?;
    let half = registered.figures.per_second / 2.0;
    progress(&format!("RegisterCase bei halber Last, {half:.0}/s"));
    let at_half = crowd.register_at(half, lasting).await?;

    Ok(Report {
        clients,
        optimised: !cfg!(debug_assertions),
        seconds: plan.seconds,
        yardstick,
        register_case: registered.figures,
        propose_episode: proposed,
        outbox_backlog: backlog,
        outbox_drain_seconds: drained,
        register_case_at_half: at_half,
        resident_idle_kib: idle_kib,
        resident_after_kib: resident_kib(),
    })
}

#[expect(clippy::print_stderr, reason = "long waits show progress")]
fn progress(what: &str) {
    eprintln!("… {what}");
}

/// Rows that wait in the outbox of cases.
async fn outbox_rows(stack: &Stack) -> anyhow::Result<i64> {
    let pool = sqlx::PgPool::connect(&stack.servers().database_url(crate::stack::DATABASE)).await?;
    let rows = sqlx::query_scalar("SELECT count(*) FROM cases.outbox_events").fetch_one(&pool).await;
    pool.close().await;
    rows.context("the outbox cannot be counted")
}

/// Waits until the relay has carried everything away; how long that took, in seconds of wall time. Nothing after five minutes.
async fn drain(stack: &Stack) -> anyhow::Result<Option<f64>> {
    let began = std::time::Instant::now();
    while began.elapsed() < Duration::from_mins(5) {
        if outbox_rows(stack).await? == 0 {
            return Ok(Some(began.elapsed().as_secs_f64()));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(None)
}

/// Resident memory of this process, with all roles in it, in KiB; 0 where the system does not tell.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
