//! The courier: takes due deliveries, hands them to the mail server and writes down how they go on, until it is told to stop.

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use lotse_platform::{
    failure::{Failure, told},
    metrics::{Metrics, MetricsError},
};
use prometheus::{IntCounterVec, IntGauge, Opts};
use sqlx::PgPool;
use tokio::{sync::Notify, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    config::Smtp,
    domain::delivery::{Mishap, Next, Patience, Trouble},
    mail::Mailer,
    store::queue::{self, Claimed},
    texts::Texts,
};

/// How often the courier looks by itself.
const LOOK: Duration = Duration::from_millis(500);

/// Longest rest while the database is away.
const LONGEST_REST: Duration = Duration::from_secs(5);

/// How much longer than one e-mail may take a lease lasts, for the report.
const LEASE_MARGIN: Duration = Duration::from_secs(10);

/// What the courier counts.
#[derive(Debug, Clone)]
pub struct Counts {
    attempts: IntCounterVec,
    pending: IntGauge,
    failed: IntGauge,
}

impl Counts {
    /// Registers the counts with those of the role.
    ///
    /// # Errors
    /// When a name is taken.
    pub fn new(metrics: &Metrics) -> Result<Self, MetricsError> {
        let attempts =
            Opts::new("lotse_mail_attempts_total", "Attempts to hand an e-mail to the mail server, by outcome");
        let counts = Self {
            attempts: IntCounterVec::new(attempts, &["outcome"])?,
            pending: IntGauge::new("lotse_mail_pending", "E-mails that wait for an attempt")?,
            failed: IntGauge::new("lotse_mail_failed", "E-mails given up, waiting for a person")?,
        };
        metrics.registry().register(Box::new(counts.attempts.clone()))?;
        metrics.registry().register(Box::new(counts.pending.clone()))?;
        metrics.registry().register(Box::new(counts.failed.clone()))?;
        Ok(counts)
    }
}

/// Carries e-mails to the mail server.
#[derive(Debug)]
pub struct Courier {
    pool: PgPool,
    mailer: Mailer,
    texts: Arc<Texts>,
    patience: Patience,
    parallel: u32,
    lease: Duration,
    bell: Arc<Notify>,
    counts: Counts,
}

impl Courier {
    /// Equips a courier. `bell` is rung after each commit that wrote deliveries.
    #[must_use]
    pub fn new(
        pool: PgPool,
        mailer: Mailer,
        texts: Arc<Texts>,
        smtp: &Smtp,
        bell: Arc<Notify>,
        counts: Counts,
    ) -> Self {
        let lease = smtp.timeout + LEASE_MARGIN;
        Self { pool, mailer, texts, patience: smtp.patience(), parallel: smtp.parallel, lease, bell, counts }
    }

    /// Works until `stop` is cancelled. E-mails under way are finished first; those that do not finish in time keep their lease and
    /// are sent again under the same Message-ID.
    pub async fn run(self, stop: CancellationToken) {
        let mut rest = LOOK;
        while !stop.is_cancelled() {
            match self.round().await {
                Ok(0) => rest = LOOK,
                Ok(_) => {
                    rest = LOOK;
                    continue;
                }
                Err(error) => {
                    tracing::warn!(error = told(&error), "the courier cannot read its queue");
                    rest = (rest * 2).min(LONGEST_REST);
                }
            }
            let ring = async { drop(timeout(rest, self.bell.notified()).await) };
            tokio::select! {
                () = stop.cancelled() => {}
                () = ring => {}
            }
        }
    }

    /// Takes as many deliveries as go out at the same time, and sees each to its report. Tells how many there were.
    async fn round(&self) -> Result<usize, Failure> {
        let claimed = queue::claim(&self.pool, i64::from(self.parallel), self.lease).await?;
        join_all(claimed.iter().map(|claimed| self.deliver(claimed))).await;
        let (pending, failed) = queue::standing(&self.pool).await?;
        self.counts.pending.set(pending);
        self.counts.failed.set(failed);
        Ok(claimed.len())
    }

    async fn deliver(&self, claimed: &Claimed) {
        let outcome = self.attempt(claimed).await;
        let next = self.patience.after(claimed.attempt, outcome);
        self.tell(claimed, next);
        match queue::report(&self.pool, claimed, next).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(delivery = %claimed.delivery_id, "the lease of delivery {} had run out", claimed.delivery_id);
            }
            // The lease runs out and the delivery is tried again: twice sent at worst, never lost.
            Err(error) => {
                let error = told(&error);
                tracing::warn!(delivery = %claimed.delivery_id, error, "delivery {} could not be reported", claimed.delivery_id);
            }
        }
    }

    async fn attempt(&self, claimed: &Claimed) -> Result<(), Mishap> {
        let mut email = claimed.email.clone();
        email.body = self.texts.email(&email.body, &claimed.subjects).map_err(|error| {
            tracing::error!(error = told(&error), "an e-mail cannot be written");
            Mishap { trouble: Trouble::MessageFaulty, reply_code: None }
        })?;
        self.mailer.send(&email).await
    }

    /// Logs and counts what came of an attempt: ids and codes only, no address and no word of the mail server.
    fn tell(&self, claimed: &Claimed, next: Next) {
        let (delivery, attempt) = (claimed.delivery_id, claimed.attempt);
        let outcome = match next {
            Next::Sent => {
                tracing::info!(%delivery, attempt, "delivery {delivery} was sent");
                "SENT"
            }
            Next::Again { after, mishap: Mishap { trouble, reply_code } } => {
                let seconds = after.as_secs();
                tracing::warn!(%delivery, attempt, %trouble, reply_code, "delivery {delivery} is tried again in {seconds} s: {trouble}");
                trouble.code()
            }
            Next::Failed { mishap: Mishap { trouble, reply_code } } => {
                tracing::warn!(%delivery, attempt, %trouble, reply_code, "delivery {delivery} was given up: {trouble}");
                trouble.code()
            }
        };
        self.counts.attempts.with_label_values(&[outcome]).inc();
    }
}
