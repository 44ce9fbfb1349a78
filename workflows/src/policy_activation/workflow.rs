//! The story of an activation: it lives by what cases says of its progress, and takes the next page until nothing is left.

use lotse_kernel::{
    duty::Timetable,
    names::PolicyName,
    workflow::{NEXT_WAKE_QUERY, WAKE_SIGNAL, WorkflowType},
};
use temporalio_common::data_converters::RawValue;
use temporalio_macros::{workflow, workflow_methods};
use temporalio_sdk::{
    ActivityExecutionError, SyncWorkflowContext, WorkflowContext, WorkflowContextView, WorkflowResult,
};

use super::{
    activities::ActivationActivities,
    procedure::{ActivationProcedure, Step},
};
use crate::{
    activities::{Asked, Pace},
    life::{Living, Timestamp, live},
    memory::{Memory, StepTaken},
};

/// The activation of one version in one jobcenter; lives until its first day, and then for minutes.
#[workflow]
pub struct PolicyActivation {
    memory: Memory<ActivationProcedure>,
}

#[workflow_methods]
impl PolicyActivation {
    /// Takes the input of a service's start, or of the run before.
    #[init]
    #[must_use]
    pub fn new(_context: &WorkflowContextView, memory: Memory<ActivationProcedure>) -> Self {
        Self { memory }
    }

    /// The story. It ends when a whole pass has found nothing left to change, or when an operator cancels it.
    ///
    /// # Errors
    /// Continue-as-new and cancellation; nothing that a service answers ever ends it.
    #[run(name = WorkflowType::PolicyActivation.code())]
    pub async fn run(context: &mut WorkflowContext<Self>) -> WorkflowResult<()> {
        live(context).await
    }

    /// Notes that something happened; what it was, cases tells.
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

impl Living for PolicyActivation {
    type Procedure = ActivationProcedure;

    fn memory(&self) -> &Memory<ActivationProcedure> {
        &self.memory
    }

    fn memory_mut(&mut self) -> &mut Memory<ActivationProcedure> {
        &mut self.memory
    }

    async fn ask(context: &WorkflowContext<Self>, ask: Asked<PolicyName>) -> Result<Timetable, ActivityExecutionError> {
        let options = Pace::Quick.options("progress");
        context.execute_local_activity(ActivationActivities::get_activation, ask, options).await
    }

    /// Local, because a page that is asked for again is answered with the page that comes next.
    async fn take(
        context: &WorkflowContext<Self>,
        take: Asked<(PolicyName, Step)>,
    ) -> Result<StepTaken, ActivityExecutionError> {
        let (_, step) = take.what;
        let options = Pace::Heavy.options(step.name());
        context.execute_local_activity(ActivationActivities::replan_episodes, take, options).await
    }
}
