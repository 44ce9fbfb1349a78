//! `lotse.dev.v1.ClockService`: time travel over gRPC, for `lotse dev` and the journeys.

use jiff::Timestamp;
use lotse_platform::{
    failure::{Fault, OperationError, bare, status},
    fields::Fields,
};
use lotse_proto::{
    common::ErrorReason as CommonReason,
    dev::{AdvanceClockRequest, Clock, ErrorReason, GetClockRequest, clock_service_server::ClockService},
};
use tonic::{Code, Request, Response, Status};

use crate::travel::{Travel, TravelError, World};

/// Serves the business clock of one stack.
#[derive(Debug)]
pub struct ClockServer<W> {
    travel: Travel<W>,
}

impl<W: World> ClockServer<W> {
    /// Serves the clock that `travel` moves.
    #[must_use]
    pub const fn new(travel: Travel<W>) -> Self {
        Self { travel }
    }
}

#[tonic::async_trait]
impl<W: World + 'static> ClockService for ClockServer<W> {
    async fn get_clock(&self, _request: Request<GetClockRequest>) -> Result<Response<Clock>, Status> {
        Ok(Response::new(clock(self.travel.world().business_time().await.map_err(|error| status(&error))?)))
    }

    async fn advance_clock(&self, request: Request<AdvanceClockRequest>) -> Result<Response<Clock>, Status> {
        let mut fields = Fields::new();
        let target = fields.instant("target_time", request.get_ref().target_time.as_ref());
        let target = fields.finish(target).map_err(|failure| status(&failure))?;
        let trip = self.travel.advance_to(target).await.map_err(|error| status(&error))?;
        Ok(Response::new(clock(trip.arrived)))
    }
}

fn clock(instant: Timestamp) -> Clock {
    let current_time = prost_types::Timestamp { seconds: instant.as_second(), nanos: instant.subsec_nanosecond() };
    Clock { current_time: Some(current_time) }
}

impl OperationError for TravelError {
    /// The way back and work that fails are states the caller can change; what does not answer may be tried again.
    fn fault(&self) -> Fault {
        let stopped = |reason: ErrorReason| Fault::new(Code::FailedPrecondition, bare(reason.as_str_name()));
        let away = |dependency: &str| {
            let reason = bare(CommonReason::DependencyUnavailable.as_str_name());
            Fault::new(Code::Unavailable, reason).with("dependency", dependency)
        };
        match self {
            Self::Backwards { clock, .. } => stopped(ErrorReason::ClockPastTarget).with("clock", clock.to_string()),
            Self::ActivityRetried { workflow_id, .. }
            | Self::WorkflowTaskFailing { workflow_id, .. }
            | Self::NextWake { workflow_id, .. } => {
                stopped(ErrorReason::WorkflowFailing).with("workflow", workflow_id.as_str())
            }
            Self::FastForward { workflow_id, .. } => {
                stopped(ErrorReason::WorkflowStuck).with("workflows", workflow_id.as_str())
            }
            Self::Stuck { workflow_ids, .. } => {
                stopped(ErrorReason::WorkflowStuck).with("workflows", workflow_ids.join(","))
            }
            Self::NotQuiet { .. } => stopped(ErrorReason::NotQuiet),
            Self::Temporal { .. } => away("temporal"),
            Self::World(_) => away("database"),
            Self::OutOfRange(_) => Fault::new(Code::Internal, bare(CommonReason::Incident.as_str_name())),
        }
    }
}
