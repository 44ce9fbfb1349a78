//! The calls of a watch's workflow to cases, which owns the watches of a jobcenter.

use std::sync::Arc;

use lotse_kernel::{duty::Timetable, names::JobcenterName};
use lotse_platform::{channel::Peer, convert::duty_step};
use lotse_proto::cases::{
    GetWatchTimetableRequest, TakeWatchStepRequest, watch_process_service_client::WatchProcessServiceClient,
};
use temporalio_macros::activities;
use temporalio_sdk::activities::{ActivityContext, ActivityError};

use crate::{
    activities::{Asked, Call, taken, timetable},
    memory::StepTaken,
    services::Services,
    step::Step,
    vitals::Vitals,
};

/// The client the activities use.
#[derive(Debug)]
pub struct WatchActivities {
    watches: WatchProcessServiceClient<Peer>,
    vitals: Vitals,
}

impl WatchActivities {
    /// Over the channels of a worker.
    #[must_use]
    pub fn new(services: &Services) -> Self {
        let watches = WatchProcessServiceClient::new(services.cases.clone());
        Self { watches, vitals: services.vitals.clone() }
    }
}

#[activities]
impl WatchActivities {
    /// The check that comes first.
    ///
    /// # Errors
    /// What cases refuses, or an answer that breaks the contract.
    #[activity(name = "cases.get_watch_timetable")]
    pub async fn get_watch_timetable(
        self: Arc<Self>,
        context: ActivityContext,
        asked: Asked<JobcenterName>,
    ) -> Result<Timetable, ActivityError> {
        let call = Call::new(&context, &self.vitals, &asked);
        let message = GetWatchTimetableRequest { name: asked.what.to_string(), business_time: call.business_time() };
        let mut watches = self.watches.clone();
        let answer = call.send(message, async move |request| watches.get_watch_timetable(request).await).await?;
        call.read(timetable(answer))
    }

    /// Takes a step that time takes.
    ///
    /// # Errors
    /// What cases refuses, or an answer that breaks the contract.
    #[activity(name = "cases.take_watch_step")]
    pub async fn take_watch_step(
        self: Arc<Self>,
        context: ActivityContext,
        asked: Asked<(JobcenterName, Step)>,
    ) -> Result<StepTaken, ActivityError> {
        let call = Call::new(&context, &self.vitals, &asked);
        let (_, step) = asked.what;
        let message = TakeWatchStepRequest {
            request_id: call.request_id(&step.name()),
            name: step.duty,
            step: duty_step(step.action).into(),
            round: step.round,
            business_time: call.business_time(),
        };
        let mut watches = self.watches.clone();
        let answer = call.send(message, async move |request| watches.take_watch_step(request).await).await?;
        call.read(taken(answer.audiences, answer.letter_wanted, answer.timetable))
    }
}
