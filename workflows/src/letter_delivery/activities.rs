//! The calls of a letter's workflow to documents, which owns the letter.

use std::sync::Arc;

use lotse_kernel::{duty::Timetable, names::LetterName};
use lotse_platform::channel::Peer;
use lotse_proto::{
    cases::NoticeAudience,
    documents::{
        GetLetterTimetableRequest, OfferForPostingRequest, RemindPostingRequest, RenderLetterRequest,
        letter_process_service_client::LetterProcessServiceClient,
    },
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
pub struct LetterActivities {
    letters: LetterProcessServiceClient<Peer>,
    vitals: Vitals,
}

impl LetterActivities {
    /// Over the channels of a worker.
    #[must_use]
    pub fn new(services: &Services) -> Self {
        let letters = LetterProcessServiceClient::new(services.documents.clone());
        Self { letters, vitals: services.vitals.clone() }
    }
}

#[activities]
impl LetterActivities {
    /// What the letter waits for.
    ///
    /// # Errors
    /// What documents refuses, or an answer that breaks the contract.
    #[activity(name = "documents.get_letter_timetable")]
    pub async fn get_letter_timetable(
        self: Arc<Self>,
        context: ActivityContext,
        asked: Asked<LetterName>,
    ) -> Result<Timetable, ActivityError> {
        let call = Call::new(&context, &self.vitals, &asked);
        let message = GetLetterTimetableRequest { name: asked.what.to_string(), business_time: call.business_time() };
        let mut letters = self.letters.clone();
        let answer = call.send(message, async move |request| letters.get_letter_timetable(request).await).await?;
        call.read(timetable(answer))
    }

    /// Takes the letter's next step.
    ///
    /// # Errors
    /// What documents refuses, or an answer that breaks the contract.
    #[activity(name = "documents.take_letter_step")]
    pub async fn take_letter_step(
        self: Arc<Self>,
        context: ActivityContext,
        asked: Asked<(LetterName, Step)>,
    ) -> Result<StepTaken, ActivityError> {
        let call = Call::new(&context, &self.vitals, &asked);
        let (letter, step) = asked.what;
        let (name, business_time, request_id) =
            (letter.to_string(), call.business_time(), call.request_id(&step.name()));
        let mut letters = self.letters.clone();
        let answer = match step {
            Step::Render => {
                let message = RenderLetterRequest { name, business_time, request_id };
                call.send(message, async move |request| letters.render_letter(request).await).await?
            }
            Step::Offer => {
                let message = OfferForPostingRequest { name, business_time, request_id };
                call.send(message, async move |request| letters.offer_for_posting(request).await).await?
            }
            Step::Remind { round } => {
                let message = RemindPostingRequest { name, round, business_time, request_id };
                call.send(message, async move |request| letters.remind_posting(request).await).await?
            }
        };
        let audience = |staff_member| NoticeAudience { staff_member, ..Default::default() };
        let audiences = answer.recipients.into_iter().map(audience).collect();
        call.read(taken(audiences, false, answer.timetable))
    }
}
