//! The write-ahead log as a server has it that has run for a while: its segments are written over, not made anew, and the disk is calm.
//!
//! A new server makes a file of 16 MiB whenever it needs a segment, and every commit waits meanwhile. That happens once in the life
//! of a cluster and would be measured here as if it happened every few seconds.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use lotse_devstack::DevStack;
use sqlx::{Connection as _, PgConnection};

/// Segments of 16 MiB that are in circulation: more than one part of a run fills, and what `min_wal_size` is set to.
const SEGMENTS: usize = 64;
/// Commits in a row without a stall after which the disk counts as calm.
const CALM: u32 = 200;
/// From how many times the fastest commit on a commit is stalled.
const STALL: u32 = 8;
/// The longest wait for a calm disk: one that never is, is measured as it is.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sets the log as an operator of a busy cluster would, and fills it once all around.
///
/// # Errors
/// When the database refuses.
pub(super) async fn circulate(servers: &DevStack) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(servers.admin_url()).await?;
    sqlx::query("ALTER SYSTEM SET min_wal_size = '1GB'")
        .execute(&mut connection)
        .await
        .context("the log cannot be set")?;
    // Pages are written whole into the log after a checkpoint; the yardstick's as well. A server built without LZ4 packs them otherwise.
    if sqlx::query("ALTER SYSTEM SET wal_compression = 'lz4'").execute(&mut connection).await.is_err() {
        let otherwise = sqlx::query("ALTER SYSTEM SET wal_compression = 'on'");
        otherwise.execute(&mut connection).await.context("the log cannot be packed")?;
    }
    sqlx::query("SELECT pg_reload_conf()").execute(&mut connection).await?;
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
    calm_down(&mut connection).await?;
    Ok(connection.close().await?)
}

/// Commits next to nothing, one after the other, until the disk has swallowed what the checkpoint gave it.
async fn calm_down(connection: &mut PgConnection) -> anyhow::Result<()> {
    let (began, mut fastest, mut calm) = (Instant::now(), Duration::MAX, 0);
    while calm < CALM && began.elapsed() < PATIENCE {
        let from = Instant::now();
        sqlx::query("SELECT pg_logical_emit_message(true, '', '')").execute(&mut *connection).await?;
        let lasted = from.elapsed();
        fastest = fastest.min(lasted);
        calm = if lasted > fastest * STALL { 0 } else { calm + 1 };
    }
    Ok(())
}
