//! Looks again and again at what a role must agree with before it is sent work, and tells it to whoever watches its health.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Health;
use crate::admin::{Lack, Readiness};

/// How soon a role is sent work after what held it back is gone, and how long it still is after something came.
const PAUSE: Duration = Duration::from_secs(1);

/// The watched checks of a role. What changes is told once: in the log, by the health service, and on the admin listener.
#[derive(Debug)]
pub(super) struct Watch {
    role: &'static str,
    health: Health,
    readiness: Readiness,
    told: Option<Vec<Lack>>,
}

impl Watch {
    pub(super) const fn new(role: &'static str, health: Health, readiness: Readiness) -> Self {
        Self { role, health, readiness, told: None }
    }

    /// Looks once and tells what has changed.
    pub(super) async fn look(&mut self) {
        let lacks = self.readiness.look().await;
        if self.told.as_ref() == Some(&lacks) {
            return;
        }
        self.log(&lacks);
        self.readiness.withhold(lacks.clone());
        self.set_health(lacks.is_empty()).await;
        self.told = Some(lacks);
    }

    /// Goes on looking until `stop`.
    pub(super) async fn go_on(mut self, stop: CancellationToken) {
        while stop.run_until_cancelled(self.look_later()).await.is_some() {}
    }

    async fn look_later(&mut self) {
        tokio::time::sleep(PAUSE).await;
        self.look().await;
    }

    fn log(&self, lacks: &[Lack]) {
        let role = self.role;
        if lacks.is_empty() {
            tracing::info!(role, "{role} may be sent work");
            return;
        }
        let lacks: Vec<_> = lacks.iter().map(ToString::to_string).collect();
        let lacks = lacks.join("; ");
        tracing::error!(role, %lacks, "{role} is not to be sent work: {lacks}");
    }

    /// A role that stops is not to be sent work whatever is seen here, also when it began to stop just now.
    async fn set_health(&self, serving: bool) {
        if serving && !self.readiness.is_open() {
            return;
        }
        self.health.set(serving).await;
        if serving && !self.readiness.is_open() {
            self.health.set(false).await;
        }
    }
}
