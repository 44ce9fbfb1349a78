//! What asking came to, as a table: each question beside the yardstick and its goal.

use std::fmt;

use comfy_table::{CellAlignment, Table, presets::UTF8_FULL_CONDENSED};

use super::{
    super::goal::{self, Goal, Row},
    Question, Worklists,
};

impl Question {
    fn row(&self) -> Row {
        let Self { what, figures, entries, multiple, goal_ms } = self;
        Row {
            what: what.clone(),
            value: format!(
                "{entries:.0} entries, p50 {:.1} ms, p99 {:.1} ms, {:.0}/s",
                figures.p50_ms, figures.p99_ms, figures.per_second
            ),
            yardstick: format!("p99 = {multiple:.0} × mean"),
            goal: Some(Goal { met: figures.p99_ms < *goal_ms, text: format!("< {goal_ms:.0} ms") }),
        }
    }
}

impl Worklists {
    /// The questions that missed their goal, each with it; nothing of a build that is not optimised.
    #[must_use]
    pub fn missed(&self) -> Vec<String> {
        goal::missed(self.optimised, self.questions.iter().map(Question::row).collect())
    }
}

impl fmt::Display for Worklists {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        let yardstick = format!("pgbench -S, mean {:.2} ms", self.yardstick.mean_ms);
        table.load_style(UTF8_FULL_CONDENSED).set_header(["Asked", "Answered", yardstick.as_str(), "Goal of p99"]);
        for question in &self.questions {
            table.add_row(question.row().cells());
        }
        if let Some(column) = table.column_mut(3) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let build = if self.optimised { "" } else { "; build NOT OPTIMISED, use `cargo run --release`" };
        let Self { jobcenters, episodes, duties, cases, clients, seconds, cores, fill_seconds, .. } = self;
        write!(
            formatter,
            "{episodes} open episodes, {cases} cases, {duties} duties in {jobcenters} jobcenters, made in {fill_seconds:.0} s; \
             {cores} cores, {clients} clients, {seconds} s for each question{build}\n{table}"
        )
    }
}
