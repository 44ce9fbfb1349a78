//! No server outlives its parent, not even one that was killed.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lotse_devstack::{DevStack, Options, wait_until};
use serde_json::Value;

/// The example `hold`, which `cargo test` builds beside the tests.
fn hold() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let path = tests.parent().and_then(Path::parent).unwrap().join("examples/hold");
    assert!(path.is_file(), "{} is missing: `cargo build -p lotse-devstack --example hold`", path.display());
    path
}

/// A process is gone when it has no entry, or only waits for its exit code to be read.
fn is_gone(pid: u64) -> bool {
    match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z')),
        Err(_) => true,
    }
}

#[tokio::test]
async fn servers_die_with_a_killed_parent_and_the_next_start_sweeps() {
    let mut parent = Command::new(hold()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(parent.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let place: Value = serde_json::from_str(&line).unwrap();
    let servers = ["postgres_pid", "temporal_pid"].map(|key| place[key].as_u64().unwrap());
    assert!(servers.iter().all(|pid| !is_gone(*pid)));

    parent.kill().unwrap();
    parent.wait().unwrap();
    wait_until("the servers of a killed parent end", async || servers.iter().all(|pid| is_gone(*pid))).await;

    let folder = PathBuf::from(place["folder"].as_str().unwrap());
    wait_until("the next start sweeps", async || {
        DevStack::start(Options { temporal: false, fsync: false, ..Options::default() }).await.unwrap();
        !folder.exists()
    })
    .await;
}

#[tokio::test]
async fn servers_end_when_their_parent_ends_by_itself() {
    let mut parent = Command::new(hold()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(parent.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let place: Value = serde_json::from_str(&line).unwrap();

    drop(parent.stdin.take());
    assert!(parent.wait().unwrap().success());
    for key in ["postgres_pid", "temporal_pid"] {
        assert!(is_gone(place[key].as_u64().unwrap()), "{key} lives on");
    }
    assert!(!Path::new(place["folder"].as_str().unwrap()).exists());
}
