//! The calls of a referral's workflow: each is one RPC of the process API that owns the fact.

use std::sync::Arc;

use jiff::Timestamp;
use lotse_kernel::{duty::Timetable, names::ReferralName};
use lotse_platform::channel::Peer;
use lotse_proto::{
    cases::{NoticeAudience, StaffFunction},
    common,
    notifications::{CreateNoticeRequest, NoticeCause, notice_process_service_client::NoticeProcessServiceClient},
    providers::{
        GetTimetableRequest, TakeDutyStepRequest, TakeDutyStepResponse,
        referral_process_service_client::ReferralProcessServiceClient,
    },
};
use serde::{Deserialize, Serialize};
use temporalio_macros::activities;
use temporalio_sdk::activities::{ActivityContext, ActivityError};

use super::run::{Audience, Notice, Step, StepTaken};
use crate::{
    activities::{Call, day, instant, timetable},
    services::Services,
    vitals::Vitals,
};

/// What the contract writes before the code of a function.
const FUNCTION_PREFIX: &str = "STAFF_FUNCTION_";

/// Which referral's timetable.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskReferral {
    /// The referral.
    pub referral: ReferralName,
    /// The workflow's time.
    pub at: Timestamp,
    /// The trace to continue.
    pub trace: Option<String>,
}

/// Which step to take.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TakeReferralStep {
    /// The referral.
    pub referral: ReferralName,
    /// The step.
    pub step: Step,
    /// The workflow's time.
    pub at: Timestamp,
    /// The trace to continue.
    pub trace: Option<String>,
}

/// Which notice to create.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellOfReferral {
    /// The referral.
    pub referral: ReferralName,
    /// The notice.
    pub notice: Notice,
    /// The trace to continue.
    pub trace: Option<String>,
}

/// The clients the activities use.
#[derive(Debug)]
pub struct ReferralActivities {
    referrals: ReferralProcessServiceClient<Peer>,
    notices: NoticeProcessServiceClient<Peer>,
    vitals: Vitals,
}

impl ReferralActivities {
    /// Over the channels of a worker.
    #[must_use]
    pub fn new(services: &Services) -> Self {
        Self {
            referrals: ReferralProcessServiceClient::new(services.providers.clone()),
            notices: NoticeProcessServiceClient::new(services.notifications.clone()),
            vitals: services.vitals.clone(),
        }
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
        ask: AskReferral,
    ) -> Result<Timetable, ActivityError> {
        let call = Call::new(&context, &self.vitals, ask.trace.as_deref());
        let message = GetTimetableRequest { name: ask.referral.to_string(), business_time: Some(instant(ask.at)) };
        let mut referrals = self.referrals.clone();
        let answer = call.send(message, async move |request| referrals.get_timetable(request).await).await?;
        timetable(answer).map_err(|field| call.broken(field))
    }

    /// Takes a step that time takes.
    ///
    /// # Errors
    /// What providers refuses, or an answer that breaks the contract.
    #[activity(name = "providers.take_duty_step")]
    pub async fn take_duty_step(
        self: Arc<Self>,
        context: ActivityContext,
        take: TakeReferralStep,
    ) -> Result<StepTaken, ActivityError> {
        let call = Call::new(&context, &self.vitals, take.trace.as_deref());
        let kind = common::DutyKind::from_str_name(&format!("DUTY_KIND_{}", take.step.kind));
        let step = common::DutyStep::from_str_name(&format!("DUTY_STEP_{}", take.step.action));
        let message = TakeDutyStepRequest {
            name: take.referral.to_string(),
            kind: kind.unwrap_or_default().into(),
            reports: take.step.reports,
            step: step.unwrap_or_default().into(),
            round: take.step.round,
            business_time: Some(instant(take.at)),
            request_id: call.request_id(&take.step.name()),
        };
        let mut referrals = self.referrals.clone();
        let answer = call.send(message, async move |request| referrals.take_duty_step(request).await).await?;
        taken(answer).map_err(|field| call.broken(field))
    }

    /// Tells the officers of the case about a step.
    ///
    /// # Errors
    /// What notifications refuses.
    #[activity(name = "notifications.tell_of_referral")]
    pub async fn tell_of_referral(
        self: Arc<Self>,
        context: ActivityContext,
        tell: TellOfReferral,
    ) -> Result<(), ActivityError> {
        let call = Call::new(&context, &self.vitals, tell.trace.as_deref());
        let request_id = call.request_id(&tell.notice.name());
        let (referral, case) = (tell.referral.to_string(), tell.referral.case());
        let audiences = tell.notice.audiences.into_iter().map(addressed).collect::<Result<_, _>>();
        let message = CreateNoticeRequest {
            parent: case.jobcenter_name().to_string(),
            cause: Some(NoticeCause { resource: referral.clone(), code: tell.notice.code }),
            template: tell.notice.template.code().to_owned(),
            subjects: vec![referral, case.to_string()],
            due_date: Some(day(tell.notice.due_on)),
            audiences: audiences.map_err(|field| call.broken(field))?,
            business_time: Some(instant(tell.notice.at)),
            request_id,
        };
        let mut notices = self.notices.clone();
        call.send(message, async move |request| notices.create_notice(request).await).await.map(drop)
    }
}

fn taken(answer: TakeDutyStepResponse) -> Result<StepTaken, &'static str> {
    let audiences = answer.audiences.into_iter().map(audience).collect::<Result<_, _>>()?;
    Ok(StepTaken { audiences, timetable: timetable(answer.timetable.ok_or("timetable")?)? })
}

fn audience(audience: NoticeAudience) -> Result<Audience, &'static str> {
    let function = audience.function().as_str_name().trim_start_matches(FUNCTION_PREFIX).to_owned();
    match (audience.staff_member.is_empty(), audience.team.is_empty()) {
        (false, true) => Ok(Audience::StaffMember(audience.staff_member)),
        (true, false) if function != "UNSPECIFIED" => Ok(Audience::Function { function, team: audience.team }),
        _ => Err("audiences"),
    }
}

fn addressed(audience: Audience) -> Result<NoticeAudience, &'static str> {
    match audience {
        Audience::StaffMember(staff_member) => Ok(NoticeAudience { staff_member, ..Default::default() }),
        Audience::Function { function, team } => {
            let function = StaffFunction::from_str_name(&format!("{FUNCTION_PREFIX}{function}")).ok_or("audiences")?;
            Ok(NoticeAudience { function: function.into(), team, ..Default::default() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audiences_travel_unchanged() {
        let (function, team) = (StaffFunction::TeamLead.into(), "ue25".to_owned());
        let lead = NoticeAudience { function, team, ..Default::default() };
        let anna = NoticeAudience { staff_member: "jobcenters/m/staff/anna".to_owned(), ..Default::default() };
        for to in [lead, anna] {
            assert_eq!(addressed(audience(to.clone()).unwrap()).unwrap(), to);
        }
        assert!(audience(NoticeAudience::default()).is_err());
    }
}
