//! The story of a referral: it lives by the timetable of providers, which says what time takes next.

use lotse_kernel::{duty::Timetable, names::ReferralName};
use temporalio_sdk::{ActivityExecutionError, WorkflowContext};

use super::{
    activities::ReferralActivities,
    procedure::{ReferralProcedure, Step},
};
use crate::{
    activities::{Asked, Pace},
    life::{Living, story},
    memory::StepTaken,
};

story! {
    /// One referral, from the sending to its end; lives for weeks to months.
    Referral of ReferralProcedure
}

impl Living for Referral {
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
