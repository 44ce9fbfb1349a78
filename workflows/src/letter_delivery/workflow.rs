//! The story of a letter: it lives by the timetable of documents, which says what time takes next.

use lotse_kernel::{
    duty::Timetable,
    names::LetterName,
    workflow::{NEXT_WAKE_QUERY, WAKE_SIGNAL, WorkflowType},
};
use temporalio_common::data_converters::RawValue;
use temporalio_macros::{workflow, workflow_methods};
use temporalio_sdk::{
    ActivityExecutionError, SyncWorkflowContext, WorkflowContext, WorkflowContextView, WorkflowResult,
};

use super::{
    activities::LetterActivities,
    procedure::{LetterProcedure, Step},
};
use crate::{
    activities::{Asked, Pace},
    life::{Living, Timestamp, live},
    memory::{Memory, StepTaken},
};

/// The delivery of one letter, from the request to the posting; lives for days.
#[workflow]
pub struct LetterDelivery {
    memory: Memory<LetterProcedure>,
}

#[workflow_methods]
impl LetterDelivery {
    /// Takes the input of a service's start, or of the run before.
    #[init]
    #[must_use]
    pub fn new(_context: &WorkflowContextView, memory: Memory<LetterProcedure>) -> Self {
        Self { memory }
    }

    /// The story. It ends when the letter is posted or cannot be made, or when an operator cancels it.
    ///
    /// # Errors
    /// Continue-as-new and cancellation; nothing that a service answers ever ends it.
    #[run(name = WorkflowType::LetterDelivery.code())]
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

impl Living for LetterDelivery {
    type Procedure = LetterProcedure;

    fn memory(&self) -> &Memory<LetterProcedure> {
        &self.memory
    }

    fn memory_mut(&mut self) -> &mut Memory<LetterProcedure> {
        &mut self.memory
    }

    async fn ask(context: &WorkflowContext<Self>, ask: Asked<LetterName>) -> Result<Timetable, ActivityExecutionError> {
        let options = Pace::Quick.options("timetable");
        context.execute_local_activity(LetterActivities::get_letter_timetable, ask, options).await
    }

    /// Local, because a step that was taken and not told of is taken again anyhow.
    async fn take(
        context: &WorkflowContext<Self>,
        take: Asked<(LetterName, Step)>,
    ) -> Result<StepTaken, ActivityExecutionError> {
        let (_, step) = take.what;
        let pace = if step == Step::Render { Pace::Heavy } else { Pace::Quick };
        context.execute_local_activity(LetterActivities::take_letter_step, take, pace.options(step.name())).await
    }
}
