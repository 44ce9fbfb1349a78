//! How an activity calls a service: on whose behalf, under which trace, how long, how often, and how it fails.

mod errands;
mod failure;
mod pace;
mod signs;
mod steps;
mod timetable;

use std::time::Instant;

use jiff::Timestamp;
use lotse_kernel::workflow::request_id;
use lotse_platform::{channel::acting_for, convert::timestamp, telemetry::TraceContext};
use serde::{Deserialize, Serialize};
use temporalio_sdk::activities::{ActivityContext, ActivityError};
use tonic::{Code, Request, Response, Status};
use tracing::Instrument as _;

pub use errands::ErrandActivities;
pub(crate) use errands::warn_of_unreached;
pub use failure::{Verdict, verdict};
use pace::PAUSES;
pub use pace::Pace;
pub(crate) use signs::SIGN_EVERY;
use signs::SignsOfLife;
pub use steps::taken;
pub use timetable::timetable;

use crate::vitals::Vitals;

/// The input of every activity.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asked<T> {
    /// What is asked.
    pub what: T,
    /// The workflow's time, which is the business time of the call.
    pub at: Timestamp,
    /// The W3C trace context the workflow was woken with.
    pub trace: Option<String>,
}

/// One call of an activity: the workflow it acts for, at which time, and the trace it belongs to.
#[derive(Debug)]
pub struct Call {
    name: String,
    workflow_id: String,
    at: Timestamp,
    trace: Option<TraceContext>,
    vitals: Vitals,
    signs: SignsOfLife,
}

impl Call {
    /// Reads from Temporal's context for whom the activity runs.
    #[must_use]
    pub fn new<T>(context: &ActivityContext, vitals: &Vitals, asked: &Asked<T>) -> Self {
        let info = context.info();
        Self {
            name: info.activity_type.clone(),
            workflow_id: info.workflow_id.clone().unwrap_or_default(),
            at: asked.at,
            trace: asked.trace.as_deref().and_then(|trace| trace.parse().ok()),
            vitals: vitals.clone(),
            signs: SignsOfLife::of(context),
        }
    }

    /// The idempotency key of a step of this workflow, as text.
    #[must_use]
    pub fn request_id(&self, step: &str) -> String {
        request_id(&self.workflow_id, step).to_string()
    }

    /// The workflow's time, as every message of a process API carries it.
    #[must_use]
    pub fn business_time(&self) -> Option<prost_types::Timestamp> {
        Some(timestamp(self.at))
    }

    /// Sends one message to a service until it answers, with the pauses of the table between the tries.
    ///
    /// # Errors
    /// The service's last refusal. The failure holds codes only: what a service says in words could repeat what it was told,
    /// and histories cannot be erased in part.
    pub async fn send<M, A, S>(&self, message: M, send: S) -> Result<A, ActivityError>
    where
        M: Clone,
        S: AsyncFnMut(Request<M>) -> Result<Response<A>, Status>,
    {
        tokio::select! {
            answer = self.all_tries(message, send) => answer,
            never = self.signs.give() => match never {},
        }
    }

    async fn all_tries<M, A, S>(&self, message: M, mut send: S) -> Result<A, ActivityError>
    where
        M: Clone,
        S: AsyncFnMut(Request<M>) -> Result<Response<A>, Status>,
    {
        let mut pauses = PAUSES.into_iter();
        loop {
            let status = match self.attempt(message.clone(), &mut send).await {
                Ok(answer) => return Ok(answer),
                Err(status) => status,
            };
            match (verdict(status.code()), pauses.next()) {
                (Verdict::Repeat, Some(pause)) => tokio::time::sleep(pause).await,
                (Verdict::Repeat, None) | (Verdict::GiveUp, _) => return Err(self.failed(&status)),
            }
        }
    }

    async fn attempt<M, A, S>(&self, message: M, send: &mut S) -> Result<A, Status>
    where
        S: AsyncFnMut(Request<M>) -> Result<Response<A>, Status>,
    {
        let span = tracing::info_span!(
            "activity",
            otel.name = format!("activity.{}", self.name),
            workflow_id = self.workflow_id,
        );
        if let Some(trace) = self.trace {
            trace.adopt(&span);
        }
        let request = acting_for(Request::new(message), &self.workflow_id)?;
        let began = Instant::now();
        let work = send(request).instrument(span);
        let answer = match self.trace {
            Some(trace) => trace.scope(work).await,
            None => work.await,
        };
        let code = answer.as_ref().err().map_or(Code::Ok, Status::code);
        self.vitals.called(&self.name, code, began.elapsed());
        answer.map(Response::into_inner)
    }

    fn failed(&self, status: &Status) -> ActivityError {
        let reason = failure::reason(status);
        tracing::warn!(
            activity = self.name,
            workflow_id = self.workflow_id,
            code = ?status.code(),
            reason,
            "{} failed: {:?} {reason}",
            self.name,
            status.code(),
        );
        failure::failure(&self.name, status.code(), &reason, verdict(status.code()))
    }

    /// What was read of an answer.
    ///
    /// # Errors
    /// When a field broke the contract, whose name is the error: repeating the call brings the same answer.
    pub fn read<A>(&self, answer: Result<A, &'static str>) -> Result<A, ActivityError> {
        answer.map_err(|field| {
            tracing::error!(
                activity = self.name,
                workflow_id = self.workflow_id,
                field,
                "{} got an answer that breaks the contract in {field}",
                self.name,
            );
            failure::broken(&self.name, field)
        })
    }
}
