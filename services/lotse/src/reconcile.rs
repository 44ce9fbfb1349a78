//! Starts every open procedure again from PostgreSQL: all of Temporal can be lost and rebuilt.
//!
//! It writes starts into the outbox as the relay's role; the relay carries them. A procedure that runs is left alone, so repeating
//! it changes nothing.

use std::ops::Add;

use lotse_kernel::workflow::WorkflowInput;
use lotse_platform::{failure::Failure, outbox};
use sqlx::PgPool;

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Reconciled {
    /// Procedures that are open in PostgreSQL.
    pub open: u64,
    /// Starts that were written; the others waited in the outbox already.
    pub written: u64,
}

impl Add for Reconciled {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { open: self.open + other.open, written: self.written + other.written }
    }
}

/// Starts every open procedure of one kind again. `pool` connects as the relay's role of the service that owns them; `page` reads
/// what comes after the last one it is given; `progress` hears the count after each page.
///
/// # Errors
/// When the database fails; what was written stays, and a repetition goes on.
pub async fn all<I: WorkflowInput + Sync>(
    pool: &PgPool,
    page: impl AsyncFn(Option<&I>) -> Result<Vec<I>, Failure>,
    progress: impl Fn(Reconciled),
) -> anyhow::Result<Reconciled> {
    let (mut done, mut last) = (Reconciled::default(), None);
    loop {
        let inputs = page(last.as_ref()).await?;
        for input in &inputs {
            done.open += 1;
            done.written += u64::from(outbox::restart(pool, input).await?);
        }
        let Some(reached) = inputs.into_iter().next_back() else { return Ok(done) };
        last = Some(reached);
        progress(done);
    }
}
