//! Plays every journey of this folder, each on a fresh PostgreSQL and Temporal, and fails where one does not come out as told.

use std::{fs, path::Path};

use lotse::{
    journey::{Journey, parse},
    staging,
};

/// All files are checked before the first is played, so that a slip of the pen does not wait for the stories before it.
fn journeys() -> Vec<Journey> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("journeys");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let read = |path: &Path| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        parse(&name, &fs::read_to_string(path).expect("a journey"))
    };
    let (sound, refused): (Vec<_>, Vec<_>) = files.iter().map(|path| read(path)).partition(Result::is_ok);
    let faults: Vec<String> = refused.into_iter().filter_map(Result::err).map(|found| found.to_string()).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    sound.into_iter().filter_map(Result::ok).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_journey_comes_out_as_told() {
    let journeys = journeys();
    assert!(journeys.len() >= 8, "there are only {} journeys", journeys.len());
    let mut failed = Vec::new();
    for journey in &journeys {
        let (report, stack) = staging::play(journey, &mut ()).await.expect("a stack");
        staging::stop(stack).await;
        println!(
            "{} {}: {} of {} steps",
            if report.passed { "ok    " } else { "FAILED" },
            report.file,
            report.steps.len(),
            report.planned_steps
        );
        if !report.passed {
            let problems = report
                .steps
                .iter()
                .flat_map(|step| step.problems.iter().map(move |text| format!("line {}: {text}", step.line)));
            failed.push(format!(
                "{}: {}",
                report.file,
                report.problem.into_iter().chain(problems).collect::<Vec<_>>().join("; ")
            ));
        }
    }
    assert!(failed.is_empty(), "not as told:\n{}", failed.join("\n"));
}
