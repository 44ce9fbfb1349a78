//! The write-ahead log as a server has it that has run for a while: its segments are written over, not made anew.
//!
//! A new server makes a file of 16 MiB whenever it needs a segment, and every commit waits meanwhile. That happens once in the life
//! of a cluster and would be measured here as if it happened every few seconds.

use anyhow::Context as _;
use lotse_devstack::DevStack;
use sqlx::{Connection as _, PgConnection};

/// Segments of 16 MiB that are in circulation: more than one part of a run fills, and what `min_wal_size` is set to.
const SEGMENTS: usize = 64;

/// Fills the log once all around.
///
/// # Errors
/// When the database refuses.
pub(super) async fn circulate(servers: &DevStack) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(servers.admin_url()).await?;
    for statement in ["ALTER SYSTEM SET min_wal_size = '1GB'", "SELECT pg_reload_conf()"] {
        sqlx::query(statement).execute(&mut connection).await.context("the log cannot be set")?;
    }
    for _ in 0..SEGMENTS {
        sqlx::query("SELECT pg_logical_emit_message(false, '', ''), pg_switch_wal()").execute(&mut connection).await?;
    }
    connection.close().await?;
    begin_part(servers).await
}

/// Begins a part of the run with nothing left to write of the part before, and with its segments free for use again.
///
/// # Errors
/// When the database refuses.
pub(super) async fn begin_part(servers: &DevStack) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(servers.admin_url()).await?;
    sqlx::query("CHECKPOINT").execute(&mut connection).await.context("a checkpoint failed")?;
    Ok(connection.close().await?)
}
