//! How an activity calls a service: on whose behalf, under which trace, how long, how often, and how it fails.

mod failure;
mod pace;
mod timetable;

use std::future::Future;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::workflow::request_id;
use lotse_platform::{channel::acting_for, telemetry::TraceContext};
use temporalio_sdk::activities::{ActivityContext, ActivityError};
use tonic::{Request, Response, Status};
use tracing::Instrument as _;

pub use failure::{Verdict, verdict};
pub use pace::Pace;
pub use timetable::timetable;

/// One call of an activity: the workflow it acts for and the trace it belongs to.
#[derive(Debug)]
pub struct Call {
    name: String,
    workflow_id: String,
    attempt: u32,
    trace: Option<TraceContext>,
}

impl Call {
    /// Reads from Temporal's context for whom the activity runs; `trace` is the W3C trace context the workflow was woken with.
    #[must_use]
    pub fn new(context: &ActivityContext, trace: Option<&str>) -> Self {
        let info = context.info();
        Self {
            name: info.activity_type.clone(),
            workflow_id: info.workflow_id.clone().unwrap_or_default(),
            attempt: info.attempt,
            trace: trace.and_then(|trace| trace.parse().ok()),
        }
    }

    /// The idempotency key of a step of this workflow, as text.
    #[must_use]
    pub fn request_id(&self, step: &str) -> String {
        request_id(&self.workflow_id, step).to_string()
    }

    /// Sends one message to a service and waits for its answer.
    ///
    /// # Errors
    /// The service's refusal as a failure that Temporal repeats or not, by the one table in `failure`. The failure holds codes
    /// only: what a service says in words could repeat what it was told, and histories cannot be erased in part.
    pub async fn send<M, A, F, S>(&self, message: M, send: S) -> Result<A, ActivityError>
    where
        S: FnOnce(Request<M>) -> F,
        F: Future<Output = Result<Response<A>, Status>>,
    {
        let span = tracing::info_span!(
            "activity",
            otel.name = format!("activity.{}", self.name),
            workflow_id = self.workflow_id,
            attempt = self.attempt,
        );
        if let Some(trace) = self.trace {
            trace.adopt(&span);
        }
        let work = async {
            let request = acting_for(Request::new(message), &self.workflow_id)?;
            send(request).await.map(Response::into_inner)
        };
        let answer = match self.trace {
            Some(trace) => trace.scope(work.instrument(span)).await,
            None => work.instrument(span).await,
        };
        answer.map_err(|status| self.failed(&status))
    }

    fn failed(&self, status: &Status) -> ActivityError {
        let verdict = verdict(status.code());
        let reason = failure::reason(status);
        tracing::warn!(
            activity = self.name,
            workflow_id = self.workflow_id,
            attempt = self.attempt,
            code = ?status.code(),
            reason,
            "{} failed: {:?} {reason}",
            self.name,
            status.code(),
        );
        failure::failure(&self.name, status.code(), &reason, verdict)
    }

    /// The failure of an answer that breaks the contract: repeating the call brings the same answer.
    #[must_use]
    pub fn broken(&self, field: &'static str) -> ActivityError {
        tracing::error!(
            activity = self.name,
            workflow_id = self.workflow_id,
            field,
            "{} got an answer that breaks the contract in {field}",
            self.name,
        );
        failure::broken(&self.name, field)
    }
}

/// A business time as the contract writes it.
#[must_use]
pub fn instant(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }
}

/// A date as the contract writes it.
#[must_use]
pub fn day(date: Date) -> lotse_proto::Date {
    lotse_proto::Date { year: date.year().into(), month: date.month().into(), day: date.day().into() }
}
