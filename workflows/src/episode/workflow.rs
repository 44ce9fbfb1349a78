//! The story of an episode: it lives by the timetable of cases, which says what time takes next.

use lotse_kernel::{duty::Timetable, names::EpisodeName};
use temporalio_sdk::{ActivityExecutionError, WorkflowContext};

use super::{activities::EpisodeActivities, procedure::EpisodeProcedure};
use crate::{
    activities::{Asked, Pace},
    life::{Living, story},
    memory::StepTaken,
    step::Step,
};

story! {
    /// One generation of an episode, from the proposal to its closing; lives for years.
    Episode of EpisodeProcedure
}

impl Living for Episode {
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
