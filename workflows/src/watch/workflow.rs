//! The story of a watch: it lives by what cases says comes first among all checks of the jobcenter, and takes one step after the other.

use lotse_kernel::{duty::Timetable, names::JobcenterName};
use temporalio_sdk::{ActivityExecutionError, WorkflowContext};

use super::{activities::WatchActivities, procedure::WatchProcedure};
use crate::{
    activities::{Asked, Pace},
    life::{Living, story},
    memory::StepTaken,
    step::Step,
};

story! {
    /// The watch of one jobcenter; lives as long as the jobcenter.
    Watch of WatchProcedure
}

impl Living for Watch {
    async fn ask(
        context: &WorkflowContext<Self>,
        ask: Asked<JobcenterName>,
    ) -> Result<Timetable, ActivityExecutionError> {
        let options = Pace::Quick.options("timetable");
        context.execute_local_activity(WatchActivities::get_watch_timetable, ask, options).await
    }

    /// Recorded before it runs, for once taken a step is no longer due, and only its own answer says who is to be told.
    async fn take(
        context: &WorkflowContext<Self>,
        take: Asked<(JobcenterName, Step)>,
    ) -> Result<StepTaken, ActivityExecutionError> {
        let options = Pace::Quick.recorded(take.what.1.name());
        context.execute_activity(WatchActivities::take_watch_step, take, options).await
    }
}
