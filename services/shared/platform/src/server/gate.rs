//! The way into a handler: trace, caller, readiness, size, deadline, place, panic. One function, so that the order can be read.

use std::{
    collections::HashSet,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    BoxError,
    body::{Body, Bytes},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use futures::{FutureExt, StreamExt};
use http::HeaderMap;
use tokio::sync::Semaphore;
use tonic::{Code, Status};
use tracing::Instrument;

use super::frames::FrameMeter;
use crate::{
    admin::Readiness,
    auth::Authenticator,
    clock::WallClock,
    config::Limits,
    metrics::Metrics,
    principal::Caller,
    refusal::{self, Refusal},
    telemetry::{TRACEPARENT, TraceContext},
};

/// Services that answer without a token: probes and reflection.
const OPEN: [&str; 3] =
    ["grpc.health.v1.Health/", "grpc.reflection.v1.ServerReflection/", "grpc.reflection.v1alpha.ServerReflection/"];

/// Our timer rings before tonic's timers on both sides, which would answer CANCELLED instead of `DEADLINE_EXCEEDED`: earlier by a
/// tenth of the deadline, by this at most.
const RING_EARLY: Duration = Duration::from_millis(50);

/// What every call on one listener passes.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) listener: &'static str,
    pub(super) authenticator: Authenticator,
    pub(super) limits: Limits,
    pub(super) metrics: Metrics,
    pub(super) places: Semaphore,
    /// What is served here. A method that is not is a word of the caller's making, which no log, trace or series repeats.
    pub(super) methods: HashSet<String>,
    pub(super) readiness: Readiness,
}

/// Leads one call through the gate.
pub(super) async fn pass(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.uri().path().trim_start_matches('/').to_owned();
    let told = if gate.methods.contains(&method) { method.as_str() } else { "unknown" };
    let rpc = told.rsplit('/').next().unwrap_or_default();
    let brought = request.headers().get(TRACEPARENT).and_then(|value| value.to_str().ok()?.parse().ok());
    let span = tracing::info_span!(
        "grpc",
        otel.name = format!("grpc.{rpc}"),
        otel.kind = "server",
        rpc.method = told,
        trace_id = tracing::field::Empty,
    );
    let trace = begin(&span, brought);
    span.record("trace_id", trace.trace_id());

    let response = trace.scope(gate.handle(method.clone(), trace, request, next)).instrument(span.clone()).await;

    let took = started.elapsed();
    let code = response.extensions().get::<Status>().map_or(Code::Ok, Status::code);
    gate.metrics.rpc(gate.listener, told, code, took);
    span.in_scope(|| {
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(method = told, code = ?code, took_ms = millis, "answered {rpc} with {code:?}");
    });
    response
}

fn begin(span: &tracing::Span, brought: Option<TraceContext>) -> TraceContext {
    if let Some(parent) = brought {
        parent.adopt(span);
    }
    TraceContext::of_span(span).or(brought).unwrap_or_else(|| TraceContext::fresh(WallClock))
}

impl Gate {
    async fn handle(&self, method: String, trace: TraceContext, mut request: Request, next: Next) -> Response {
        if OPEN.iter().all(|open| !method.starts_with(open)) {
            match self.authenticator.authenticate(request.headers(), request.extensions()).await {
                Ok(principal) => {
                    let caller = Caller { principal, trace_id: trace.trace_id(), method };
                    request.extensions_mut().insert(caller);
                }
                Err(refusal) => return refusal.status().into_http(),
            }
            // Whoever holds a connection goes on calling, whatever the health service says.
            if let Some(check) = self.readiness.withheld_by() {
                return Refusal::Withheld(check).status().into_http();
            }
        }
        let deadline = self.deadline(request.headers());
        let request = limited(request, self.limits.message_bytes);
        let work = async {
            // The semaphore is never closed; were it, serving without a place is the lesser evil.
            let place = self.places.acquire().await.ok();
            let response = AssertUnwindSafe(next.run(request)).catch_unwind().await;
            drop(place);
            response
        };
        match tokio::time::timeout(deadline, work).await {
            Ok(Ok(response)) => readable(response),
            Ok(Err(_panic)) => self.panicked().into_http(),
            Err(_elapsed) if self.places.available_permits() == 0 => Refusal::Overloaded.status().into_http(),
            Err(_elapsed) => Refusal::DeadlinePassed.status().into_http(),
        }
    }

    /// The time this call may take: what its caller asks for within our bounds.
    fn deadline(&self, headers: &HeaderMap) -> Duration {
        let asked = headers.get("grpc-timeout").and_then(|value| timeout(value.to_str().ok()?));
        let deadline = asked.unwrap_or(self.limits.deadline_default).min(self.limits.deadline_max);
        deadline.saturating_sub(RING_EARLY.min(deadline / 10))
    }

    /// The panic hook has written the place; the client learns only the number to ask for.
    fn panicked(&self) -> Status {
        self.metrics.panic();
        let incident = WallClock.new_id();
        tracing::error!(%incident, "a handler panicked, incident {incident}");
        refusal::incident(incident)
    }
}

/// Reads `grpc-timeout`: at most eight digits and a unit.
fn timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number * 3600)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

/// Ends the request's body with a refusal as soon as a message announces more bytes than allowed.
fn limited(request: Request, message_bytes: usize) -> Request {
    request.map(|body| {
        let mut meter = FrameMeter::new(message_bytes);
        Body::from_stream(body.into_data_stream().map(move |chunk| -> Result<Bytes, BoxError> {
            let chunk = chunk.map_err(axum::Error::into_inner)?;
            if meter.admits(&chunk) { Ok(chunk) } else { Err(Refusal::MessageTooLarge.status().into()) }
        }))
    })
}

/// A message that cannot be decoded is the client's fault, which tonic reports as INTERNAL.
fn readable(response: Response) -> Response {
    let malformed = response.extensions().get::<Status>().is_some_and(|status| {
        let message = status.message();
        status.code() == Code::Internal
            && (message.starts_with("failed to decode Protobuf message") || message == "Missing request message.")
    });
    if malformed { Refusal::MessageMalformed.status().into_http() } else { response }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_read_with_their_unit() {
        assert_eq!(timeout("250m"), Some(Duration::from_millis(250)));
        assert_eq!(timeout("2S"), Some(Duration::from_secs(2)));
        assert_eq!(timeout("99999999H"), Some(Duration::from_hours(99_999_999)));
        for text in ["", "S", "1", "1x", "123456789S", "-1S", "1ä"] {
            assert_eq!(timeout(text), None, "{text}");
        }
    }
}
