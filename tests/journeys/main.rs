//! Plays every journey of this folder, each on a fresh PostgreSQL and Temporal, and fails where one does not come out as told.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::LazyLock,
};

use libtest_mimic::{Arguments, Failed, Trial};
use lotse::{
    journey::{Journey, parse},
    staging,
};
use tokio::runtime::Runtime;

/// How many journeys are played at the same time. Each waits now and then, for servers that start and dates that fire.
const ABREAST: usize = 4;

/// One for all journeys.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("journeys");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// All files are checked before the first is played, so that a slip of the pen does not wait for the stories before it.
fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(ABREAST);
    let read = |path: &PathBuf| parse(&name(path), &fs::read_to_string(path).expect("a journey"));
    let (sound, refused): (Vec<_>, Vec<_>) = files().iter().map(read).partition(Result::is_ok);
    let faults: Vec<String> = refused.into_iter().filter_map(Result::err).map(|found| found.to_string()).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let journeys: Vec<Journey> = sound.into_iter().filter_map(Result::ok).collect();
    assert!(journeys.len() >= 8, "there are only {} journeys", journeys.len());
    libtest_mimic::run(&arguments, journeys.into_iter().map(trial).collect()).exit_code()
}

/// Journeys are called by their files.
fn trial(journey: Journey) -> Trial {
    Trial::test(journey.file.trim_end_matches(".yaml").to_owned(), move || {
        RUNTIME.block_on(comes_out_as_told(&journey))
    })
}

async fn comes_out_as_told(journey: &Journey) -> Result<(), Failed> {
    let (report, stack) = staging::play(journey, &mut ()).await.map_err(|error| format!("{error:#}"))?;
    staging::stop(stack).await;
    if report.passed {
        return Ok(());
    }
    let problems = report
        .steps
        .iter()
        .flat_map(|step| step.problems.iter().map(move |text| format!("line {}: {text}", step.line)));
    Err(report.problem.clone().into_iter().chain(problems).collect::<Vec<_>>().join("; ").into())
}
