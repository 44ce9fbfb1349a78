//! The calls of a letter's workflow: each is one RPC of the process API that owns the fact.

use std::sync::Arc;

use jiff::Timestamp;
use lotse_kernel::{duty::Timetable, names::LetterName};
use lotse_platform::channel::Peer;
use lotse_proto::{
    cases::NoticeAudience,
    documents::{
        GetLetterTimetableRequest, LetterStepResponse, OfferForPostingRequest, RemindPostingRequest,
        RenderLetterRequest, letter_process_service_client::LetterProcessServiceClient,
    },
    notifications::{CreateNoticeRequest, NoticeCause, notice_process_service_client::NoticeProcessServiceClient},
};
use serde::{Deserialize, Serialize};
use temporalio_macros::activities;
use temporalio_sdk::activities::{ActivityContext, ActivityError};

use super::run::{Notice, Step, StepTaken};
use crate::{
    activities::{Call, day, instant, timetable},
    services::Services,
    vitals::Vitals,
};

/// Which letter's timetable.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskLetter {
    /// The letter.
    pub letter: LetterName,
    /// The workflow's time.
    pub at: Timestamp,
    /// The trace to continue.
    pub trace: Option<String>,
}

/// Which step to take.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TakeLetterStep {
    /// The letter.
    pub letter: LetterName,
    /// The step.
    pub step: Step,
    /// The workflow's time.
    pub at: Timestamp,
    /// The trace to continue.
    pub trace: Option<String>,
}

/// Which notice to create.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellOfLetter {
    /// The letter.
    pub letter: LetterName,
    /// The notice.
    pub notice: Notice,
    /// The workflow's time.
    pub at: Timestamp,
    /// The trace to continue.
    pub trace: Option<String>,
}

/// The clients the activities use.
#[derive(Debug)]
pub struct LetterActivities {
    letters: LetterProcessServiceClient<Peer>,
    notices: NoticeProcessServiceClient<Peer>,
    vitals: Vitals,
}

impl LetterActivities {
    /// Over the channels of a worker.
    #[must_use]
    pub fn new(services: &Services) -> Self {
        Self {
            letters: LetterProcessServiceClient::new(services.documents.clone()),
            notices: NoticeProcessServiceClient::new(services.notifications.clone()),
            vitals: services.vitals.clone(),
        }
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
        ask: AskLetter,
    ) -> Result<Timetable, ActivityError> {
        let call = Call::new(&context, &self.vitals, ask.trace.as_deref());
        let message = GetLetterTimetableRequest { name: ask.letter.to_string(), business_time: Some(instant(ask.at)) };
        let mut letters = self.letters.clone();
        let answer = call.send(message, async move |request| letters.get_letter_timetable(request).await).await?;
        timetable(answer).map_err(|field| call.broken(field))
    }

    /// Takes the letter's next step.
    ///
    /// # Errors
    /// What documents refuses, or an answer that breaks the contract.
    #[activity(name = "documents.take_letter_step")]
    pub async fn take_letter_step(
        self: Arc<Self>,
        context: ActivityContext,
        take: TakeLetterStep,
    ) -> Result<StepTaken, ActivityError> {
        let call = Call::new(&context, &self.vitals, take.trace.as_deref());
        let (name, request_id) = (take.letter.to_string(), call.request_id(&take.step.name()));
        let business_time = Some(instant(take.at));
        let mut letters = self.letters.clone();
        let answer = match take.step {
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
        taken(answer).map_err(|field| call.broken(field))
    }

    /// Tells the officers of a letter what happened to it.
    ///
    /// # Errors
    /// What notifications refuses.
    #[activity(name = "notifications.tell_of_letter")]
    pub async fn tell_of_letter(
        self: Arc<Self>,
        context: ActivityContext,
        tell: TellOfLetter,
    ) -> Result<(), ActivityError> {
        let call = Call::new(&context, &self.vitals, tell.trace.as_deref());
        let request_id = call.request_id(&tell.notice.name());
        let (letter, case) = (tell.letter.to_string(), tell.letter.case());
        let audience = |staff_member| NoticeAudience { staff_member, ..Default::default() };
        let message = CreateNoticeRequest {
            parent: case.jobcenter_name().to_string(),
            cause: Some(NoticeCause { resource: letter.clone(), code: tell.notice.code }),
            template: tell.notice.template.code().to_owned(),
            subjects: vec![letter, case.to_string()],
            due_date: tell.notice.due_on.map(day),
            audiences: tell.notice.recipients.into_iter().map(audience).collect(),
            business_time: Some(instant(tell.at)),
            request_id,
        };
        let mut notices = self.notices.clone();
        call.send(message, async move |request| notices.create_notice(request).await).await.map(drop)
    }
}

fn taken(answer: LetterStepResponse) -> Result<StepTaken, &'static str> {
    Ok(StepTaken { recipients: answer.recipients, timetable: timetable(answer.timetable.ok_or("timetable")?)? })
}
