//! The life of every procedure: ask for the timetable, take each step that time takes, run the errands, rest until a date or a wake.

mod story;

use std::time::{Duration, SystemTime};

use lotse_kernel::duty::Timetable;
use temporalio_common::{WorkflowDefinition, error::IncomingError};
use temporalio_sdk::{
    ActivityExecutionError, ContinueAsNewOptions, TimerOptions, TimerResult, WorkflowContext, WorkflowResult,
    WorkflowTermination,
    workflows::{WorkflowImplementation, join_all, select},
};

use crate::{
    activities::{Asked, ErrandActivities, Pace},
    errand::{Errand, Task},
    memory::{Course, Memory, Procedure, Setback, StepTaken},
};

pub use jiff::Timestamp;
pub(crate) use story::story;

/// A workflow that remembers what a procedure goes by; [`story`] declares it.
pub trait Remembering: WorkflowImplementation<Run: WorkflowDefinition<Input = Memory<Self::Procedure>>> {
    /// What is its own.
    type Procedure: Procedure;

    /// What it remembers.
    fn memory(&self) -> &Memory<Self::Procedure>;

    /// What it remembers, to note something.
    fn memory_mut(&mut self) -> &mut Memory<Self::Procedure>;
}

/// A workflow that lives by a timetable: the calls of the service that owns its record.
pub trait Living: Remembering {
    /// Asks the owning service for the timetable.
    async fn ask(
        context: &WorkflowContext<Self>,
        ask: Asked<NameOf<Self>>,
    ) -> Result<Timetable, ActivityExecutionError>;

    /// Asks the owning service to take a step.
    async fn take(
        context: &WorkflowContext<Self>,
        take: Asked<(NameOf<Self>, StepOf<Self>)>,
    ) -> Result<StepTaken, ActivityExecutionError>;
}

/// Name of the record a workflow is about.
pub type NameOf<W> = <<W as Remembering>::Procedure as Procedure>::Name;

/// A step that time takes on the record of a workflow.
pub type StepOf<W> = <<W as Remembering>::Procedure as Procedure>::Step;

/// Lives until the timetable is finished.
///
/// # Errors
/// Continue-as-new and cancellation; nothing that a service answers ever ends a life.
pub async fn live<W: Living>(context: &WorkflowContext<W>) -> WorkflowResult<()> {
    loop {
        let visit = visit(context).await;
        run_errands(context).await;
        let (instant, is_long) = (now(context), context.continue_as_new_suggested());
        match context.state_mut(|workflow| workflow.memory_mut().conclude(&visit, instant, is_long)) {
            Course::End => return Ok(()),
            Course::NewRun => {
                // No wait between reading the memory and handing it over: a signal in between would be lost.
                let memory = context.state(|workflow| workflow.memory().clone());
                context.continue_as_new(memory, ContinueAsNewOptions::default())?;
            }
            Course::Rest { until, failed } => rest(context, until, failed).await?,
        }
    }
}

/// Asks for the timetable and takes every step that is due, in order of their dates; one whose answer was lost comes first.
async fn visit<W: Living>(context: &WorkflowContext<W>) -> Result<Timetable, Setback> {
    let asked = context.state_mut(|workflow| workflow.memory_mut().pulse.asks());
    let name = context.state(|workflow| workflow.memory().procedure.name().clone());
    let answer = W::ask(context, question(context, name, now(context))).await;
    let mut timetable = answer.map_err(|_| Setback)?;
    let mut last = None;
    while let Some(step) = context.state_mut(|workflow| workflow.memory_mut().next_step(&timetable, now(context)))? {
        // A step that was taken and still is the next one would be taken for ever.
        if last.replace(step.clone()).is_some_and(|last| last == step) {
            return Err(Setback);
        }
        timetable = take(context, step).await?;
    }
    context.state_mut(|workflow| workflow.memory_mut().visited(&asked, &timetable, now(context)));
    Ok(timetable)
}

/// Takes the step in hand. While its outcome is unknown it stays there and is asked for again, under the same request id.
async fn take<W: Living>(context: &WorkflowContext<W>, step: StepOf<W>) -> Result<Timetable, Setback> {
    let at = now(context);
    let name = context.state(|workflow| workflow.memory().procedure.name().clone());
    let outcome = W::take(context, question(context, (name, step.clone()), at)).await;
    context.state_mut(|workflow| match outcome {
        Ok(taken) => {
            workflow.memory_mut().took(&step, &taken, at);
            Ok(taken.timetable)
        }
        Err(error) => {
            if is_refused(&error) {
                workflow.memory_mut().let_go();
            }
            Err(Setback)
        }
    })
}

/// Whether a service has definitely refused a call. Otherwise its effect is unknown: the answer may have been lost on the way.
fn is_refused(error: &ActivityExecutionError) -> bool {
    matches!(error.reason(), Some(IncomingError::Application(failure)) if failure.is_non_retryable())
}

/// Runs all waiting errands side by side; those that fail stay and are run again after the next visit.
async fn run_errands<W: Living>(context: &WorkflowContext<W>) {
    let errands = context.state(|workflow| workflow.memory().errands().to_vec());
    if errands.is_empty() {
        return;
    }
    let outcomes = join_all(errands.iter().map(|errand| run_errand(context, errand.clone()))).await;
    let done: Vec<Errand> =
        errands.into_iter().zip(outcomes).filter_map(|(errand, outcome)| outcome.is_ok().then_some(errand)).collect();
    context.state_mut(|workflow| workflow.memory_mut().done(&done));
}

async fn run_errand<W: Living>(
    context: &WorkflowContext<W>,
    Errand { at, task }: Errand,
) -> Result<(), ActivityExecutionError> {
    // Rousing goes page after page.
    let pace = if matches!(task, Task::Rouse(_)) { Pace::Heavy } else { Pace::Quick };
    let options = pace.options(task.name());
    match task {
        Task::Notice(notice) => {
            let ask = question(context, notice, at);
            context.execute_local_activity(ErrandActivities::create_notice, ask, options).await
        }
        Task::Letter(letter) => {
            let ask = question(context, letter, at);
            context.execute_local_activity(ErrandActivities::ensure_letter, ask, options).await
        }
        Task::Rouse(rouse) => {
            let ask = question(context, rouse, at);
            context.execute_local_activity(ErrandActivities::rouse, ask, options).await
        }
    }
}

fn question<W: Living, T>(context: &WorkflowContext<W>, what: T, at: Timestamp) -> Asked<T> {
    Asked { what, at, trace: context.state(|workflow| workflow.memory().pulse.trace()) }
}

/// The workflow's time: the only clock of a procedure.
///
/// Temporal gives one to every workflow task; the epoch stands in where it did not, and makes nothing fall due.
fn now<W>(context: &WorkflowContext<W>) -> Timestamp {
    let own = context.workflow_time().and_then(|time: SystemTime| Timestamp::try_from(time).ok());
    reckoned_back(context, own.unwrap_or(Timestamp::UNIX_EPOCH))
}

/// In production a workflow's own time is business time.
#[cfg(not(feature = "dev"))]
const fn reckoned_back<W>(_context: &WorkflowContext<W>, own: Timestamp) -> Timestamp {
    own
}

/// On a development stack of the past business time lags behind by what the workflow was born with. A timer is set for the time
/// between two business instants, which is the same on both clocks.
#[cfg(feature = "dev")]
fn reckoned_back<W>(context: &WorkflowContext<W>, own: Timestamp) -> Timestamp {
    use lotse_platform::lag::Lag;

    let days: Option<i32> = context.memo().get(Lag::MEMO).ok().flatten();
    Lag::of_days(days.unwrap_or_default()).business(own)
}

/// Rests until the instant or until something new is heard.
async fn rest<W: Living>(context: &WorkflowContext<W>, until: Option<Timestamp>, failed: bool) -> WorkflowResult<()> {
    // After a failed visit the old news is still unanswered and would wake at once; only newer news is a reason to hurry.
    let known = context.state(|workflow| failed.then(|| workflow.memory().pulse.heard().clone()));
    context.state_mut(|workflow| workflow.memory_mut().rests_until = until);
    let rested = wait(context, until, |workflow: &W| {
        let pulse = &workflow.memory().pulse;
        pulse.has_news() && known.as_ref().is_none_or(|known| known != pulse.heard())
    })
    .await;
    context.state_mut(|workflow| workflow.memory_mut().rests_until = None);
    rested
}

/// Waits until `until`, or until `is_woken` holds; without an instant only a signal wakes.
async fn wait<W>(
    context: &WorkflowContext<W>,
    until: Option<Timestamp>,
    is_woken: impl Fn(&W) -> bool,
) -> WorkflowResult<()> {
    if context.state(&is_woken) {
        return Ok(());
    }
    let Some(until) = until else {
        return context.wait_condition(is_woken).await.map_err(|_| WorkflowTermination::cancelled());
    };
    let Ok(pause) = Duration::try_from(until.duration_since(now(context))) else { return Ok(()) };
    // The losing timer of a round is cancelled with the round: a dropped future would leave it to fire into the void.
    let round = context.cancellation_token().child_token();
    let timer = TimerOptions::builder(pause).cancellation_token(round.clone()).summary(until.to_string()).build();
    let rested = select! {
        _ = context.cancelled() => Err(WorkflowTermination::cancelled()),
        woken = context.wait_condition(is_woken) => woken.map_err(|_| WorkflowTermination::cancelled()),
        fired = context.timer(timer) => match fired {
            TimerResult::Fired => Ok(()),
            TimerResult::Cancelled => Err(WorkflowTermination::cancelled()),
        },
    };
    round.cancel();
    rested
}
