//! What a run came to: each figure beside its yardstick and its goal.

use std::fmt;

use comfy_table::{CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use serde::Serialize;

use super::{load::Figures, yardstick::Yardstick};

/// Commands per second as a share of pgbench's transactions per second: the goal of today.
const GOAL_SHARE: f64 = 0.20;
/// Latency at half load as a multiple of pgbench's mean latency: the goal.
const GOAL_LATENCY: f64 = 10.0;

/// What a run came to.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Clients, and sessions of pgbench, at the same time.
    pub clients: usize,
    /// Whether this build is optimised; figures of another one say nothing.
    pub optimised: bool,
    /// How long each part lasted, in seconds.
    pub seconds: u64,
    /// The bare database.
    pub yardstick: Yardstick,
    /// Cases registered as fast as possible.
    pub register_case: Figures,
    /// Episodes proposed as fast as possible, with outbox, relay and workflows.
    pub propose_episode: Figures,
    /// Rows in the outbox of cases when the last proposal was answered.
    pub outbox_backlog: i64,
    /// How long the relay needed to carry them away; nothing when it took more than five minutes.
    pub outbox_drain_seconds: Option<f64>,
    /// Cases registered at half of the measured rate.
    pub register_case_at_half: Figures,
    /// Resident memory of the process with all roles before the load, in KiB.
    pub resident_idle_kib: u64,
    /// The same after the load.
    pub resident_after_kib: u64,
}

impl Report {
    fn rows(&self) -> Vec<[String; 4]> {
        let share = |figures: &Figures| figures.per_second / self.yardstick.per_second;
        let goal = |met: bool, text: &str| format!("{text} {}", if met { "✓" } else { "✗" });
        let rate = |figures: &Figures| {
            format!("{:.0}/s, p50 {:.1} ms, p99 {:.1} ms", figures.per_second, figures.p50_ms, figures.p99_ms)
        };
        let multiple = self.register_case_at_half.p99_ms / self.yardstick.mean_ms;
        let full = share(&self.propose_episode);
        let bare = format!("pgbench -N {:.0}/s", self.yardstick.per_second);
        let drained = self
            .outbox_drain_seconds
            .map_or_else(|| "nach fünf Minuten nicht leer".to_owned(), |seconds| format!("leer nach {seconds:.1} s"));
        vec![
            [
                "RegisterCase".to_owned(),
                rate(&self.register_case),
                format!("{:.2} von {bare}", share(&self.register_case)),
                String::new(),
            ],
            [
                "ProposeEpisode mit Outbox".to_owned(),
                rate(&self.propose_episode),
                format!("{full:.2} von {bare}"),
                goal(full >= GOAL_SHARE, &format!("≥ {GOAL_SHARE:.2}")),
            ],
            ["Rückstand der Outbox".to_owned(), format!("{} Zeilen", self.outbox_backlog), drained, String::new()],
            [
                "RegisterCase bei halber Last".to_owned(),
                rate(&self.register_case_at_half),
                format!("p99 = {multiple:.1} × {:.1} ms (pgbench, Mittel)", self.yardstick.mean_ms),
                goal(multiple <= GOAL_LATENCY, &format!("≤ {GOAL_LATENCY:.0} ×")),
            ],
            [
                "Speicher, alle Rollen".to_owned(),
                format!("{} MiB", self.resident_after_kib / 1024),
                format!("{} MiB in Ruhe", self.resident_idle_kib / 1024),
                String::new(),
            ],
        ]
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED).set_header(["Messung", "Wert", "Maßstab", "Ziel"]);
        for row in self.rows() {
            table.add_row(row);
        }
        if let Some(column) = table.column_mut(3) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let build = if self.optimised { "" } else { "; NICHT OPTIMIERT gebaut, nimm `cargo run --release`" };
        write!(formatter, "{} Clients, je Teil {} s, dauerhafte Commits{build}\n{table}", self.clients, self.seconds)
    }
}
