//! What a worker tells about itself: whether every queue has a worker that takes work, and how its calls to the services end.

use std::time::Duration;

use lotse_platform::{
    admin::{Check, Readiness},
    metrics::{Metrics, MetricsError},
};
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts};
use tonic::Code;

use crate::registry;

/// The counters of the worker role. Labels hold names of activities and codes, never names or ids of records. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Vitals {
    metrics: Metrics,
    queues: IntGauge,
    calls: IntCounterVec,
    call_seconds: HistogramVec,
}

impl Vitals {
    /// A registry of its own, in which nothing is counted yet.
    ///
    /// # Errors
    /// When two metrics have the same name, which every start would show.
    pub fn new() -> Result<Self, MetricsError> {
        let metrics = Metrics::new("worker")?;
        let queues = IntGauge::new("lotse_worker_queues", "Task queues whose worker takes work")?;
        let calls = IntCounterVec::new(
            Opts::new("lotse_activity_calls_total", "Calls of activities to services, every try, by activity and code"),
            &["activity", "code"],
        )?;
        let call_seconds = HistogramVec::new(
            HistogramOpts::new("lotse_activity_call_duration_seconds", "Time from a call to its answer, every try"),
            &["activity"],
        )?;
        metrics.registry().register(Box::new(queues.clone()))?;
        metrics.registry().register(Box::new(calls.clone()))?;
        metrics.registry().register(Box::new(call_seconds.clone()))?;
        Ok(Self { metrics, queues, calls, call_seconds })
    }

    /// What the admin listener serves.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }

    /// Ready as soon as every queue has a worker, and no longer when one stops.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        let queues = self.queues.clone();
        let all = registry::QUEUES.len();
        let check = Check::new("workers", move || {
            let working = usize::try_from(queues.get()).unwrap_or(0);
            async move { working >= all }
        });
        let readiness = Readiness::new(vec![check]);
        readiness.set(true);
        readiness
    }

    /// A queue's worker takes work until the value is dropped.
    #[must_use]
    pub fn works(&self) -> Working {
        self.queues.inc();
        Working { queues: self.queues.clone() }
    }

    /// Counts one try of a call.
    pub fn called(&self, activity: &str, code: Code, took: Duration) {
        self.calls.with_label_values(&[activity, &format!("{code:?}")]).inc();
        self.call_seconds.with_label_values(&[activity]).observe(took.as_secs_f64());
    }
}

/// A worker that takes work.
#[derive(Debug)]
pub struct Working {
    queues: IntGauge,
}

impl Drop for Working {
    fn drop(&mut self) {
        self.queues.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_worker_is_ready_while_every_queue_is_worked_on() {
        let vitals = Vitals::new().unwrap();
        let readiness = vitals.readiness();
        assert_eq!(readiness.missing().await, ["workers"]);
        let mut working: Vec<_> = registry::QUEUES.iter().map(|_| vitals.works()).collect();
        assert!(readiness.missing().await.is_empty());
        working.pop();
        assert_eq!(readiness.missing().await, ["workers"]);
    }
}
