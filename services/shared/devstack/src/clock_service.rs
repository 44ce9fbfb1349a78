//! `lotse.dev.v1.ClockService`: time travel over gRPC, for `lotse dev` and the journeys.

use jiff::Timestamp;
use lotse_proto::dev::clock_service_server::ClockService;
use lotse_proto::dev::{AdvanceClockRequest, Clock, GetClockRequest};
use tonic::{Request, Response, Status};

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
        Ok(Response::new(clock(self.travel.world().business_time().await?)))
    }

    async fn advance_clock(&self, request: Request<AdvanceClockRequest>) -> Result<Response<Clock>, Status> {
        let target = request.into_inner().target_time;
        let target = target.ok_or_else(|| Status::invalid_argument("target_time is missing"))?;
        let target = Timestamp::new(target.seconds, target.nanos)
            .map_err(|_| Status::invalid_argument("target_time is outside of the calendar"))?;
        let trip = self.travel.advance_to(target).await?;
        Ok(Response::new(clock(trip.arrived)))
    }
}

fn clock(instant: Timestamp) -> Clock {
    let current_time = prost_types::Timestamp { seconds: instant.as_second(), nanos: instant.subsec_nanosecond() };
    Clock { current_time: Some(current_time) }
}

impl From<TravelError> for Status {
    /// The way back and an activity that fails are states the caller can change; what does not answer may be tried again.
    fn from(error: TravelError) -> Self {
        let words = error.to_string();
        match error {
            TravelError::Backwards { .. }
            | TravelError::ActivityRetried { .. }
            | TravelError::WorkflowTaskFailing { .. }
            | TravelError::NextWake { .. }
            | TravelError::NotQuiet { .. }
            | TravelError::Stuck { .. }
            | TravelError::FastForward { .. } => Self::failed_precondition(words),
            TravelError::Temporal { .. } | TravelError::World(_) => Self::unavailable(words),
            TravelError::OutOfRange(_) => Self::invalid_argument(words),
        }
    }
}
