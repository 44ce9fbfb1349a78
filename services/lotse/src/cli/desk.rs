//! `lotse doctor` and `lotse bench`: what they find, as words or JSON.

use std::fmt::Display;

use lotse_devstack::doctor as machine;
use serde::Serialize;

use super::answer;

/// What the machine has; false when something needed is missing.
pub(super) fn doctor(json: bool) -> anyhow::Result<bool> {
    let report = machine::report();
    if json {
        answer::pretty_json(&report)?;
    } else {
        answer::say(&report)?;
    }
    Ok(report.ready)
}

/// Measures and prints.
///
/// # Errors
/// As [`crate::bench::run`], and when a goal is missed: after the report, so that whoever runs it by a script hears of it.
pub(super) async fn bench(plan: crate::bench::Plan, json: bool) -> anyhow::Result<()> {
    let report = crate::bench::run(plan).await?;
    tell(&report, json)?;
    judge(&report.missed())
}

/// The same for worklists and search.
///
/// # Errors
/// As [`bench`].
pub(super) async fn bench_worklists(plan: crate::bench::WorklistsPlan, json: bool) -> anyhow::Result<()> {
    let report = crate::bench::run_worklists(plan).await?;
    tell(&report, json)?;
    judge(&report.missed())
}

/// Refuses when a goal is missed, by name.
fn judge(missed: &[String]) -> anyhow::Result<()> {
    anyhow::ensure!(missed.is_empty(), "goals missed: {}", missed.join("; "));
    Ok(())
}

/// The same for the watch.
pub(super) async fn bench_watch(plan: crate::bench::WatchPlan, json: bool) -> anyhow::Result<()> {
    tell(&crate::bench::run_watch(plan).await?, json)
}

fn tell(report: &(impl Serialize + Display), json: bool) -> anyhow::Result<()> {
    if json { answer::pretty_json(report) } else { answer::say(report) }
}
