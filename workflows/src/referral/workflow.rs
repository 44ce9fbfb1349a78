//! The story of a referral: it lives by the timetable of providers, which says what time takes next.

use lotse_kernel::{
    duty::Timetable,
    names::ReferralName,
    workflow::{NEXT_WAKE_QUERY, WAKE_SIGNAL, WorkflowType},
};
use temporalio_common::data_converters::RawValue;
use temporalio_macros::{workflow, workflow_methods};
use temporalio_sdk::{
    ActivityExecutionError, SyncWorkflowContext, WorkflowContext, WorkflowContextView, WorkflowResult,
};

use super::{
    activities::ReferralActivities,
    procedure::{ReferralProcedure, Step},
};
use crate::{
    activities::{Asked, Pace},
    life::{Living, Timestamp, live},
    memory::{Memory, StepTaken},
};

/// One referral, from the sending to its end; lives for weeks to months.
#[workflow]
pub struct Referral {
    memory: Memory<ReferralProcedure>,
}

#[workflow_methods]
impl Referral {
    /// Takes the input of a service's start, or of the run before.
    #[init]
    #[must_use]
    pub fn new(_context: &WorkflowContextView, memory: Memory<ReferralProcedure>) -> Self {
        Self { memory }
    }

    /// The story. It ends with the referral, or when an operator cancels it.
    ///
    /// # Errors
    /// Continue-as-new and cancellation; nothing that a service answers ever ends it.
    #[run(name = WorkflowType::Referral.code())]
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

impl Living for Referral {
    type Procedure = ReferralProcedure;

    fn memory(&self) -> &Memory<ReferralProcedure> {
        &self.memory
    }

    fn memory_mut(&mut self) -> &mut Memory<ReferralProcedure> {
        &mut self.memory
    }

    async fn ask(
        context: &WorkflowContext<Self>,
        ask: Asked<ReferralName>,
    ) -> Result<Timetable, ActivityExecutionError> {
        let options = Pace::Quick.options("timetable");
        context.execute_local_activity(ReferralActivities::get_timetable, ask, options).await
    }

    /// Recorded before it runs, for once taken a step is no longer due, and only its own answer says who is to be told.
    async fn take(
        context: &WorkflowContext<Self>,
        take: Asked<(ReferralName, Step)>,
    ) -> Result<StepTaken, ActivityExecutionError> {
        let options = Pace::Quick.recorded(take.what.1.name());
        context.execute_activity(ReferralActivities::take_duty_step, take, options).await
    }
}
