//! The calls of a watch's workflow to cases, which owns the watches of a jobcenter, and to notifications, which tells of what came of them.

use std::sync::Arc;

use lotse_kernel::{duty::Timetable, names::JobcenterName};
use lotse_platform::channel::Peer;
use lotse_proto::{
    cases::{
        GetWatchTimetableRequest, ListWatchNoticesRequest, SettleWatchNoticesRequest, SweepWatchesRequest,
        watch_process_service_client::WatchProcessServiceClient,
    },
    notifications::{CreateNoticeRequest, notice_process_service_client::NoticeProcessServiceClient},
};
use temporalio_macros::activities;
use temporalio_sdk::activities::{ActivityContext, ActivityError};

use super::{procedure::Step, telling};
use crate::{
    activities::{Asked, Call, timetable, warn_of_unreached},
    memory::StepTaken,
    services::Services,
    vitals::Vitals,
};

/// The clients the activities use.
#[derive(Debug)]
pub struct WatchActivities {
    watches: WatchProcessServiceClient<Peer>,
    notices: NoticeProcessServiceClient<Peer>,
    vitals: Vitals,
}

impl WatchActivities {
    /// Over the channels of a worker.
    #[must_use]
    pub fn new(services: &Services) -> Self {
        Self {
            watches: WatchProcessServiceClient::new(services.cases.clone()),
            notices: NoticeProcessServiceClient::new(services.notifications.clone()),
            vitals: services.vitals.clone(),
        }
    }
}

#[activities]
impl WatchActivities {
    /// What there is to do, and when again.
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

    /// Takes the next page of the steps that have come.
    ///
    /// # Errors
    /// What cases refuses, or an answer that breaks the contract.
    #[activity(name = "cases.sweep_watches")]
    pub async fn sweep_watches(
        self: Arc<Self>,
        context: ActivityContext,
        asked: Asked<(JobcenterName, Step)>,
    ) -> Result<StepTaken, ActivityError> {
        let call = Call::new(&context, &self.vitals, &asked);
        let (jobcenter, step) = asked.what;
        let message = SweepWatchesRequest {
            name: jobcenter.to_string(),
            page: step.page(),
            business_time: call.business_time(),
            request_id: call.request_id(&step.name()),
        };
        let mut watches = self.watches.clone();
        let answer = call.send(message, async move |request| watches.sweep_watches(request).await).await?;
        call.read(timetable(answer)).map(paged)
    }

    /// Tells everybody whom a page of notices concerns, and only then settles it: begun anew, it asks again for each of the page, which tells
    /// nobody twice. What is told stays out of the history, which grows by a page and not by a notice.
    ///
    /// # Errors
    /// What cases or notifications refuses, or an answer that breaks the contract.
    #[activity(name = "siblings.tell_of_watches")]
    pub async fn tell_of_watches(
        self: Arc<Self>,
        context: ActivityContext,
        asked: Asked<(JobcenterName, Step)>,
    ) -> Result<StepTaken, ActivityError> {
        let call = Call::new(&context, &self.vitals, &asked);
        let (jobcenter, step) = asked.what;
        let (name, page, business_time) = (jobcenter.to_string(), step.page(), call.business_time());
        let message = ListWatchNoticesRequest { name: name.clone(), page, business_time };
        let mut watches = self.watches.clone();
        let answer = call.send(message, async move |request| watches.list_watch_notices(request).await).await?;
        if answer.notices.is_empty() {
            return call.read(answer.timetable.ok_or("timetable").and_then(timetable)).map(paged);
        }
        for notice in answer.notices {
            let request_id = call.request_id(&format!("notice/{}", notice.notice_id));
            let message = call.read(telling::request(&jobcenter, notice))?;
            let message = CreateNoticeRequest { business_time, request_id, ..message };
            let mut notices = self.notices.clone();
            let told = call.send(message, async move |request| notices.create_notice(request).await).await?;
            warn_of_unreached(&told);
        }
        let request_id = call.request_id(&step.name());
        let message = SettleWatchNoticesRequest { name, page, business_time, request_id };
        let mut watches = self.watches.clone();
        let answer = call.send(message, async move |request| watches.settle_watch_notices(request).await).await?;
        call.read(timetable(answer)).map(paged)
    }
}

/// A page that was taken, in the form in which every procedure hears of a step.
const fn paged(timetable: Timetable) -> StepTaken {
    StepTaken { audiences: Vec::new(), letter_wanted: false, timetable }
}
