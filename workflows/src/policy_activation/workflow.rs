//! The story of an activation: it lives by what cases says of its progress, and takes the next page until nothing is left.

use lotse_kernel::{duty::Timetable, names::PolicyName};
use temporalio_sdk::{ActivityExecutionError, WorkflowContext};

use super::{
    activities::ActivationActivities,
    procedure::{ActivationProcedure, Step},
};
use crate::{
    activities::{Asked, Pace},
    life::{Living, story},
    memory::StepTaken,
};

story! {
    /// The activation of one version in one jobcenter; lives until its first day, and then for minutes.
    PolicyActivation of ActivationProcedure
}

impl Living for PolicyActivation {
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
        context.execute_local_activity(ActivationActivities::replan_duties, take, options).await
    }
}
