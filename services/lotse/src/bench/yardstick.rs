//! The yardsticks, on the same cluster: `pgbench -N`, one durable transaction of three writes each, and `pgbench -S`, which reads one row by its
//! key.

use std::{path::PathBuf, process::Stdio, time::Duration};

use anyhow::Context as _;
use lotse_devstack::{DevStack, doctor};
use serde::Serialize;
use tokio::process::Command;

/// Rows of pgbench's largest table in units of 100,000: ten branches keep its clients from waiting for each other.
const SCALE: &str = "10";

/// What the bare database does on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Yardstick {
    /// Transactions per second.
    pub per_second: f64,
    /// Mean latency of a transaction in milliseconds.
    pub mean_ms: f64,
}

/// Makes the tables of the yardstick.
pub(super) async fn prepare(servers: &DevStack) -> anyhow::Result<()> {
    servers.create_database("pgbench").await?;
    pgbench(servers.postgres_port(), &["-i", "-q", "-s", SCALE]).await?;
    Ok(())
}

/// Measures writing to the bare database of a stack while the roles idle.
pub(super) async fn measure(servers: &DevStack, lasting: Duration, clients: usize) -> anyhow::Result<Yardstick> {
    measure_as("-N", servers, lasting, clients).await
}

/// Measures reading from it.
pub(super) async fn measure_reading(
    servers: &DevStack,
    lasting: Duration,
    clients: usize,
) -> anyhow::Result<Yardstick> {
    measure_as("-S", servers, lasting, clients).await
}

async fn measure_as(script: &str, servers: &DevStack, lasting: Duration, clients: usize) -> anyhow::Result<Yardstick> {
    let port = servers.postgres_port();
    let (clients, seconds) = (clients.to_string(), lasting.as_secs().to_string());
    let told = pgbench(port, &[script, "-n", "-j", "2", "-c", &clients, "-T", &seconds]).await?;
    read(&told).with_context(|| format!("pgbench answered otherwise than expected: {told}"))
}

async fn pgbench(port: u16, arguments: &[&str]) -> anyhow::Result<String> {
    let program = program().context("pgbench is missing; it comes with the server packages of PostgreSQL")?;
    let port = port.to_string();
    let output = Command::new(program)
        .args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres"])
        .args(arguments)
        .arg("pgbench")
        .stdin(Stdio::null())
        .output()
        .await?;
    anyhow::ensure!(output.status.success(), "pgbench failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The program beside the server's own binaries.
fn program() -> Option<PathBuf> {
    let found = doctor::report().findings.into_iter().find(|finding| finding.name == "PostgreSQL")?;
    let path = found.path?.join("pgbench");
    path.is_file().then_some(path)
}

/// Reads `latency average = 6.3 ms` and `tps = 1234.5 (without …)`.
fn read(told: &str) -> Option<Yardstick> {
    let number = |label: &str| {
        let line = told.lines().find_map(|line| line.strip_prefix(label))?;
        line.trim_start_matches([' ', '=']).split_whitespace().next()?.parse().ok()
    };
    Some(Yardstick { per_second: number("tps")?, mean_ms: number("latency average")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_of_pgbench_is_read() {
        let told = "number of transactions actually processed: 12345\nlatency average = 6.480 ms\n\
                    initial connection time = 12.3 ms\ntps = 1234.500000 (without initial connection time)\n";
        assert_eq!(read(told), Some(Yardstick { per_second: 1_234.5, mean_ms: 6.48 }));
        assert_eq!(read("nothing"), None);
    }
}
