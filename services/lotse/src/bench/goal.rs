//! What a figure has to reach, and what was missed.

use std::fmt;

/// What a figure has to reach, and whether it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Goal {
    /// Whether it was reached.
    pub(super) met: bool,
    /// What is to be reached, as people read it.
    pub(super) text: String,
}

impl fmt::Display for Goal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.text, if self.met { "✓" } else { "✗" })
    }
}

/// A row of a report.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// What was measured.
    pub(super) what: String,
    /// What it came to.
    pub(super) value: String,
    /// Beside what it stands.
    pub(super) yardstick: String,
    /// What it has to reach; nothing for what is only told.
    pub(super) goal: Option<Goal>,
}

impl Row {
    /// Its cells in a table.
    pub(super) fn cells(self) -> [String; 4] {
        [self.what, self.value, self.yardstick, self.goal.map(|goal| goal.to_string()).unwrap_or_default()]
    }
}

/// What was measured and missed its goal, each with it; nothing of a build that is not optimised, whose figures say nothing.
pub(super) fn missed(optimised: bool, rows: Vec<Row>) -> Vec<String> {
    let missed = |row: Row| row.goal.filter(|goal| !goal.met).map(|goal| format!("{} ({})", row.what, goal.text));
    if optimised { rows.into_iter().filter_map(missed).collect() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_missed_by_an_optimised_build_only() {
        let row = |what: &str, met: Option<bool>| Row {
            what: what.to_owned(),
            value: String::new(),
            yardstick: String::new(),
            goal: met.map(|met| Goal { met, text: "< 3 s".to_owned() }),
        };
        let rows = || vec![row("Simulation", Some(false)), row("Second start", Some(true)), row("Backlog", None)];
        assert_eq!(missed(true, rows()), ["Simulation (< 3 s)"]);
        assert!(missed(false, rows()).is_empty());
        assert_eq!(rows().remove(0).cells()[3], "< 3 s ✗");
    }
}
