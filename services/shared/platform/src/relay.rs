//! The outbox relay: carries committed events to Temporal, at least once and in order per workflow, and outlives its absence.

mod delivery;
mod table;

use std::{sync::Arc, time::Duration};

use sqlx::PgPool;
use tokio::{sync::Notify, task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::{clock::BusinessClock, database::told, metrics::Metrics, telemetry::TraceContext, temporal::Temporal};
use delivery::{Courier, Verdict};
use table::Row;

/// Longest time a row waits when nobody rings: the relay looks by itself.
const POLL: Duration = Duration::from_millis(500);
/// Most rows under way at the same time.
const UNDER_WAY: usize = 64;
/// Fewest places that are free before more rows are taken: a lease costs a transaction, whether it holds one row or many.
const BATCH: usize = 16;
/// Failures after which a row is given up. While Temporal is unreachable nothing is counted.
const ATTEMPTS: i32 = 10;
/// First wait after a failure; each further one doubles it.
const FIRST_BACKOFF: Duration = Duration::from_millis(500);
/// Longest wait after a failure of one row.
const ROW_BACKOFF: Duration = Duration::from_mins(5);
/// Longest wait before an unreachable Temporal is tried again.
const OUTAGE_BACKOFF: Duration = Duration::from_secs(5);
/// How often the backlog is counted for the metrics.
const COUNT_EVERY: Duration = Duration::from_secs(5);
/// Longest wait for rows under way when the role stops; what is cut is delivered again after its lease.
const STOP_GRACE: Duration = Duration::from_secs(4);

/// Carries the outbox rows of one service's schema. Several may run; no workflow is ever shared by two of them.
#[derive(Debug, Clone)]
pub struct Relay {
    pool: PgPool,
    courier: Courier,
    metrics: Metrics,
    bell: Arc<Notify>,
}

impl Relay {
    /// Makes a relay. `pool` connects as the relay's own role; `bell` is rung after each commit that wrote an event.
    #[must_use]
    pub fn new(pool: PgPool, temporal: Temporal, clock: BusinessClock, metrics: Metrics, bell: Arc<Notify>) -> Self {
        let courier = Courier::new(temporal, clock, pool.clone());
        Self { pool, courier, metrics, bell }
    }

    /// Carries rows until `stop` is cancelled. Faults of the database and absences of Temporal are waited out.
    pub async fn run(self, stop: CancellationToken) {
        let mut under_way = JoinSet::new();
        let mut outage = Outage::default();
        let mut count_at = Instant::now();
        while !stop.is_cancelled() {
            if count_at <= Instant::now() {
                self.count().await;
                count_at = Instant::now() + COUNT_EVERY;
            }
            let free = UNDER_WAY - under_way.len();
            let wanted = if outage.holds() || free < BATCH { 0 } else { outage.portion(free) };
            let claimed = self.claim(wanted).await;
            // Who got all that was asked for, or asked for nothing, looks again when something under way has ended.
            let full = claimed.len() == wanted;
            for row in claimed {
                under_way.spawn(self.clone().carry(row));
            }
            tokio::select! {
                () = stop.cancelled() => break,
                Some(carried) = under_way.join_next() => {
                    outage.learn(carried.unwrap_or(Reached::Yes));
                    while let Some(carried) = under_way.try_join_next() {
                        outage.learn(carried.unwrap_or(Reached::Yes));
                    }
                }
                () = self.bell.notified(), if !full && !outage.holds() => {}
                () = tokio::time::sleep(outage.rest().unwrap_or(POLL)) => {}
            }
        }
        let rest = async { while under_way.join_next().await.is_some() {} };
        drop(tokio::time::timeout(STOP_GRACE, rest).await);
    }

    async fn claim(&self, limit: usize) -> Vec<Row> {
        if limit == 0 {
            return Vec::new();
        }
        table::claim(&self.pool, limit).await.unwrap_or_else(|error| {
            tracing::warn!(error = told(&error), "the outbox cannot be read, the relay tries again");
            Vec::new()
        })
    }

    /// Carries one row and writes down what came of it.
    async fn carry(self, row: Row) -> Reached {
        let span = tracing::info_span!("relay.deliver", workflow_id = row.workflow_id, seq = row.seq, kind = row.kind);
        let trace: Option<TraceContext> = row.trace_context.as_deref().and_then(|text| text.parse().ok());
        if let Some(parent) = trace {
            parent.adopt(&span);
        }
        self.carry_in_span(&row).instrument(span).await
    }

    async fn carry_in_span(&self, row: &Row) -> Reached {
        let verdict = self.courier.deliver(row).await;
        self.metrics.relayed(&row.kind, verdict.as_str());
        let written = match &verdict {
            Verdict::Delivered => table::delete(&self.pool, row).await,
            Verdict::Unreachable(reason) => {
                tracing::debug!(reason, "Temporal is not reachable, {} waits", row.workflow_id);
                table::release(&self.pool, row, FIRST_BACKOFF, reason).await
            }
            Verdict::Gone(reason) => self.give_up(row, reason).await,
            Verdict::Failed(reason) if row.attempts + 1 >= ATTEMPTS => self.give_up(row, reason).await,
            Verdict::Failed(reason) => {
                tracing::warn!(reason, attempts = row.attempts + 1, "event {} of {} failed", row.seq, row.workflow_id);
                table::fail(&self.pool, row, backoff(row.attempts), reason).await
            }
        };
        if let Err(error) = written {
            // The lease runs out and the row is carried again: at least once is what is promised.
            tracing::warn!(
                error = told(&error),
                "what came of event {} of {} could not be written",
                row.seq,
                row.workflow_id
            );
        }
        if matches!(verdict, Verdict::Unreachable(_)) { Reached::No } else { Reached::Yes }
    }

    async fn give_up(&self, row: &Row, reason: &str) -> sqlx::Result<()> {
        tracing::error!(reason, "event {} of {} is a dead letter: {reason}", row.seq, row.workflow_id);
        table::bury(&self.pool, row, reason).await
    }

    async fn count(&self) {
        match table::count(&self.pool).await {
            Ok((backlog, dead)) => self.metrics.outbox(backlog, dead),
            Err(error) => tracing::warn!(error = told(&error), "the outbox could not be counted"),
        }
    }
}

/// The wait after a row's failure: half a second, doubled with each attempt before it.
fn backoff(attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts).unwrap_or(0).min(16);
    FIRST_BACKOFF.saturating_mul(1 << doublings).min(ROW_BACKOFF)
}

/// Whether a delivery reached Temporal at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    Yes,
    No,
}

/// How long the relay leaves an unreachable Temporal alone: twice as long after each try, and one row is the probe.
#[derive(Debug, Default)]
struct Outage {
    wait: Option<Duration>,
    until: Option<Instant>,
}

impl Outage {
    fn learn(&mut self, reached: Reached) {
        match reached {
            Reached::Yes => *self = Self::default(),
            // Rows that were under way together tell of one outage, not of many.
            Reached::No if self.holds() => {}
            Reached::No => {
                let wait = self.wait.map_or(FIRST_BACKOFF, |wait| (wait * 2).min(OUTAGE_BACKOFF));
                *self = Self { wait: Some(wait), until: Some(Instant::now() + wait) };
            }
        }
    }

    fn holds(&self) -> bool {
        self.until.is_some_and(|until| until > Instant::now())
    }

    fn rest(&self) -> Option<Duration> {
        self.until.map(|until| until.saturating_duration_since(Instant::now())).filter(|rest| !rest.is_zero())
    }

    fn portion(&self, free: usize) -> usize {
        if self.wait.is_some() { free.min(1) } else { free }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_waits_longer_after_each_failure() {
        assert_eq!(backoff(0), Duration::from_millis(500));
        assert_eq!(backoff(3), Duration::from_secs(4));
        assert_eq!(backoff(9), Duration::from_secs(256));
        assert_eq!(backoff(40), ROW_BACKOFF);
    }

    #[tokio::test(start_paused = true)]
    async fn an_outage_is_probed_with_one_row_at_a_time() {
        let mut outage = Outage::default();
        assert_eq!(outage.portion(64), 64);
        outage.learn(Reached::No);
        outage.learn(Reached::No);
        assert_eq!(outage.wait, Some(FIRST_BACKOFF));
        tokio::time::advance(FIRST_BACKOFF).await;
        assert!(!outage.holds());
        assert_eq!(outage.portion(64), 1);
        outage.learn(Reached::No);
        assert_eq!(outage.wait, Some(FIRST_BACKOFF * 2));
        outage.learn(Reached::Yes);
        assert_eq!(outage.portion(64), 64);
    }
}
