//! What a run came to: each figure beside its yardstick and its goal.

use std::{collections::BTreeMap, fmt, time::Duration};

use comfy_table::{CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use serde::Serialize;

use super::{
    clock::Deadlines,
    fates::Fates,
    goal::{self, Goal, Row},
    load::Figures,
    simulation::Simulation,
    yardstick::Yardstick,
};

/// Commands per second as a share of pgbench's transactions per second: the goal of today.
const GOAL_SHARE: f64 = 0.20;
/// Latency at half load as a multiple of pgbench's mean latency: the goal.
const GOAL_LATENCY: f64 = 10.0;
/// Whole lives as a share of bare ones: the goal.
const GOAL_LIVES: f64 = 0.3;
/// Deadlines with all their steps per second on one core: the goal.
const GOAL_DEADLINES: f64 = 500_000.0;
/// Seconds for the simulation of a policy version over a hundred thousand episodes: the goal.
const GOAL_SIMULATION: f64 = 60.0;
/// Seconds for ten thousand random lives on one core: the goal.
const GOAL_FATES: f64 = 30.0;
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
    /// How long each part of a round lasted, in seconds.
    pub seconds: u64,
    /// Whether this build is optimised; figures of another one say nothing.
    pub optimised: bool,
    /// Cores of the machine, shared by clients, roles and servers.
    pub cores: usize,
    /// How long servers, schemas and all roles need to start when the machine has seen them before, in seconds.
    pub start_seconds: f64,
    /// Deadlines of law beside the bare arithmetic of dates.
    pub deadlines: Deadlines,
    /// Random lives, none of which broke a law; nothing when none were asked for.
    pub fates: Option<Fates>,
    /// Commands beside the bare database.
    pub commands: Commands,
    /// The simulation of a policy version beside the bare reading of its rows; nothing when none was asked for.
    pub simulation: Option<Simulation>,
    /// Lives beside bare workflows; nothing when none were asked for.
    pub lives: Option<WholeLives>,
    /// Resident memory by role.
    pub memory: BTreeMap<&'static str, Memory>,
}

/// Commands beside the bare database, round by round.
#[derive(Debug, Clone, Serialize)]
pub struct Commands {
    /// `RegisterCase` a second as a share of pgbench's transactions a second.
    pub register_case_share: Middle,
    /// `ProposeEpisode` a second as a share of pgbench's transactions a second.
    pub propose_episode_share: Middle,
    /// The 99th percentile at half load as a multiple of pgbench's mean latency.
    pub half_load_multiple: Middle,
    /// What each round came to.
    pub rounds: Vec<Round>,
}

/// The median of the rounds, with the least and the most of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Middle {
    /// What counts.
    pub median: f64,
    /// Of the rounds.
    pub least: f64,
    /// Of the rounds.
    pub most: f64,
}

impl Middle {
    /// Of some figures; nothing of none. Of an even number the lower of the two in the middle counts.
    #[must_use]
    pub fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        let median = *figures.get(figures.len().checked_sub(1)? / 2)?;
        Some(Self { median, least: *figures.first()?, most: *figures.last()? })
    }
}

/// The bare database and every kind of load once.
#[derive(Debug, Clone, Serialize)]
pub struct Round {
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

/// Lives with all services beside bare workflows, round by round.
#[derive(Debug, Clone, Serialize)]
pub struct WholeLives {
    /// How many, side by side.
    pub lives: usize,
    /// Lives with all services a minute as a share of bare workflows a minute.
    pub share: Middle,
    /// What each round came to.
    pub rounds: Vec<LivesPerMinute>,
}

/// Bare workflows, and lives with all services right after.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LivesPerMinute {
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
        Self { bare: rate(bare), whole: rate(whole) }
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

fn goal(met: bool, text: &str) -> Goal {
    Goal { met, text: text.to_owned() }
}

fn row(what: impl Into<String>, value: String, yardstick: String, goal: impl Into<Option<Goal>>) -> Row {
    Row { what: what.into(), value, yardstick, goal: goal.into() }
}

impl Round {
    fn share(&self, of: &Figures) -> f64 {
        of.per_second / self.yardstick.per_second
    }
}

impl Commands {
    /// Puts rounds together; nothing of none.
    #[must_use]
    pub fn of(rounds: Vec<Round>) -> Option<Self> {
        let middle = |figure: fn(&Round) -> f64| Middle::of(rounds.iter().map(figure));
        Some(Self {
            register_case_share: middle(|round| round.share(&round.register_case))?,
            propose_episode_share: middle(|round| round.share(&round.propose_episode))?,
            half_load_multiple: middle(|round| round.propose_episode_at_half.p99_ms / round.yardstick.mean_ms)?,
            rounds,
        })
    }

    /// The median of a figure of the rounds.
    fn middle(&self, figure: impl Fn(&Round) -> f64) -> f64 {
        Middle::of(self.rounds.iter().map(figure)).map_or(f64::NAN, |middle| middle.median)
    }

    fn rows(&self) -> Vec<Row> {
        let rate = |of: fn(&Round) -> &Figures| {
            let middle = |figure: fn(&Figures) -> f64| self.middle(|round| figure(of(round)));
            let (p50, p99) = (middle(|figures| figures.p50_ms), middle(|figures| figures.p99_ms));
            format!("{:.0}/s, p50 {p50:.1} ms, p99 {p99:.1} ms", middle(|figures| figures.per_second))
        };
        let (bare, mean) =
            (self.middle(|round| round.yardstick.per_second), self.middle(|round| round.yardstick.mean_ms));
        let share = |Middle { median, least, most }: Middle| {
            format!("{median:.2} ({least:.2} to {most:.2}) of pgbench -N {bare:.0}/s")
        };
        let shares = |share: Middle| goal(share.median >= GOAL_SHARE, &format!("≥ {GOAL_SHARE:.2}"));
        let Middle { median, least, most } = self.half_load_multiple;
        #[expect(clippy::cast_precision_loss, reason = "a few thousand rows")]
        let (backlog, backlog_at_half) = (
            self.middle(|round| round.outbox_backlog as f64),
            self.middle(|round| round.outbox_backlog_at_half as f64),
        );
        // A round that did not end counts as the longest.
        let drained = self.middle(|round| round.outbox_drain_seconds.unwrap_or(f64::INFINITY));
        let drained = if drained.is_finite() {
            format!("empty after {drained:.1} s")
        } else {
            "not empty after five minutes".to_owned()
        };
        vec![
            row(
                "RegisterCase",
                rate(|round| &round.register_case),
                share(self.register_case_share),
                shares(self.register_case_share),
            ),
            row(
                "ProposeEpisode with outbox",
                rate(|round| &round.propose_episode),
                share(self.propose_episode_share),
                shares(self.propose_episode_share),
            ),
            row(
                "… at half load",
                rate(|round| &round.propose_episode_at_half),
                format!("p99 = {median:.1} × ({least:.1} to {most:.1}) {mean:.1} ms (pgbench, mean)"),
                goal(median <= GOAL_LATENCY, &format!("≤ {GOAL_LATENCY:.0} ×")),
            ),
            row("Outbox backlog", format!("{backlog:.0} rows, after half load {backlog_at_half:.0}"), drained, None),
        ]
    }
}

impl WholeLives {
    /// Puts rounds of `lives` together; nothing of none.
    #[must_use]
    pub fn of(lives: usize, rounds: Vec<LivesPerMinute>) -> Option<Self> {
        let share = Middle::of(rounds.iter().map(|round| round.whole / round.bare))?;
        Some(Self { lives, share, rounds })
    }

    fn row(&self) -> Row {
        let middle = |figure: fn(&LivesPerMinute) -> f64| {
            Middle::of(self.rounds.iter().map(figure)).map_or(f64::NAN, |middle| middle.median)
        };
        let Middle { median, least, most } = self.share;
        row(
            format!("Lives, {} at once", self.lives),
            format!("{:.0}/min with all services", middle(|round| round.whole)),
            format!("{median:.2} ({least:.2} to {most:.2}) of {:.0}/min bare workflows", middle(|round| round.bare)),
            goal(median >= GOAL_LIVES, &format!("≥ {GOAL_LIVES:.1}")),
        )
    }
}

impl Deadlines {
    fn row(&self) -> Row {
        let share = self.per_second / self.bare_per_second;
        row(
            "Deadlines with steps, one core",
            format!("{:.1} million/s", self.per_second / 1e6),
            format!("{share:.3} of {:.1} million/s bare additions of dates", self.bare_per_second / 1e6),
            goal(self.per_second >= GOAL_DEADLINES, "≥ 0.5 million/s"),
        )
    }
}

impl Fates {
    fn row(&self) -> Row {
        let met = self.seconds < GOAL_FATES * f64::from(self.lives) / 10_000.0;
        let (taken, refused, episodes) = (self.taken, self.refused, self.episodes);
        let steps: u64 = self.steps.values().sum();
        let ends: Vec<String> = self.ends.iter().map(|(end, lives)| format!("{end} {lives}")).collect();
        row(
            format!("Random lives, {} of three years", self.lives),
            format!("{:.1} s for {taken} acts, {refused} refused, {steps} steps of time", self.seconds),
            format!("no law broken in {episodes} episodes; at last {}", ends.join(", ")),
            goal(met, &format!("< {GOAL_FATES:.0} s for 10,000")),
        )
    }
}

impl Simulation {
    fn row(&self) -> Row {
        let met = self.seconds < GOAL_SIMULATION * f64::from(self.episodes) / 100_000.0;
        row(
            format!("Simulation of {} episodes", self.episodes),
            format!("{:.1} s", self.seconds),
            format!("{:.1} × {:.2} s (SELECT of the same rows)", self.seconds / self.bare_seconds, self.bare_seconds),
            goal(met, &format!("< {GOAL_SIMULATION:.0} s for 100,000")),
        )
    }
}

impl Memory {
    fn row(self, role: &str) -> Row {
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

impl Report {
    /// The figures that missed their goal, each with it; nothing of a build that is not optimised.
    #[must_use]
    pub fn missed(&self) -> Vec<String> {
        goal::missed(self.optimised, self.rows())
    }

    fn rows(&self) -> Vec<Row> {
        let mut rows = self.commands.rows();
        rows.extend(self.lives.iter().map(WholeLives::row));
        rows.extend(self.simulation.map(|simulation| simulation.row()));
        rows.push(self.deadlines.row());
        rows.extend(self.fates.iter().map(Fates::row));
        rows.extend(self.memory.iter().map(|(role, memory)| memory.row(role)));
        let start = goal(self.start_seconds < GOAL_START, &format!("< {GOAL_START:.0} s"));
        rows.push(row("Second start", format!("{:.1} s", self.start_seconds), String::new(), start));
        rows
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED).set_header(["Measured", "Value", "Yardstick", "Goal"]);
        for row in self.rows() {
            table.add_row(row.cells());
        }
        if let Some(column) = table.column_mut(3) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let build = if self.optimised { "" } else { "; build NOT OPTIMISED, use `cargo run --release`" };
        write!(
            formatter,
            "{} cores, {} clients, median of {} rounds with {} s for each part, durable commits{build}\n{table}",
            self.cores,
            self.clients,
            self.commands.rounds.len(),
            self.seconds
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slow_round_does_not_decide() {
        let middle = Middle::of([0.25, 0.05, 0.24, 0.26, 0.22]).unwrap();
        assert_eq!(middle, Middle { median: 0.24, least: 0.05, most: 0.26 });
        assert_eq!(Middle::of([3.0, 1.0]), Some(Middle { median: 1.0, least: 1.0, most: 3.0 }));
        assert_eq!(Middle::of([]), None);
    }
}
