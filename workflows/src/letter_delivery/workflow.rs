//! The story of a letter: it lives by the timetable of documents, which says what time takes next.

use lotse_kernel::{duty::Timetable, names::LetterName};
use temporalio_sdk::{ActivityExecutionError, WorkflowContext};

use super::{
    activities::LetterActivities,
    procedure::{LetterProcedure, Step},
};
use crate::{
    activities::{Asked, Pace},
    life::{Living, story},
    memory::StepTaken,
};

story! {
    /// The delivery of one letter, from the request to the posting; lives for days.
    LetterDelivery of LetterProcedure
}

impl Living for LetterDelivery {
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
