//! The story of a watch: it lives by what cases says there is to do for all people of the jobcenter, and takes one page after the other.

use lotse_kernel::{duty::Timetable, names::JobcenterName};
use temporalio_sdk::{ActivityExecutionError, WorkflowContext};

use super::{
    activities::WatchActivities,
    procedure::{Step, WatchProcedure},
};
use crate::{
    activities::{Asked, Pace},
    life::{Living, story},
    memory::StepTaken,
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

    /// Local, because a page that is asked for again is answered with the page that comes next, and nobody is told twice of a notice.
    async fn take(
        context: &WorkflowContext<Self>,
        take: Asked<(JobcenterName, Step)>,
    ) -> Result<StepTaken, ActivityExecutionError> {
        let options = Pace::Heavy.options(take.what.1.name());
        match take.what.1 {
            Step::Sweep(_) => context.execute_local_activity(WatchActivities::sweep_watches, take, options).await,
            Step::Tell(_) => context.execute_local_activity(WatchActivities::tell_of_watches, take, options).await,
        }
    }
}
