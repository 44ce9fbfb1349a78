//! The errands of all procedures: each is one RPC of the process API that keeps what is asked.
#![expect(missing_docs, reason = "the SDK's macros make a constant per method and give it no words")]

use std::sync::Arc;

use lotse_platform::{channel::Peer, fields::contract_date};
use lotse_proto::{
    documents::{
        self, EnsureLetterRequest, RouseLettersRequest, letter_process_service_client::LetterProcessServiceClient,
    },
    notifications::{
        CreateNoticeRequest, CreateNoticeResponse, NoticeCause,
        notice_process_service_client::NoticeProcessServiceClient,
    },
    providers::{RouseReferralsRequest, referral_process_service_client::ReferralProcessServiceClient},
};
use temporalio_macros::activities;
use temporalio_sdk::activities::{ActivityContext, ActivityError};

use super::{Asked, Call, steps::addressed};
use crate::{
    errand::{Letter, LetterKind, Notice, Rouse, Sleepers, Task, last_segment},
    services::Services,
    vitals::Vitals,
};

/// The clients the activities use.
#[derive(Debug)]
pub struct ErrandActivities {
    notices: NoticeProcessServiceClient<Peer>,
    letters: LetterProcessServiceClient<Peer>,
    referrals: ReferralProcessServiceClient<Peer>,
    vitals: Vitals,
}

impl ErrandActivities {
    /// Over the channels of a worker.
    #[must_use]
    pub fn new(services: &Services) -> Self {
        Self {
            notices: NoticeProcessServiceClient::new(services.notifications.clone()),
            letters: LetterProcessServiceClient::new(services.documents.clone()),
            referrals: ReferralProcessServiceClient::new(services.providers.clone()),
            vitals: services.vitals.clone(),
        }
    }
}

/// Somebody has to see to it that each team has a lead.
pub(crate) fn warn_of_unreached(answer: &CreateNoticeResponse) {
    if !answer.unreached.is_empty() {
        tracing::warn!(
            unreached = answer.unreached.len(),
            "{} audiences of a notice have no members, nobody was told for them",
            answer.unreached.len(),
        );
    }
}

#[activities]
impl ErrandActivities {
    /// Tells people at the jobcenter about a step.
    ///
    /// # Errors
    /// What notifications refuses.
    #[activity(name = "notifications.create_notice")]
    pub async fn create_notice(
        self: Arc<Self>,
        context: ActivityContext,
        asked: Asked<Notice>,
    ) -> Result<(), ActivityError> {
        let call = Call::new(&context, &self.vitals, &asked);
        let request_id = call.request_id(&Task::Notice(asked.what.clone()).name());
        let notice = asked.what;
        let message = CreateNoticeRequest {
            parent: notice.jobcenter.to_string(),
            cause: Some(NoticeCause { resource: notice.cause, code: notice.code }),
            template: notice.template.code().to_owned(),
            subjects: notice.subjects,
            due_date: notice.due_on.map(contract_date),
            audiences: call.read(notice.audiences.into_iter().map(addressed).collect())?,
            duty_count: 0,
            business_time: call.business_time(),
            request_id,
        };
        let mut notices = self.notices.clone();
        let answer = call.send(message, async move |request| notices.create_notice(request).await).await?;
        warn_of_unreached(&answer);
        Ok(())
    }

    /// Sees to it that a letter exists; documents takes it from there.
    ///
    /// # Errors
    /// What documents refuses.
    #[activity(name = "documents.ensure_letter")]
    pub async fn ensure_letter(
        self: Arc<Self>,
        context: ActivityContext,
        asked: Asked<Letter>,
    ) -> Result<(), ActivityError> {
        let call = Call::new(&context, &self.vitals, &asked);
        let request_id = call.request_id(&Task::Letter(asked.what.clone()).name());
        let letter = asked.what;
        let kind = match letter.kind {
            LetterKind::ReviewInvitation => documents::LetterKind::ReviewInvitation,
            LetterKind::Closing => documents::LetterKind::Closing,
        };
        let message = EnsureLetterRequest {
            parent: letter.case.to_string(),
            kind: kind.into(),
            cause: letter.cause,
            issue: letter.issue,
            business_time: call.business_time(),
            request_id,
        };
        let mut letters = self.letters.clone();
        call.send(message, async move |request| letters.ensure_letter(request).await).await.map(drop)
    }

    /// Has the procedures of another service look at their dates again, page after page. Begun anew it goes past the pages that were done:
    /// each has an id of its own.
    ///
    /// # Errors
    /// What the service refuses, or an answer that breaks the contract.
    #[activity(name = "siblings.rouse")]
    pub async fn rouse(self: Arc<Self>, context: ActivityContext, asked: Asked<Rouse>) -> Result<(), ActivityError> {
        let call = Call::new(&context, &self.vitals, &asked);
        let step = Task::Rouse(asked.what.clone()).name();
        let (parent, mut after) = (asked.what.jobcenter.to_string(), String::new());
        loop {
            let request_id = call.request_id(&format!("{step}/{}", last_segment(&after)));
            let last = self.rouse_page(&call, asked.what.sleepers, parent.clone(), after.clone(), request_id).await?;
            if last.is_empty() {
                return Ok(());
            }
            after = call.read(if last == after { Err("last") } else { Ok(last) })?;
        }
    }
}

impl ErrandActivities {
    /// One page; the last one on it, while others follow.
    async fn rouse_page(
        &self,
        call: &Call,
        sleepers: Sleepers,
        parent: String,
        after: String,
        request_id: String,
    ) -> Result<String, ActivityError> {
        let business_time = call.business_time();
        match sleepers {
            Sleepers::Referrals => {
                let message = RouseReferralsRequest { parent, after, business_time, request_id };
                let mut referrals = self.referrals.clone();
                let send = async move |request| referrals.rouse_referrals(request).await;
                call.send(message, send).await.map(|page| page.last)
            }
            Sleepers::Letters => {
                let message = RouseLettersRequest { parent, after, business_time, request_id };
                let mut letters = self.letters.clone();
                let send = async move |request| letters.rouse_letters(request).await;
                call.send(message, send).await.map(|page| page.last)
            }
        }
    }
}
