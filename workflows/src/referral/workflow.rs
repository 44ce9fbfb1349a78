//! The story of a referral: ask for the timetable, take every step that time takes, tell the officers, rest until a date or a wake.

use lotse_kernel::{
    duty::Timetable,
    workflow::{NEXT_WAKE_QUERY, WAKE_SIGNAL, WorkflowType},
};
use temporalio_common::data_converters::RawValue;
use temporalio_macros::{workflow, workflow_methods};
use temporalio_sdk::{
    ContinueAsNewOptions, SyncWorkflowContext, WorkflowContext, WorkflowContextView, WorkflowResult,
    workflows::join_all,
};

use super::{
    activities::{AskReferral, ReferralActivities, TakeReferralStep, TellOfReferral},
    run::{Course, Notice, ReferralRun, Step, StepTaken},
};
use crate::{
    activities::Pace,
    pulse::{Setback, Timestamp, now, rest},
};

/// One referral, from the sending to its end; lives for weeks to months.
#[workflow]
pub struct Referral {
    /// What outlives this run.
    run: ReferralRun,
    /// The instant it rests until; nothing while it works or only a signal can wake it.
    rests_until: Option<Timestamp>,
}

#[workflow_methods]
impl Referral {
    /// Takes the input of the service's start, or of the run before.
    #[init]
    #[must_use]
    pub fn new(_context: &WorkflowContextView, run: ReferralRun) -> Self {
        Self { run, rests_until: None }
    }

    /// The story. It ends with the referral, or when an operator cancels it.
    ///
    /// # Errors
    /// Continue-as-new and cancellation; nothing that a service answers ever ends it.
    #[run(name = WorkflowType::Referral.code())]
    pub async fn run(context: &mut WorkflowContext<Self>) -> WorkflowResult<()> {
        loop {
            let visit = Self::visit(context).await;
            Self::tell(context).await;
            let (instant, is_long) = (now(context), context.continue_as_new_suggested());
            match context.state_mut(|referral| referral.run.conclude(&visit, instant, is_long)) {
                Course::End => return Ok(()),
                Course::NewRun => {
                    // No wait between reading the state and handing it over: a signal in between would be lost.
                    let run = context.state(|referral| referral.run.clone());
                    context.continue_as_new(run, ContinueAsNewOptions::default())?;
                }
                Course::Rest { until, failed } => Self::rest(context, until, failed).await?,
            }
        }
    }

    /// Notes that something happened; what it was, the timetable tells.
    #[signal(name = WAKE_SIGNAL)]
    pub fn wake(&mut self, context: &mut SyncWorkflowContext<Self>, payload: RawValue) {
        self.run.pulse.hear(&mut self.run.input.wakes, payload, context.headers());
    }

    /// The instant it rests until, for time travel and the doctor.
    #[query(name = NEXT_WAKE_QUERY)]
    #[must_use]
    pub fn next_wake(&self, _context: &WorkflowContextView) -> Option<Timestamp> {
        self.rests_until
    }
}

impl Referral {
    /// Asks for the timetable and takes every step that is due; one whose answer was lost comes first.
    async fn visit(context: &WorkflowContext<Self>) -> Result<Timetable, Setback> {
        let asked = context.state_mut(|referral| referral.run.asks());
        let mut timetable = Self::ask(context).await?;
        let mut last = None;
        while let Some(step) = context.state_mut(|referral| referral.run.take_in_hand(&timetable, now(context)))? {
            // A step that was taken and still is the next one would be taken for ever.
            if last.replace(step) == Some(step) {
                return Err(Setback);
            }
            let at = now(context);
            let taken = Self::take(context, step, at).await?;
            context.state_mut(|referral| referral.run.took(step, &taken, at));
            timetable = taken.timetable;
        }
        context.state_mut(|referral| referral.run.answered(&asked, &timetable));
        Ok(timetable)
    }

    async fn ask(context: &WorkflowContext<Self>) -> Result<Timetable, Setback> {
        let ask = context.state(|referral| AskReferral {
            referral: referral.run.input.referral.clone(),
            at: now(context),
            trace: referral.run.pulse.trace(),
        });
        let options = Pace::Quick.options("timetable");
        let answer = context.execute_local_activity(ReferralActivities::get_timetable, ask, options);
        answer.await.map_err(|_| Setback)
    }

    /// Takes a step: recorded before it runs, for once taken it is no longer due, and only its own answer says who is to be
    /// told. A worker that dies in between would else leave the officers untold.
    async fn take(context: &WorkflowContext<Self>, step: Step, at: Timestamp) -> Result<StepTaken, Setback> {
        let take = context.state(|referral| TakeReferralStep {
            referral: referral.run.input.referral.clone(),
            step,
            at,
            trace: referral.run.pulse.trace(),
        });
        let options = Pace::Quick.recorded(step.name());
        let answer = context.execute_activity(ReferralActivities::take_duty_step, take, options);
        answer.await.map_err(|_| Setback)
    }

    /// Asks for all waiting notices side by side; those that fail stay and are asked for after the next visit.
    async fn tell(context: &WorkflowContext<Self>) {
        let notices = context.state(|referral| referral.run.notices.clone());
        if notices.is_empty() {
            return;
        }
        let told = join_all(notices.iter().map(|notice| Self::tell_one(context, notice))).await;
        let left = notices.into_iter().zip(told).filter_map(|(notice, told)| told.is_err().then_some(notice)).collect();
        context.state_mut(|referral| referral.run.notices = left);
    }

    async fn tell_one(context: &WorkflowContext<Self>, notice: &Notice) -> Result<(), Setback> {
        let tell = context.state(|referral| TellOfReferral {
            referral: referral.run.input.referral.clone(),
            notice: notice.clone(),
            trace: referral.run.pulse.trace(),
        });
        let options = Pace::Quick.options(notice.name());
        let answer = context.execute_local_activity(ReferralActivities::tell_of_referral, tell, options);
        answer.await.map_err(|_| Setback)
    }

    /// Rests until the instant or until something new is heard.
    async fn rest(context: &WorkflowContext<Self>, until: Option<Timestamp>, failed: bool) -> WorkflowResult<()> {
        // After a failed visit the old news is still unanswered and would wake at once; only newer news is a reason to hurry.
        let known = context.state(|referral| failed.then(|| referral.run.input.wakes.clone()));
        context.state_mut(|referral| referral.rests_until = until);
        let rested = rest(context, until, |referral: &Self| {
            referral.run.has_news() && known.as_ref().is_none_or(|known| *known != referral.run.input.wakes)
        })
        .await;
        context.state_mut(|referral| referral.rests_until = None);
        rested
    }
}
