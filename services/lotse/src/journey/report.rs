//! What came of a journey, for scripts: each step with its outcome, and the timeline.

use jiff::civil::Date;
use serde::Serialize;

use super::timeline::Told;

/// What came of a journey.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Its title.
    pub journey: String,
    /// The file it was read from.
    pub file: String,
    /// The requirements it proves.
    pub requirements: Vec<String>,
    /// Whether every step came out as told.
    pub passed: bool,
    /// Why it ended early, outside of a step: the stack could not be reached, set up or moved.
    pub problem: Option<String>,
    /// How many steps the file has.
    pub planned_steps: usize,
    /// The steps that were played, the failed one last.
    pub steps: Vec<StepReport>,
    /// What was told to people.
    pub timeline: Vec<Told>,
    /// How long it took, in whole milliseconds of wall time.
    pub millis: u64,
}

/// What came of a step.
#[derive(Debug, Clone, Serialize)]
pub struct StepReport {
    /// Its place, from 1.
    pub step: usize,
    /// Its line in the file.
    pub line: usize,
    /// The business date.
    pub on: Date,
    /// Who called, by key; nothing for a step that lets time pass.
    pub actor: Option<String>,
    /// Which RPC.
    pub call: Option<String>,
    /// What came of it.
    pub verdict: Verdict,
    /// Why it failed: every difference between what was expected and what came.
    pub problems: Vec<String>,
    /// How long it took, in whole milliseconds of wall time, the way to its date included.
    pub millis: u64,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As the file says.
    Passed,
    /// Otherwise; the journey ends there.
    Failed,
}
