//! Signs of life: a recorded activity tells Temporal that it is still worked on, so that a worker that died is missed soon.

use std::{convert::Infallible, fmt, time::Duration};

use temporalio_sdk::activities::ActivityContext;

/// How long Temporal waits for a sign of life of a recorded activity before it takes its worker for dead and has the activity run
/// elsewhere. Without one it would wait as long as all tries may take.
pub(super) const SIGN_WITHIN: Duration = Duration::from_secs(5);

/// How often a sign is given. An activity that ends before the first costs no call more.
pub(crate) const SIGN_EVERY: Duration = Duration::from_secs(2);

/// Gives signs of life of one activity, if Temporal waits for any.
pub(super) struct SignsOfLife(Option<ActivityContext>);

impl SignsOfLife {
    pub(super) fn of(context: &ActivityContext) -> Self {
        Self(context.info().heartbeat_timeout.map(|_| context.clone()))
    }

    /// Gives signs for as long as it is polled.
    pub(super) async fn give(&self) -> Infallible {
        let Some(context) = &self.0 else { return std::future::pending().await };
        loop {
            tokio::time::sleep(SIGN_EVERY).await;
            // Nothing is told with the sign, and nothing cannot fail to be written.
            drop(context.record_heartbeat(()).await);
        }
    }
}

impl fmt::Debug for SignsOfLife {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("SignsOfLife").field(&self.0.is_some()).finish()
    }
}
