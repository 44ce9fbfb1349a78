//! `lotse journey run` and `lotse demo`: stories over the public API.

use std::{io, path::PathBuf};

use anyhow::Context as _;

use super::letters;
use crate::{
    journey::{Journey, Printer, Report, parse},
    stack::Stack,
    staging,
};

/// The story of the demo, part of the executable so that it runs anywhere.
const DEMO: &str = include_str!("../../../../tests/journeys/two_years_one_extension.yaml");

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
        let (report, stack) = play(journey, json).await?;
        reports.push(report);
        staging::stop(stack).await;
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
    let (report, stack) = play(&journey, json).await?;
    let saved = letters::save_all(&stack, &journey.jobcenter.id, "anna", "case-manager").await;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("\nBriefe:");
        for path in saved? {
            println!("  {}", path.display());
        }
    }
    staging::stop(stack).await;
    Ok(report.passed)
}

async fn play(journey: &Journey, json: bool) -> anyhow::Result<(Report, Stack)> {
    if json {
        staging::play(journey, &mut ()).await
    } else {
        staging::play(journey, &mut Printer::new(io::stdout())).await
    }
}
