//! `lotse journey run` and `lotse demo`: stories over the public API.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{answer, letters, token};
use crate::{
    journey::{Journey, Player, Printer, Target, Witness, parse},
    staging,
};

/// Reads all files; when one cannot be played, all faults of all of them are told.
fn read(files: &[PathBuf]) -> anyhow::Result<Vec<Journey>> {
    let (mut journeys, mut faults) = (Vec::new(), Vec::new());
    for path in files {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => match parse(&name, &text) {
                Ok(journey) => journeys.push(journey),
                Err(found) => faults.push(found.to_string()),
            },
            Err(error) => faults.push(format!("{name} cannot be read: {error}")),
        }
    }
    anyhow::ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(journeys)
}

/// Says what is wrong with the files, and what is right.
pub(super) fn check(files: &[PathBuf]) -> anyhow::Result<bool> {
    for journey in read(files)? {
        answer::say(format_args!("{}: {} ({} steps)", journey.file, journey.title, journey.steps.len()))?;
    }
    Ok(true)
}

/// Plays the files, each on a stack of its own unless there is an address with its keys; false when one does not come out as
/// told.
pub(super) async fn run(files: &[PathBuf], against: Option<(&str, &Path)>, json: bool) -> anyhow::Result<bool> {
    let mut reports = Vec::new();
    for journey in &read(files)? {
        if let Some((address, keys)) = against {
            let target = Target::new(Arc::new(token::issuer(keys)?)).everything_at(address);
            reports.push(Player::new(target, witness(json).as_mut()).play(journey).await);
        } else {
            let (report, stack) = staging::play(journey, witness(json).as_mut()).await?;
            reports.push(report);
            staging::stop(stack).await;
        }
    }
    if json {
        answer::pretty_json(&reports)?;
    }
    Ok(reports.iter().all(|report| report.passed))
}

/// Who listens: nobody when only the report is wanted.
fn witness(json: bool) -> Box<dyn Witness> {
    if json { Box::new(()) } else { Box::new(Printer::new(io::stdout())) }
}

/// Plays the demo and leaves its letters as files.
pub(super) async fn demo(json: bool) -> anyhow::Result<bool> {
    let journey = staging::demo()?;
    let (report, stack) = staging::play(&journey, witness(json).as_mut()).await?;
    let saved = letters::save_all(&stack, &journey.jobcenter.id, "anna", "case-manager").await;
    staging::stop(stack).await;
    let saved = saved?;
    anyhow::ensure!(!saved.is_empty(), "the story was told, but none of its letters is there");
    if json {
        answer::pretty_json(&serde_json::json!({ "report": report, "letters": saved }))?;
    } else {
        answer::say("\nBriefe:")?;
        for path in saved {
            answer::say(format_args!("  {}", path.display()))?;
        }
    }
    Ok(report.passed)
}
