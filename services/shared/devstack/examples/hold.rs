//! Starts a stack, says where it is in one line of JSON, and holds it until its input ends or it is killed.

use std::io::Read;

use lotse_devstack::{DevStack, Options};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let temporal = std::env::args().nth(1).as_deref() != Some("postgres");
    let stack = DevStack::start(Options { temporal, ..Options::default() }).await?;
    let place = serde_json::json!({
        "folder": stack.folder(),
        "admin_url": stack.admin_url(),
        "temporal_address": stack.temporal_address(),
        "postgres_pid": stack.postgres_pid().await,
        "temporal_pid": stack.temporal_pid().await,
        "start_times": stack.start_times(),
    });
    println!("{place}");
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}
