//! Starts every open procedure again from PostgreSQL: all of Temporal can be lost and rebuilt.
//!
//! It writes starts into the outbox as the relay's role; the relay carries them. A procedure that runs is left alone, so repeating
//! it changes nothing.

use lotse_kernel::workflow::WorkflowId;
use lotse_platform::outbox::{self, Start};
use sqlx::PgPool;

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Reconciled {
    /// Procedures that are open in PostgreSQL.
    pub open: u64,
    /// Starts that were written; the others waited in the outbox already.
    pub written: u64,
}

impl Reconciled {
    async fn restart(&mut self, pool: &PgPool, id: &WorkflowId, start: &Start) -> anyhow::Result<()> {
        self.open += 1;
        self.written += u64::from(outbox::restart(pool, id.jobcenter().as_str(), &id.to_string(), start).await?);
        Ok(())
    }
}

/// Starts every open episode again. `pool` connects as the relay's role of cases; `progress` hears the count after each page.
///
/// # Errors
/// When the database fails; what was written stays, and a repetition goes on.
pub async fn episodes(pool: &PgPool, spread: bool, progress: impl Fn(Reconciled)) -> anyhow::Result<Reconciled> {
    let (mut done, mut last) = (Reconciled::default(), None);
    loop {
        let page = lotse_cases::store::open::episodes(pool, last.as_ref()).await?;
        let Some((name, _)) = page.last().cloned() else { return Ok(done) };
        for (episode, generation) in &page {
            let start = lotse_cases::acting::start(episode, *generation, spread)?;
            done.restart(pool, &WorkflowId::episode(episode, *generation), &start).await?;
        }
        progress(done);
        last = Some(name);
    }
}

/// Starts every open referral again. `pool` connects as the relay's role of providers.
///
/// # Errors
/// As [`episodes`].
pub async fn referrals(pool: &PgPool, spread: bool, progress: impl Fn(Reconciled)) -> anyhow::Result<Reconciled> {
    let (mut done, mut last) = (Reconciled::default(), None);
    loop {
        let page = lotse_providers::store::open::referrals(pool, last.as_ref()).await?;
        let Some(name) = page.last().cloned() else { return Ok(done) };
        for referral in &page {
            let (id, start) = lotse_providers::store::open::procedure(referral, spread)?;
            done.restart(pool, &id, &start).await?;
        }
        progress(done);
        last = Some(name);
    }
}

/// Starts every open letter delivery again. `pool` connects as the relay's role of documents.
///
/// # Errors
/// As [`episodes`].
pub async fn letters(pool: &PgPool, spread: bool, progress: impl Fn(Reconciled)) -> anyhow::Result<Reconciled> {
    let (mut done, mut last) = (Reconciled::default(), None);
    loop {
        let page = lotse_documents::store::open::letters(pool, last.as_ref()).await?;
        let Some(name) = page.last().cloned() else { return Ok(done) };
        for letter in &page {
            let (id, start) = lotse_documents::store::open::delivery(letter, spread)?;
            done.restart(pool, &id, &start).await?;
        }
        progress(done);
        last = Some(name);
    }
}
