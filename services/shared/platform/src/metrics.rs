//! What a role counts: one Prometheus registry per role, so that several roles can live in one process.

use std::time::Duration;

use prometheus::{
    HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder, core::Collector,
};
use thiserror::Error;

/// A metric could not be registered or written.
#[derive(Debug, Error)]
#[error("a metric could not be registered or written")]
pub struct MetricsError(#[from] prometheus::Error);

/// The counters of one role. Labels hold method names, codes and kinds only: never names, ids or texts of people.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Registry,
    rpcs: IntCounterVec,
    rpc_seconds: HistogramVec,
    panics: IntCounter,
    unknown_roles: IntCounter,
    outbox_backlog: IntGauge,
    dead_letters: IntGauge,
    relayed: IntCounterVec,
}

impl Metrics {
    /// Makes the registry of `role`, whose name becomes a label of every series.
    ///
    /// # Errors
    /// When two metrics have the same name, which a test of this file would show.
    pub fn new(role: &str) -> Result<Self, MetricsError> {
        let labels = [("role".to_owned(), role.to_owned())].into();
        let registry = Registry::new_custom(None, Some(labels))?;
        Ok(Self {
            rpcs: registered(
                &registry,
                IntCounterVec::new(
                    Opts::new("lotse_rpcs_total", "RPCs answered, by listener, method and code"),
                    &["listener", "method", "code"],
                )?,
            )?,
            rpc_seconds: registered(
                &registry,
                HistogramVec::new(
                    HistogramOpts::new(
                        "lotse_rpc_duration_seconds",
                        "Time from the request's head to the answer's head",
                    )
                    .buckets(vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0]),
                    &["listener", "method"],
                )?,
            )?,
            panics: registered(&registry, IntCounter::new("lotse_panics_total", "Handlers that panicked")?)?,
            unknown_roles: registered(
                &registry,
                IntCounter::new("lotse_unknown_roles_total", "Roles in tokens that Lotse does not know, ignored")?,
            )?,
            outbox_backlog: registered(
                &registry,
                IntGauge::new("lotse_outbox_backlog", "Outbox rows that wait for delivery")?,
            )?,
            dead_letters: registered(
                &registry,
                IntGauge::new("lotse_dead_letters", "Outbox rows given up, waiting for a person")?,
            )?,
            relayed: registered(
                &registry,
                IntCounterVec::new(
                    Opts::new("lotse_outbox_deliveries_total", "Attempts to deliver outbox rows, by kind and outcome"),
                    &["kind", "outcome"],
                )?,
            )?,
            registry,
        })
    }

    /// The registry, for metrics of a service's own.
    #[must_use]
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Counts one answered RPC. `method` is one that is served, or `unknown`: a word of a caller's making must not become a series.
    pub fn rpc(&self, listener: &str, method: &str, code: tonic::Code, took: Duration) {
        self.rpcs.with_label_values(&[listener, method, &format!("{code:?}")]).inc();
        self.rpc_seconds.with_label_values(&[listener, method]).observe(took.as_secs_f64());
    }

    /// Counts a handler that panicked.
    pub fn panic(&self) {
        self.panics.inc();
    }

    /// Counts a role word of a token that Lotse does not know.
    pub fn unknown_role(&self) {
        self.unknown_roles.inc();
    }

    /// Sets how many outbox rows wait and how many were given up.
    pub fn outbox(&self, backlog: i64, dead: i64) {
        self.outbox_backlog.set(backlog);
        self.dead_letters.set(dead);
    }

    /// Counts an attempt to deliver an outbox row.
    pub fn relayed(&self, kind: &str, outcome: &str) {
        self.relayed.with_label_values(&[kind, outcome]).inc();
    }

    /// Writes all series in Prometheus's text format.
    ///
    /// # Errors
    /// When a series cannot be written.
    pub fn text(&self) -> Result<String, MetricsError> {
        Ok(TextEncoder::new().encode_to_string(&self.registry.gather())?)
    }
}

fn registered<C: Collector + Clone + 'static>(registry: &Registry, metric: C) -> Result<C, MetricsError> {
    registry.register(Box::new(metric.clone()))?;
    Ok(metric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_counted_by_method_and_code() {
        let metrics = Metrics::new("cases").expect("distinct names");
        metrics.rpc("public", "a.B/C", tonic::Code::Ok, Duration::from_millis(3));
        let text = metrics.text().expect("text");
        assert!(
            text.contains(r#"lotse_rpcs_total{code="Ok",listener="public",method="a.B/C",role="cases"} 1"#),
            "{text}"
        );
    }
}
