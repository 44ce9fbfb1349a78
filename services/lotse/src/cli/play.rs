//! `lotse journey run` and `lotse demo`: stories over the public API.

use std::{io, path::PathBuf, time::Duration};

use anyhow::Context as _;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{desk, letters};
use crate::{
    journey::{Journey, Player, Printer, Report, Target, parse},
    stack::Stack,
};

/// The story of the demo, part of the executable so that it runs anywhere.
const DEMO: &str = include_str!("../../../../tests/journeys/two_years_one_extension.yaml");

/// The midnight of the first day, where the business clock of a new stack stands.
fn begin(journey: &Journey) -> anyhow::Result<Timestamp> {
    let day: Date = journey.begins_on().context("the journey has no step")?;
    Ok(day.at(0, 0, 0, 0).to_zoned(TimeZone::get("Europe/Berlin")?)?.timestamp())
}

/// Plays one journey on a fresh stack and hands the stack back for a look around.
///
/// # Errors
/// When the stack cannot be started.
pub async fn on_fresh_stack(journey: &Journey, aloud: bool) -> anyhow::Result<(Report, Stack)> {
    let stack = desk::start(begin(journey)?, false).await?;
    let target = target(&stack);
    let report = if aloud {
        Player::new(target, &mut Printer::new(io::stdout())).play(journey).await
    } else {
        Player::new(target, &mut ()).play(journey).await
    };
    Ok((report, stack))
}

/// Where a stack listens, by area of the contract.
#[must_use]
pub fn target(stack: &Stack) -> Target {
    let at =
        |target: Target, area: &str, address: &dyn std::fmt::Display| target.area_at(area, format!("http://{address}"));
    let target = at(Target::new(stack.issuer()), "dev", &stack.clock());
    stack.addresses().iter().fold(target, |target, address| at(target, address.service, &address.public))
}

/// Plays the files, each on a stack of its own; false when one does not come out as told.
#[expect(clippy::print_stdout, reason = "the command answers on standard output")]
pub(super) async fn run(files: &[PathBuf], json: bool) -> anyhow::Result<bool> {
    let mut journeys = Vec::new();
    for path in files {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(|| format!("{name} cannot be read"))?;
        journeys.push(parse(&name, &text).map_err(|faults| anyhow::anyhow!("{faults}"))?);
    }
    let mut reports = Vec::new();
    for journey in &journeys {
        let (report, stack) = on_fresh_stack(journey, !json).await?;
        reports.push(report);
        stop(stack).await;
    }
    if json {
        println!("{}", serde_json::to_string_pretty(&reports)?);
    }
    Ok(reports.iter().all(|report| report.passed))
}

/// Plays the demo and leaves its letters as files.
#[expect(clippy::print_stdout, reason = "the command answers on standard output")]
pub(super) async fn demo(json: bool) -> anyhow::Result<bool> {
    let journey = parse("demo", DEMO).map_err(|faults| anyhow::anyhow!("{faults}"))?;
    let (report, stack) = on_fresh_stack(&journey, !json).await?;
    let saved = letters::save_all(&stack, &journey.jobcenter.id, "anna", "case-manager").await;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("\nBriefe:");
        for path in saved? {
            println!("  {}", path.display());
        }
    }
    stop(stack).await;
    Ok(report.passed)
}

/// Stops a stack that is thrown away: what is still running has nobody who waits for it.
async fn stop(stack: Stack) {
    match tokio::time::timeout(Duration::from_secs(10), stack.stop()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(error = %error, "the stack did not stop cleanly"),
        Err(_) => tracing::warn!("the stack did not stop within ten seconds"),
    }
}
