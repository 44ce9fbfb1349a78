//! The calls of an episode's workflow to cases, which owns the episode.

use std::sync::Arc;

use jiff::civil::Date;
use lotse_kernel::{dates::berlin_date, duty::Timetable, names::EpisodeName};
use lotse_platform::{channel::Peer, convert::duty_step};
use lotse_proto::cases::{
    GetTimetableRequest, TakeDutyStepRequest, episode_process_service_client::EpisodeProcessServiceClient,
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
pub struct EpisodeActivities {
    episodes: EpisodeProcessServiceClient<Peer>,
    vitals: Vitals,
}

impl EpisodeActivities {
    /// Over the channels of a worker.
    #[must_use]
    pub fn new(services: &Services) -> Self {
        let episodes = EpisodeProcessServiceClient::new(services.cases.clone());
        Self { episodes, vitals: services.vitals.clone() }
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
        asked: Asked<EpisodeName>,
    ) -> Result<Timetable, ActivityError> {
        let call = Call::new(&context, &self.vitals, &asked);
        let message = GetTimetableRequest { name: asked.what.to_string(), business_time: call.business_time() };
        let mut episodes = self.episodes.clone();
        let answer = call.send(message, async move |request| episodes.get_timetable(request).await).await?;
        Ok(nearest(call.read(timetable(answer))?, berlin_date(asked.at)))
    }

    /// Takes a step that time takes.
    ///
    /// # Errors
    /// What cases refuses, or an answer that breaks the contract.
    #[activity(name = "cases.take_duty_step")]
    pub async fn take_duty_step(
        self: Arc<Self>,
        context: ActivityContext,
        asked: Asked<(EpisodeName, Step)>,
    ) -> Result<StepTaken, ActivityError> {
        let call = Call::new(&context, &self.vitals, &asked);
        let (_, step) = asked.what;
        let message = TakeDutyStepRequest {
            request_id: call.request_id(&step.name()),
            name: step.duty,
            step: duty_step(step.action).into(),
            round: step.round,
            business_time: call.business_time(),
        };
        let mut episodes = self.episodes.clone();
        let answer = call.send(message, async move |request| episodes.take_duty_step(request).await).await?;
        let taken = call.read(taken(answer.audiences, answer.letter_wanted, answer.timetable))?;
        Ok(StepTaken { timetable: nearest(taken.timetable, berlin_date(asked.at)), ..taken })
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use lotse_kernel::duty::{DutyKind, DutyState, DutyStep, NextStep, TimetableEntry};

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
        let table = Timetable {
            as_of_seq: 3,
            finished: false,
            due,
            round: 0,
            phase: "DELIVERY".to_owned(),
            ending: 0,
            ..Timetable::default()
        };
        let left = nearest(table, date(2026, 3, 9));
        let names: Vec<_> = left.due.iter().map(|entry| entry.duty.as_str()).collect();
        assert_eq!(names, ["past", "today", "first", "as soon"]);
    }
}
