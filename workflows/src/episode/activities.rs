//! The calls of an episode's workflow: each is one RPC of the process API that owns the fact.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    dates::berlin_date,
    duty::{DutyKind, DutyStep, Timetable},
    names::{CaseName, EpisodeName},
    notice::NoticeTemplate,
};
use lotse_platform::channel::Peer;
use lotse_proto::{
    cases::{
        GetTimetableRequest, NoticeAudience, StaffFunction, TakeDutyStepRequest, TakeDutyStepResponse,
        episode_process_service_client::EpisodeProcessServiceClient,
    },
    common,
    documents::{EnsureLetterRequest, LetterKind, letter_process_service_client::LetterProcessServiceClient},
    notifications::{CreateNoticeRequest, NoticeCause, notice_process_service_client::NoticeProcessServiceClient},
};
use serde::{Deserialize, Serialize};
use temporalio_macros::activities;
use temporalio_sdk::activities::{ActivityContext, ActivityError};

use super::errand::{Audience, Errand, Task, template};
use crate::{
    activities::{Call, day, instant, timetable},
    services::Services,
    vitals::Vitals,
};

/// What the contract writes before the code of a function.
const FUNCTION_PREFIX: &str = "STAFF_FUNCTION_";

/// Which timetable.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskTimetable {
    /// The episode.
    pub episode: EpisodeName,
    /// The workflow's time.
    pub at: Timestamp,
    /// The trace to continue.
    pub trace: Option<String>,
}

/// Which step to take. It stays in the state while its outcome is unknown, and is then repeated word for word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeStep {
    /// The duty, by resource name.
    pub duty: String,
    /// What it is about.
    pub kind: DutyKind,
    /// The day it is due.
    pub due_on: Date,
    /// The step.
    pub step: DutyStep,
    /// Its round, from 1.
    pub round: i32,
    /// The step's name in request ids.
    pub name: String,
    /// The workflow's time.
    pub at: Timestamp,
    /// The trace to continue.
    pub trace: Option<String>,
}

/// What came of a step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StepTaken {
    /// What other services are to be asked now.
    pub errands: Vec<Errand>,
    /// The timetable after the step.
    pub timetable: Timetable,
}

/// Which notice to create.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateNotice {
    /// The episode.
    pub episode: EpisodeName,
    /// The duty, by resource name.
    pub duty: String,
    /// The step that was taken.
    pub step: DutyStep,
    /// Its round, from 1.
    pub round: i32,
    /// The day the duty is due.
    pub due_on: Date,
    /// The template.
    pub template: NoticeTemplate,
    /// Who is to be told.
    pub audiences: Vec<Audience>,
    /// The errand's name in request ids.
    pub name: String,
    /// The workflow's time.
    pub at: Timestamp,
    /// The trace to continue.
    pub trace: Option<String>,
}

/// Which letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Letter {
    /// Invitation to the review (R106).
    ReviewInvitation,
    /// The letter at the end of case management (R112 to R122).
    Closing,
}

/// Which letter to see to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnsureLetter {
    /// The case.
    pub case: CaseName,
    /// Which letter.
    pub letter: Letter,
    /// The duty or episode it is about, by resource name.
    pub cause: String,
    /// The errand's name in request ids.
    pub name: String,
    /// The workflow's time.
    pub at: Timestamp,
    /// The trace to continue.
    pub trace: Option<String>,
}

/// The clients the activities use.
#[derive(Debug)]
pub struct EpisodeActivities {
    episodes: EpisodeProcessServiceClient<Peer>,
    notices: NoticeProcessServiceClient<Peer>,
    vitals: Vitals,
    letters: LetterProcessServiceClient<Peer>,
}

impl EpisodeActivities {
    /// Over the channels of a worker.
    #[must_use]
    pub fn new(services: &Services) -> Self {
        Self {
            episodes: EpisodeProcessServiceClient::new(services.cases.clone()),
            notices: NoticeProcessServiceClient::new(services.notifications.clone()),
            vitals: services.vitals.clone(),
            letters: LetterProcessServiceClient::new(services.documents.clone()),
        }
    }
}

#[activities]
impl EpisodeActivities {
    /// The dates the episode waits for.
    ///
    /// # Errors
    /// What cases refuses, or an answer that breaks the contract.
    #[activity(name = "cases.get_timetable")]
    pub async fn get_timetable(
        self: Arc<Self>,
        context: ActivityContext,
        ask: AskTimetable,
    ) -> Result<Timetable, ActivityError> {
        let call = Call::new(&context, &self.vitals, ask.trace.as_deref());
        let message = GetTimetableRequest { name: ask.episode.to_string(), business_time: Some(instant(ask.at)) };
        let mut episodes = self.episodes.clone();
        let answer = call.send(message, async move |request| episodes.get_timetable(request).await).await?;
        let timetable = timetable(answer).map_err(|field| call.broken(field))?;
        Ok(nearest(timetable, berlin_date(ask.at)))
    }

    /// Takes a step that time takes.
    ///
    /// # Errors
    /// What cases refuses, or an answer that breaks the contract.
    #[activity(name = "cases.take_duty_step")]
    pub async fn take_duty_step(
        self: Arc<Self>,
        context: ActivityContext,
        step: TakeStep,
    ) -> Result<StepTaken, ActivityError> {
        let call = Call::new(&context, &self.vitals, step.trace.as_deref());
        let message = TakeDutyStepRequest {
            name: step.duty.clone(),
            step: step_of(step.step).into(),
            round: step.round,
            business_time: Some(instant(step.at)),
            request_id: call.request_id(&step.name),
        };
        let mut episodes = self.episodes.clone();
        let answer = call.send(message, async move |request| episodes.take_duty_step(request).await).await?;
        taken(&step, answer).map_err(|field| call.broken(field))
    }

    /// Tells somebody at the jobcenter about a step.
    ///
    /// # Errors
    /// What notifications refuses.
    #[activity(name = "notifications.create_notice")]
    pub async fn create_notice(
        self: Arc<Self>,
        context: ActivityContext,
        notice: CreateNotice,
    ) -> Result<(), ActivityError> {
        let call = Call::new(&context, &self.vitals, notice.trace.as_deref());
        let case = notice.episode.case();
        let message = CreateNoticeRequest {
            parent: case.jobcenter_name().to_string(),
            cause: Some(NoticeCause {
                resource: notice.duty.clone(),
                code: format!("{}/{}", notice.step.code(), notice.round),
            }),
            template: notice.template.code().to_owned(),
            subjects: vec![notice.duty, notice.episode.to_string(), case.to_string()],
            due_date: Some(day(notice.due_on)),
            audiences: notice
                .audiences
                .into_iter()
                .map(addressed)
                .collect::<Result<_, _>>()
                .map_err(|field| call.broken(field))?,
            business_time: Some(instant(notice.at)),
            request_id: call.request_id(&notice.name),
        };
        let mut notices = self.notices.clone();
        let answer = call.send(message, async move |request| notices.create_notice(request).await).await?;
        if !answer.unreached.is_empty() {
            tracing::warn!(
                unreached = answer.unreached.len(),
                "{} audiences of a notice have no members, nobody was told for them",
                answer.unreached.len(),
            );
        }
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
        letter: EnsureLetter,
    ) -> Result<(), ActivityError> {
        let call = Call::new(&context, &self.vitals, letter.trace.as_deref());
        let kind = match letter.letter {
            Letter::ReviewInvitation => LetterKind::ReviewInvitation,
            Letter::Closing => LetterKind::Closing,
        };
        let message = EnsureLetterRequest {
            parent: letter.case.to_string(),
            kind: kind.into(),
            cause: letter.cause,
            business_time: Some(instant(letter.at)),
            request_id: call.request_id(&letter.name),
        };
        let mut letters = self.letters.clone();
        call.send(message, async move |request| letters.ensure_letter(request).await).await.map(drop)
    }
}

const fn step_of(step: DutyStep) -> common::DutyStep {
    match step {
        DutyStep::Open => common::DutyStep::Open,
        DutyStep::Remind => common::DutyStep::Remind,
        DutyStep::Escalate => common::DutyStep::Escalate,
        DutyStep::Miss => common::DutyStep::Miss,
    }
}

/// Leaves what is due on `today` and what comes first after it: the workflow asks again whenever it wakes, and what it does not
/// wait for need not stand in its history.
fn nearest(mut timetable: Timetable, today: Date) -> Timetable {
    let days = timetable.due.iter().filter_map(|entry| entry.next_step).map(|next| next.on);
    let horizon = days.filter(|on| *on > today).min().unwrap_or(today);
    timetable.due.retain(|entry| entry.next_step.is_some_and(|next| next.on <= horizon));
    timetable
}

/// Reads what came of a step. The errands are those of the answer whether or not this very call took the step: the answer to
/// the call that took it may have been lost, and the same request is answered the same.
fn taken(step: &TakeStep, answer: TakeDutyStepResponse) -> Result<StepTaken, &'static str> {
    let audiences = answer.audiences.into_iter().map(audience).collect::<Result<Vec<_>, _>>()?;
    let mut tasks = Vec::new();
    if !audiences.is_empty() {
        tasks.push(Task::Notice {
            duty: step.duty.clone(),
            step: step.step,
            round: step.round,
            due_on: step.due_on,
            template: template(step.kind, step.step).ok_or("audiences")?,
            audiences,
        });
    }
    if answer.letter_wanted {
        tasks.push(Task::Invitation { duty: step.duty.clone() });
    }
    let errands = tasks.into_iter().map(|task| Errand { at: step.at, task }).collect();
    let timetable = timetable(answer.timetable.ok_or("timetable")?)?;
    Ok(StepTaken { errands, timetable: nearest(timetable, berlin_date(step.at)) })
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
    use jiff::civil::date;
    use lotse_kernel::duty::{DutyState, NextStep, TimetableEntry};

    use super::*;

    #[test]
    fn only_what_is_due_and_what_comes_first_goes_into_the_history() {
        let entry = |duty: &str, on: Option<Date>| TimetableEntry {
            duty: duty.to_owned(),
            kind: DutyKind::ContinuationReview,
            state: DutyState::Scheduled,
            opens_on: date(2026, 8, 10),
            target_on: date(2026, 9, 9),
            due_on: date(2026, 9, 9),
            overdue_after: date(2026, 9, 10),
            next_step: on.map(|on| NextStep { on, step: DutyStep::Open, round: 1 }),
        };
        let due = vec![
            entry("past", Some(date(2026, 3, 1))),
            entry("today", Some(date(2026, 3, 9))),
            entry("first", Some(date(2026, 8, 10))),
            entry("as soon", Some(date(2026, 8, 10))),
            entry("later", Some(date(2026, 9, 11))),
            entry("people", None),
        ];
        let table = Timetable { as_of_seq: 3, finished: false, due, round: 0, phase: "DELIVERY".to_owned() };
        let left = nearest(table, date(2026, 3, 9));
        let names: Vec<_> = left.due.iter().map(|entry| entry.duty.as_str()).collect();
        assert_eq!(names, ["past", "today", "first", "as soon"]);
    }

    #[test]
    fn audiences_travel_unchanged() {
        let lead =
            NoticeAudience { function: StaffFunction::TeamLead.into(), team: "ue25".to_owned(), ..Default::default() };
        let anna = NoticeAudience { staff_member: "jobcenters/m/staff/anna".to_owned(), ..Default::default() };
        for to in [lead, anna] {
            assert_eq!(addressed(audience(to.clone()).unwrap()).unwrap(), to);
        }
        assert!(audience(NoticeAudience::default()).is_err());
        assert!(audience(NoticeAudience { team: "ue25".to_owned(), ..Default::default() }).is_err());
    }
}
