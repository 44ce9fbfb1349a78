//! The story of an episode: ask for the timetable, take every step that time takes, rest until the next date or a wake.

use lotse_kernel::{
    duty::Timetable,
    workflow::{NEXT_WAKE_QUERY, WAKE_SIGNAL, WorkflowType},
};
use temporalio_common::data_converters::RawValue;
use temporalio_macros::{workflow, workflow_methods};
use temporalio_sdk::{
    ContinueAsNewOptions, SyncWorkflowContext, WorkflowContext, WorkflowContextView, WorkflowResult,
    workflows::join_all,
};

use super::{
    activities::{AskTimetable, CreateNotice, EnsureLetter, EpisodeActivities, Letter, StepTaken, TakeStep},
    errand::{Errand, Task},
    run::{Course, EpisodeRun},
};
use crate::{
    activities::Pace,
    pulse::{Setback, Timestamp, is_refused, now, rest},
};

/// One generation of an episode, from the proposal to its closing; lives for years.
#[workflow]
pub struct Episode {
    /// What outlives this run.
    run: EpisodeRun,
    /// The instant it rests until; nothing while it works or only a signal can wake it.
    rests_until: Option<Timestamp>,
}

#[workflow_methods]
impl Episode {
    /// Takes the input of a service's start, or of the run before.
    #[init]
    #[must_use]
    pub fn new(_context: &WorkflowContextView, run: EpisodeRun) -> Self {
        Self { run, rests_until: None }
    }

    /// The story. It ends with the episode, or when an operator cancels it.
    ///
    /// # Errors
    /// Continue-as-new and cancellation; nothing that a service answers ever ends it.
    #[run(name = WorkflowType::Episode.code())]
    pub async fn run(context: &mut WorkflowContext<Self>) -> WorkflowResult<()> {
        loop {
            let visit = Self::visit(context).await;
            Self::run_errands(context).await;
            let (instant, is_long) = (now(context), context.continue_as_new_suggested());
            match context.state_mut(|episode| episode.run.conclude(&visit, instant, is_long)) {
                Course::End => return Ok(()),
                Course::NewRun => {
                    // No wait between reading the state and handing it over: a signal in between would be lost.
                    let run = context.state(|episode| episode.run.clone());
                    context.continue_as_new(run, ContinueAsNewOptions::default())?;
                }
                Course::Rest { until, failed } => Self::rest(context, until, failed).await?,
            }
        }
    }

    /// Notes that something happened; what it was, the timetable tells.
    #[signal(name = WAKE_SIGNAL)]
    pub fn wake(&mut self, context: &mut SyncWorkflowContext<Self>, payload: RawValue) {
        self.run.pulse.hear(&mut self.run.input.wakes, payload, context.headers());
    }

    /// The instant it rests until, for time travel and the doctor.
    #[query(name = NEXT_WAKE_QUERY)]
    #[must_use]
    pub fn next_wake(&self, _context: &WorkflowContextView) -> Option<Timestamp> {
        self.rests_until
    }
}

impl Episode {
    /// Asks for the timetable and takes every step that is due, in order of their dates.
    async fn visit(context: &WorkflowContext<Self>) -> Result<Timetable, Setback> {
        let asked = context.state_mut(|episode| episode.run.asks());
        if let Some(step) = context.state(|episode| episode.run.in_hand.clone()) {
            Self::take(context, step).await?;
        }
        let mut timetable = Self::ask(context).await?;
        let mut last = None;
        while let Some(step) = context.state(|episode| episode.run.due_step(&timetable, now(context)))? {
            // A step that was taken and still is the next one would be taken for ever.
            if last.replace(step.name.clone()).is_some_and(|last| last == step.name) {
                return Err(Setback);
            }
            timetable = Self::take(context, step).await?;
        }
        context.state_mut(|episode| {
            episode.run.answered(&asked, &timetable);
            episode.run.note_phase(&timetable.phase, now(context));
        });
        Ok(timetable)
    }

    async fn ask(context: &WorkflowContext<Self>) -> Result<Timetable, Setback> {
        let ask = context.state(|episode| AskTimetable {
            episode: episode.run.input.episode.clone(),
            at: now(context),
            trace: episode.run.pulse.trace(),
        });
        let answer =
            context.execute_local_activity(EpisodeActivities::get_timetable, ask, Pace::Quick.options("timetable"));
        answer.await.map_err(|_| Setback)
    }

    /// Takes a step: recorded before it runs, for once taken it is no longer due, and only its own answer says who is to be
    /// told. While its outcome is unknown it stays in hand and is asked for again, under the same request id.
    async fn take(context: &WorkflowContext<Self>, step: TakeStep) -> Result<Timetable, Setback> {
        context.state_mut(|episode| episode.run.in_hand = Some(step.clone()));
        let options = Pace::Quick.recorded(step.name.clone());
        let step = TakeStep { trace: context.state(|episode| episode.run.pulse.trace()), ..step };
        let outcome = context.execute_activity(EpisodeActivities::take_duty_step, step, options).await;
        context.state_mut(|episode| match outcome {
            Ok(StepTaken { errands, timetable }) => {
                episode.run.in_hand = None;
                episode.run.add_errands(errands);
                Ok(timetable)
            }
            Err(error) => {
                if is_refused(&error) {
                    episode.run.in_hand = None;
                }
                Err(Setback)
            }
        })
    }

    /// Runs all waiting errands side by side; those that fail stay and are run again after the next visit.
    async fn run_errands(context: &WorkflowContext<Self>) {
        let errands = context.state(|episode| episode.run.errands.clone());
        if errands.is_empty() {
            return;
        }
        let done = join_all(errands.iter().map(|errand| Self::run_errand(context, errand))).await;
        let left = errands.into_iter().zip(done).filter_map(|(errand, done)| done.is_err().then_some(errand)).collect();
        context.state_mut(|episode| episode.run.errands = left);
    }

    async fn run_errand(context: &WorkflowContext<Self>, errand: &Errand) -> Result<(), Setback> {
        let (episode, trace) = context.state(|episode| (episode.run.input.episode.clone(), episode.run.pulse.trace()));
        let (name, at) = (errand.task.name(), errand.at);
        let options = Pace::Quick.options(name.clone());
        let (letter, cause) = match &errand.task {
            Task::Notice { duty, step, round, due_on, template, audiences } => {
                let notice = CreateNotice {
                    episode,
                    duty: duty.clone(),
                    step: *step,
                    round: *round,
                    due_on: *due_on,
                    template: *template,
                    audiences: audiences.clone(),
                    name,
                    at,
                    trace,
                };
                let told = context.execute_local_activity(EpisodeActivities::create_notice, notice, options).await;
                return told.map_err(|_| Setback);
            }
            Task::Invitation { duty } => (Letter::ReviewInvitation, duty.clone()),
            Task::ClosingLetter => (Letter::Closing, episode.to_string()),
        };
        let letter = EnsureLetter { case: episode.case().clone(), letter, cause, name, at, trace };
        let ensured = context.execute_local_activity(EpisodeActivities::ensure_letter, letter, options).await;
        ensured.map_err(|_| Setback)
    }

    /// Rests until the instant or until something new is heard.
    async fn rest(context: &WorkflowContext<Self>, until: Option<Timestamp>, failed: bool) -> WorkflowResult<()> {
        // After a failed visit the old news is still unanswered and would wake at once; only newer news is a reason to hurry.
        let known = context.state(|episode| failed.then(|| episode.run.input.wakes.clone()));
        context.state_mut(|episode| episode.rests_until = until);
        let rested = rest(context, until, |episode: &Self| {
            episode.run.has_news() && known.as_ref().is_none_or(|known| *known != episode.run.input.wakes)
        })
        .await;
        context.state_mut(|episode| episode.rests_until = None);
        rested
    }
}
