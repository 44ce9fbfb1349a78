//! The story of a letter: ask where it stands, take the step that comes next, tell the officers, rest until a date or a wake.

use lotse_kernel::{
    duty::Timetable,
    workflow::{NEXT_WAKE_QUERY, WAKE_SIGNAL, WorkflowType},
};
use temporalio_common::data_converters::RawValue;
use temporalio_macros::{workflow, workflow_methods};
use temporalio_sdk::{SyncWorkflowContext, WorkflowContext, WorkflowContextView, WorkflowResult, workflows::join_all};

use super::{
    activities::{AskLetter, LetterActivities, TakeLetterStep, TellOfLetter},
    run::{Course, LetterRun, Notice, Step, StepTaken},
};
use crate::{
    activities::Pace,
    pulse::{Setback, Timestamp, now, rest},
};

/// The delivery of one letter, from the request to the posting; lives for days.
#[workflow]
pub struct LetterDelivery {
    /// What it remembers.
    run: LetterRun,
    /// The instant it rests until; nothing while it works or only a signal can wake it.
    rests_until: Option<Timestamp>,
}

#[workflow_methods]
impl LetterDelivery {
    /// Takes the input of the service's start.
    #[init]
    #[must_use]
    pub fn new(_context: &WorkflowContextView, run: LetterRun) -> Self {
        Self { run, rests_until: None }
    }

    /// The story. It ends when the letter is posted or cannot be made, or when an operator cancels it.
    ///
    /// # Errors
    /// Cancellation; nothing that a service answers ever ends it.
    #[run(name = WorkflowType::LetterDelivery.code())]
    pub async fn run(context: &mut WorkflowContext<Self>) -> WorkflowResult<()> {
        loop {
            let visit = Self::visit(context).await;
            Self::tell(context).await;
            let instant = now(context);
            match context.state_mut(|letter| letter.run.conclude(&visit, instant)) {
                Course::End => return Ok(()),
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

impl LetterDelivery {
    /// Asks where the letter stands and takes every step that is due.
    async fn visit(context: &WorkflowContext<Self>) -> Result<Timetable, Setback> {
        let asked = context.state_mut(|letter| letter.run.asks());
        let mut timetable = Self::ask(context).await?;
        let mut last = None;
        while let Some(step) = context.state(|letter| letter.run.due_step(&timetable, now(context))) {
            // A step that was taken and still is the next one would be taken for ever.
            if last.replace(step) == Some(step) {
                return Err(Setback);
            }
            let taken = Self::take(context, step).await?;
            context.state_mut(|letter| letter.run.took(step, &taken));
            timetable = taken.timetable;
        }
        context.state_mut(|letter| letter.run.answered(&asked, &timetable));
        Ok(timetable)
    }

    async fn ask(context: &WorkflowContext<Self>) -> Result<Timetable, Setback> {
        let ask = context.state(|letter| AskLetter {
            letter: letter.run.input.letter.clone(),
            at: now(context),
            trace: letter.run.pulse.trace(),
        });
        let options = Pace::Quick.options("timetable");
        let answer = context.execute_local_activity(LetterActivities::get_letter_timetable, ask, options);
        answer.await.map_err(|_| Setback)
    }

    async fn take(context: &WorkflowContext<Self>, step: Step) -> Result<StepTaken, Setback> {
        let take = context.state(|letter| TakeLetterStep {
            letter: letter.run.input.letter.clone(),
            step,
            at: now(context),
            trace: letter.run.pulse.trace(),
        });
        let pace = if step == Step::Render { Pace::Heavy } else { Pace::Quick };
        let answer =
            context.execute_local_activity(LetterActivities::take_letter_step, take, pace.options(step.name()));
        answer.await.map_err(|_| Setback)
    }

    /// Asks for all waiting notices side by side; those that fail stay and are asked for after the next visit.
    async fn tell(context: &WorkflowContext<Self>) {
        let notices = context.state(|letter| letter.run.notices.clone());
        if notices.is_empty() {
            return;
        }
        let told = join_all(notices.iter().map(|notice| Self::tell_one(context, notice))).await;
        let left = notices.into_iter().zip(told).filter_map(|(notice, told)| told.is_err().then_some(notice)).collect();
        context.state_mut(|letter| letter.run.notices = left);
    }

    async fn tell_one(context: &WorkflowContext<Self>, notice: &Notice) -> Result<(), Setback> {
        let tell = context.state(|letter| TellOfLetter {
            letter: letter.run.input.letter.clone(),
            notice: notice.clone(),
            at: now(context),
            trace: letter.run.pulse.trace(),
        });
        let options = Pace::Quick.options(notice.name());
        let answer = context.execute_local_activity(LetterActivities::tell_of_letter, tell, options);
        answer.await.map_err(|_| Setback)
    }

    /// Rests until the instant or until something new is heard.
    async fn rest(context: &WorkflowContext<Self>, until: Option<Timestamp>, failed: bool) -> WorkflowResult<()> {
        // After a failed visit the old news is still unanswered and would wake at once; only newer news is a reason to hurry.
        let known = context.state(|letter| failed.then(|| letter.run.input.wakes.clone()));
        context.state_mut(|letter| letter.rests_until = until);
        let rested = rest(context, until, |letter: &Self| {
            letter.run.has_news() && known.as_ref().is_none_or(|known| *known != letter.run.input.wakes)
        })
        .await;
        context.state_mut(|letter| letter.rests_until = None);
        rested
    }
}
