//! The calls of a referral's workflow to providers, which owns the referral.

use std::sync::Arc;

use lotse_kernel::{duty::Timetable, names::ReferralName};
use lotse_platform::{
    channel::Peer,
    convert::{duty_kind, duty_step},
};
use lotse_proto::providers::{
    GetTimetableRequest, TakeDutyStepRequest, referral_process_service_client::ReferralProcessServiceClient,
};
use temporalio_macros::activities;
use temporalio_sdk::activities::{ActivityContext, ActivityError};

use super::procedure::Step;
use crate::{
    activities::{Asked, Call, taken, timetable},
    memory::StepTaken,
    services::Services,
    vitals::Vitals,
};

/// The client the activities use.
#[derive(Debug)]
pub struct ReferralActivities {
    referrals: ReferralProcessServiceClient<Peer>,
    vitals: Vitals,
}

impl ReferralActivities {
    /// Over the channels of a worker.
    #[must_use]
    pub fn new(services: &Services) -> Self {
        let referrals = ReferralProcessServiceClient::new(services.providers.clone());
        Self { referrals, vitals: services.vitals.clone() }
    }
}

#[activities]
impl ReferralActivities {
    /// The dates the referral waits for.
    ///
    /// # Errors
    /// What providers refuses, or an answer that breaks the contract.
    #[activity(name = "providers.get_timetable")]
    pub async fn get_timetable(
        self: Arc<Self>,
        context: ActivityContext,
        asked: Asked<ReferralName>,
    ) -> Result<Timetable, ActivityError> {
        let call = Call::new(&context, &self.vitals, &asked);
        let message = GetTimetableRequest { name: asked.what.to_string(), business_time: call.business_time() };
        let mut referrals = self.referrals.clone();
        let answer = call.send(message, async move |request| referrals.get_timetable(request).await).await?;
        call.read(timetable(answer))
    }

    /// Takes a step that time takes.
    ///
    /// # Errors
    /// What providers refuses, or an answer that breaks the contract.
    #[activity(name = "providers.take_duty_step")]
    pub async fn take_duty_step(
        self: Arc<Self>,
        context: ActivityContext,
        asked: Asked<(ReferralName, Step)>,
    ) -> Result<StepTaken, ActivityError> {
        let call = Call::new(&context, &self.vitals, &asked);
        let (referral, step) = asked.what;
        let message = TakeDutyStepRequest {
            name: referral.to_string(),
            kind: duty_kind(step.kind).into(),
            reports: step.reports,
            step: duty_step(step.action).into(),
            round: step.round,
            business_time: call.business_time(),
            request_id: call.request_id(&step.name()),
        };
        let mut referrals = self.referrals.clone();
        let answer = call.send(message, async move |request| referrals.take_duty_step(request).await).await?;
        call.read(taken(answer.audiences, false, answer.timetable))
    }
}
