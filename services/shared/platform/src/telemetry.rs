//! Logs and traces of a role: JSON lines on standard output, OTLP when an endpoint is configured.

mod trace;

use std::{any::Any, time::Duration};

use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithTonicConfig as _};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use thiserror::Error;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{FilterFn, LevelFilter},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

pub use trace::{TRACEPARENT, TraceContext, trace_context};

use crate::{
    config::{LogFormat, ServerUri, Telemetry},
    tls::{self, UnreadableFile},
};

/// Longest wait for the collector to take a batch of traces; what it does not take is lost, and nobody waits for it.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest wait for the collector when the process ends.
const LAST_TRACES: Duration = Duration::from_secs(2);

/// Telemetry could not be set up.
#[derive(Debug, Error)]
pub enum TelemetryError {
    /// The level of `LOTSE_LOG` is not a filter.
    #[error("LOTSE_LOG is not a filter of log levels")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The OTLP exporter refused its endpoint.
    #[error("the trace exporter could not be built")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    /// The file of the collector's authorities cannot be read.
    #[error(transparent)]
    File(#[from] UnreadableFile),
    /// A subscriber is installed already: telemetry is set up once in a process.
    #[error("telemetry is set up already")]
    Installed(#[from] tracing_subscriber::util::TryInitError),
}

/// Sends what is left of the traces when it is dropped; keep it until the process ends.
#[derive(Debug)]
pub struct TelemetryGuard {
    provider: Option<SdkTracerProvider>,
}

impl Drop for TelemetryGuard {
    fn drop(&mut self) {
        if let Some(provider) = &self.provider
            && let Err(error) = provider.shutdown_with_timeout(LAST_TRACES)
        {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

/// Installs logging and tracing for the whole process. Call it once, inside the runtime.
///
/// # Errors
/// When the filter, the endpoint or the file of its authorities is not usable, or telemetry is set up already.
pub fn init(config: &Telemetry, role: &'static str) -> Result<TelemetryGuard, TelemetryError> {
    let (subscriber, guard) = subscriber(config, role)?;
    subscriber.try_init()?;
    std::panic::set_hook(Box::new(|panic| {
        let (place, words) = (panic.location().map(ToString::to_string), words_of(panic.payload()));
        tracing::error!(place, "a panic at {}: {words}", place.as_deref().unwrap_or("an unknown place"));
    }));
    Ok(guard)
}

/// What a log may hold of a panic: words that stand in the code. A message that was put together may quote anything, as that of
/// a text cut within a character does, which repeats the text.
fn words_of(payload: &(dyn Any + Send)) -> &'static str {
    payload.downcast_ref::<&'static str>().copied().unwrap_or("its message may hold values and is left out")
}

/// Builds what [`init`] installs, for a part of a process.
///
/// # Errors
/// When the filter, the endpoint or the file of its authorities is not usable.
pub fn subscriber(
    config: &Telemetry,
    role: &'static str,
) -> Result<(impl Subscriber + Send + Sync + use<>, TelemetryGuard), TelemetryError> {
    // Libraries repeat headers and messages at the level below: nothing of it is written, whatever is asked for.
    let filter = LevelFilter::DEBUG.and_then(EnvFilter::try_new(&config.log)?);
    let provider = config.otlp_endpoint.as_ref().map(|endpoint| provider(endpoint, config, role)).transpose()?;
    let traces = provider.as_ref().map(|provider| {
        let layer = tracing_opentelemetry::layer().with_location(false).with_threads(false);
        layer.with_tracer(provider.tracer("lotse")).with_filter(FilterFn::new(is_ours))
    });
    Ok((Registry::default().with(filter).with(lines(config.log_format)).with(traces), TelemetryGuard { provider }))
}

/// Whether a span or event is of our code. Libraries, the SDK of Temporal above all, make thousands that begin with nobody's request:
/// as traces they would lead nowhere.
fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("lotse")
}

fn lines<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> tracing_subscriber::registry::LookupSpan<'span>,
{
    match format {
        LogFormat::Json => tracing_subscriber::fmt::layer().json().flatten_event(true).with_span_list(false).boxed(),
        LogFormat::Text => tracing_subscriber::fmt::layer().compact().with_target(false).boxed(),
    }
}

fn provider(endpoint: &ServerUri, config: &Telemetry, role: &'static str) -> Result<SdkTracerProvider, TelemetryError> {
    let mut exporter =
        SpanExporter::builder().with_tonic().with_endpoint(endpoint.to_string()).with_timeout(EXPORT_TIMEOUT);
    if endpoint.is_encrypted() {
        exporter = exporter.with_tls_config(tls::client(config.otlp_ca_file.as_deref(), None)?);
    }
    let exporter = exporter.build()?;
    let resource = Resource::builder()
        .with_service_name(format!("lotse-{role}"))
        .with_attribute(KeyValue::new("service.namespace", "lotse"))
        .build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_without_values() {
        assert_eq!(words_of(&"a word of the code"), "a word of the code");
        assert_eq!(words_of(&"canary".to_owned()), "its message may hold values and is left out");
    }
}
