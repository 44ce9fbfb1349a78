//! The story of an episode: it lives by the timetable of cases, which says what time takes next.

use lotse_kernel::{
    duty::Timetable,
    names::EpisodeName,
    workflow::{NEXT_WAKE_QUERY, WAKE_SIGNAL, WorkflowType},
};
use temporalio_common::data_converters::RawValue;
use temporalio_macros::{workflow, workflow_methods};
use temporalio_sdk::{
    ActivityExecutionError, SyncWorkflowContext, WorkflowContext, WorkflowContextView, WorkflowResult,
};

use super::{
    activities::EpisodeActivities,
    procedure::{EpisodeProcedure, Step},
};
use crate::{
    activities::{Asked, Pace},
    life::{Living, Timestamp, live},
    memory::{Memory, StepTaken},
};

/// One generation of an episode, from the proposal to its closing; lives for years.
#[workflow]
pub struct Episode {
    memory: Memory<EpisodeProcedure>,
}

#[workflow_methods]
impl Episode {
    /// Takes the input of a service's start, or of the run before.
    #[init]
    #[must_use]
    pub fn new(_context: &WorkflowContextView, memory: Memory<EpisodeProcedure>) -> Self {
        Self { memory }
    }

    /// The story. It ends with the episode, or when an operator cancels it.
    ///
    /// # Errors
    /// Continue-as-new and cancellation; nothing that a service answers ever ends it.
    #[run(name = WorkflowType::Episode.code())]
    pub async fn run(context: &mut WorkflowContext<Self>) -> WorkflowResult<()> {
        live(context).await
    }

    /// Notes that something happened; what it was, the timetable tells.
    #[signal(name = WAKE_SIGNAL)]
    pub fn wake(&mut self, context: &mut SyncWorkflowContext<Self>, payload: RawValue) {
        self.memory.pulse.hear(payload, context.headers());
    }

    /// The instant it rests until, for time travel and the doctor.
    #[query(name = NEXT_WAKE_QUERY)]
    #[must_use]
    pub fn next_wake(&self, _context: &WorkflowContextView) -> Option<Timestamp> {
        self.memory.rests_until
    }
}

impl Living for Episode {
    type Procedure = EpisodeProcedure;

    fn memory(&self) -> &Memory<EpisodeProcedure> {
        &self.memory
    }

    fn memory_mut(&mut self) -> &mut Memory<EpisodeProcedure> {
        &mut self.memory
    }

    async fn ask(
        context: &WorkflowContext<Self>,
        ask: Asked<EpisodeName>,
    ) -> Result<Timetable, ActivityExecutionError> {
        let options = Pace::Quick.options("timetable");
        context.execute_local_activity(EpisodeActivities::get_timetable, ask, options).await
    }

    /// Recorded before it runs, for once taken a step is no longer due, and only its own answer says who is to be told.
    async fn take(
        context: &WorkflowContext<Self>,
        take: Asked<(EpisodeName, Step)>,
    ) -> Result<StepTaken, ActivityExecutionError> {
        let options = Pace::Quick.recorded(take.what.1.name());
        context.execute_activity(EpisodeActivities::take_duty_step, take, options).await
    }
}
