//! The W3C trace context: taken from a request, carried through outbox rows, put into the next call.

use std::{fmt, future::Future, str::FromStr};

use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::clock::WallClock;

/// The header and metadata key of the trace context.
pub const TRACEPARENT: &str = "traceparent";

tokio::task_local! {
    static CURRENT: TraceContext;
}

/// A trace id, the id of the span that asks, and whether the trace is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    trace: [u8; 16],
    span: [u8; 8],
    sampled: bool,
}

impl TraceContext {
    /// Begins a trace of its own, for a request that brought none.
    #[must_use]
    pub fn fresh(clock: WallClock) -> Self {
        let mut span = [0; 8];
        // The second half of a UUIDv7 is random, its first half is time.
        span.copy_from_slice(&clock.new_id().into_bytes()[8..]);
        Self { trace: clock.new_id().into_bytes(), span, sampled: true }
    }

    /// The context of a tracing span, when traces are exported.
    #[must_use]
    pub fn of_span(span: &Span) -> Option<Self> {
        let context = span.context();
        let context = context.span().span_context().clone();
        context.is_valid().then(|| Self {
            trace: context.trace_id().to_bytes(),
            span: context.span_id().to_bytes(),
            sampled: context.is_sampled(),
        })
    }

    /// Makes `span` a child of this context. Without an exporter there is nothing to do.
    pub fn adopt(self, span: &Span) {
        let remote = SpanContext::new(
            TraceId::from_bytes(self.trace),
            SpanId::from_bytes(self.span),
            if self.sampled { TraceFlags::SAMPLED } else { TraceFlags::NOT_SAMPLED },
            true,
            TraceState::default(),
        );
        // It fails exactly when no exporter is installed or the span is filtered away, where a parent has no meaning.
        drop(span.set_parent(opentelemetry::Context::new().with_remote_span_context(remote)));
    }

    /// The trace id: 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn trace_id(self) -> String {
        TraceId::from_bytes(self.trace).to_string()
    }

    /// Runs `future` with this context as the current one.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        CURRENT.scope(self, future).await
    }

    /// The context of the work at hand: the current span's when traces are exported, else that of the request.
    #[must_use]
    pub fn current() -> Option<Self> {
        Self::of_span(&Span::current()).or_else(|| CURRENT.try_with(|context| *context).ok())
    }
}

/// The current trace context as text, for an outbox row; empty outside of any request.
#[must_use]
pub fn trace_context() -> String {
    TraceContext::current().map(|context| context.to_string()).unwrap_or_default()
}

impl fmt::Display for TraceContext {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (trace, span) = (TraceId::from_bytes(self.trace), SpanId::from_bytes(self.span));
        write!(formatter, "00-{trace}-{span}-{:02x}", u8::from(self.sampled))
    }
}

/// A text is not a trace context of W3C's version 00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a trace context")]
pub struct NotATraceContext;

impl FromStr for TraceContext {
    type Err = NotATraceContext;

    fn from_str(text: &str) -> Result<Self, NotATraceContext> {
        let mut parts = text.split('-');
        let (Some("00"), Some(trace), Some(span), Some(flags), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotATraceContext);
        };
        let (Ok(trace), Ok(span), Ok(flags)) = (bytes::<16>(trace), bytes::<8>(span), bytes::<1>(flags)) else {
            return Err(NotATraceContext);
        };
        if trace == [0; 16] || span == [0; 8] {
            return Err(NotATraceContext);
        }
        Ok(Self { trace, span, sampled: flags[0] & 1 == 1 })
    }
}

fn bytes<const N: usize>(digits: &str) -> Result<[u8; N], NotATraceContext> {
    let lower = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if digits.len() != 2 * N || !digits.as_bytes().iter().all(lower) {
        return Err(NotATraceContext);
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(0..N) {
        *byte = u8::from_str_radix(&digits[2 * pair..2 * pair + 2], 16).map_err(|_| NotATraceContext)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_context_is_read_back() {
        let context: TraceContext = EXAMPLE.parse().expect("the example of the standard");
        assert_eq!(context.to_string(), EXAMPLE);
        assert_eq!(context.trace_id(), "0af7651916cd43dd8448eb211c80319c");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "00-0-0-01",
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "00-äf7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ] {
            assert!(text.parse::<TraceContext>().is_err(), "{text}");
        }
    }

    #[tokio::test]
    async fn the_current_context_is_that_of_the_scope() {
        assert_eq!(trace_context(), "");
        let context: TraceContext = EXAMPLE.parse().expect("the example of the standard");
        assert_eq!(context.scope(async { trace_context() }).await, EXAMPLE);
    }
}
