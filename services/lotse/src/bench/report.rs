//! What a run came to: each figure beside its yardstick and its goal.

use std::{collections::BTreeMap, fmt, time::Duration};

use comfy_table::{CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use serde::Serialize;

use super::{clock::Deadlines, load::Figures, yardstick::Yardstick};

/// Commands per second as a share of pgbench's transactions per second: the goal of today.
const GOAL_SHARE: f64 = 0.20;
/// Latency at half load as a multiple of pgbench's mean latency: the goal.
const GOAL_LATENCY: f64 = 10.0;
/// Whole lives as a share of bare ones: the goal.
const GOAL_LIVES: f64 = 0.3;
/// Deadlines with all their steps per second on one core: the goal.
const GOAL_DEADLINES: f64 = 500_000.0;
/// Seconds of a second start: the goal.
const GOAL_START: f64 = 3.0;
/// Resident memory of a service in MiB: the goal.
const GOAL_SERVICE_MIB: u64 = 100;
/// Resident memory of the workers in MiB: the goal.
const GOAL_WORKER_MIB: u64 = 200;

/// What a run came to.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Clients, and sessions of pgbench, at the same time.
    pub clients: usize,
    /// How long each part lasted, in seconds.
    pub seconds: u64,
    /// Whether this build is optimised; figures of another one say nothing.
    pub optimised: bool,
    /// Cores of the machine, shared by clients, roles and servers.
    pub cores: usize,
    /// How long servers, schemas and all roles need to start when the machine has seen them before, in seconds.
    pub start_seconds: f64,
    /// Deadlines of law beside the bare arithmetic of dates.
    pub deadlines: Deadlines,
    /// Commands beside the bare database.
    pub commands: Commands,
    /// Lives beside bare workflows; nothing when none were asked for.
    pub lives: Option<LivesPerMinute>,
    /// Resident memory by role.
    pub memory: BTreeMap<&'static str, Memory>,
}

/// Commands beside the bare database.
#[derive(Debug, Clone, Serialize)]
pub struct Commands {
    /// The bare database.
    pub yardstick: Yardstick,
    /// Cases registered as fast as possible: a command that wakes no workflow.
    pub register_case: Figures,
    /// Episodes proposed as fast as possible, with outbox, relay and workflows: a full command.
    pub propose_episode: Figures,
    /// Rows in the outbox of cases when the last of them was answered.
    pub outbox_backlog: i64,
    /// How long the relay needed to carry them away; nothing when it took more than five minutes.
    pub outbox_drain_seconds: Option<f64>,
    /// Episodes proposed at half of that rate, once the outbox was empty.
    pub propose_episode_at_half: Figures,
    /// Rows in the outbox of cases when the last of those was answered.
    pub outbox_backlog_at_half: i64,
}

/// Lives with all services beside bare workflows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LivesPerMinute {
    /// How many, side by side.
    pub lives: usize,
    /// Bare workflows a minute.
    pub bare: f64,
    /// Lives with all services a minute.
    pub whole: f64,
}

impl LivesPerMinute {
    /// From how long `lives` of each kind lasted.
    #[must_use]
    pub fn new(lives: usize, bare: Duration, whole: Duration) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred at most")]
        let rate = |lasted: Duration| lives as f64 * 60.0 / lasted.as_secs_f64();
        Self { lives, bare: rate(bare), whole: rate(whole) }
    }
}

/// Resident memory of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// Before any work, in KiB.
    pub idle_kib: u64,
    /// The larger of what it was after the lives and after the load, in KiB.
    pub after_kib: u64,
}

fn goal(met: bool, text: &str) -> String {
    format!("{text} {}", if met { "✓" } else { "✗" })
}

fn row(what: impl Into<String>, value: String, yardstick: String, goal: String) -> [String; 4] {
    [what.into(), value, yardstick, goal]
}

impl Commands {
    fn rows(&self) -> Vec<[String; 4]> {
        let share = |figures: &Figures| figures.per_second / self.yardstick.per_second;
        let rate = |figures: &Figures| {
            format!("{:.0}/s, p50 {:.1} ms, p99 {:.1} ms", figures.per_second, figures.p50_ms, figures.p99_ms)
        };
        let multiple = self.propose_episode_at_half.p99_ms / self.yardstick.mean_ms;
        let (small, full) = (share(&self.register_case), share(&self.propose_episode));
        let bare = format!("pgbench -N {:.0}/s", self.yardstick.per_second);
        let drained = self
            .outbox_drain_seconds
            .map_or_else(|| "not empty after five minutes".to_owned(), |seconds| format!("empty after {seconds:.1} s"));
        let shares = |share: f64| goal(share >= GOAL_SHARE, &format!("≥ {GOAL_SHARE:.2}"));
        vec![
            row("RegisterCase", rate(&self.register_case), format!("{small:.2} of {bare}"), shares(small)),
            row(
                "ProposeEpisode with outbox",
                rate(&self.propose_episode),
                format!("{full:.2} of {bare}"),
                shares(full),
            ),
            row(
                "… at half load",
                rate(&self.propose_episode_at_half),
                format!("p99 = {multiple:.1} × {:.1} ms (pgbench, mean)", self.yardstick.mean_ms),
                goal(multiple <= GOAL_LATENCY, &format!("≤ {GOAL_LATENCY:.0} ×")),
            ),
            row(
                "Outbox backlog",
                format!("{} rows, after half load {}", self.outbox_backlog, self.outbox_backlog_at_half),
                drained,
                String::new(),
            ),
        ]
    }
}

impl LivesPerMinute {
    fn row(&self) -> [String; 4] {
        let share = self.whole / self.bare;
        row(
            format!("Lives, {} at once", self.lives),
            format!("{:.0}/min with all services", self.whole),
            format!("{share:.2} of {:.0}/min bare workflows", self.bare),
            goal(share >= GOAL_LIVES, &format!("≥ {GOAL_LIVES:.1}")),
        )
    }
}

impl Deadlines {
    fn row(&self) -> [String; 4] {
        let share = self.per_second / self.bare_per_second;
        row(
            "Deadlines with steps, one core",
            format!("{:.1} million/s", self.per_second / 1e6),
            format!("{share:.3} of {:.1} million/s bare additions of dates", self.bare_per_second / 1e6),
            goal(self.per_second >= GOAL_DEADLINES, "≥ 0.5 million/s"),
        )
    }
}

impl Memory {
    fn row(self, role: &str) -> [String; 4] {
        let most = if role == "worker" { GOAL_WORKER_MIB } else { GOAL_SERVICE_MIB };
        let after = self.after_kib / 1024;
        row(
            format!("Memory of {role}"),
            format!("{after} MiB"),
            format!("{} MiB idle", self.idle_kib / 1024),
            goal(after <= most, &format!("≤ {most} MiB")),
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED).set_header(["Measured", "Value", "Yardstick", "Goal"]);
        let mut rows = self.commands.rows();
        rows.extend(self.lives.map(|lives| lives.row()));
        rows.push(self.deadlines.row());
        rows.extend(self.memory.iter().map(|(role, memory)| memory.row(role)));
        let start = goal(self.start_seconds < GOAL_START, &format!("< {GOAL_START:.0} s"));
        rows.push(row("Second start", format!("{:.1} s", self.start_seconds), String::new(), start));
        for row in rows {
            table.add_row(row);
        }
        if let Some(column) = table.column_mut(3) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let build = if self.optimised { "" } else { "; build NOT OPTIMISED, use `cargo run --release`" };
        write!(
            formatter,
            "{} cores, {} clients, {} s for each part, durable commits{build}\n{table}",
            self.cores, self.clients, self.seconds
        )
    }
}
