//! What time does to a watch: it opens and escalates what waits and decides nothing.

use lotse_kernel::duty::{DutyStep, TimetableEntry};

use super::Watch;
use crate::domain::{
    episode::{Audience, Step, tell},
    events::Happened,
    rules::{NoRule, Rules},
};

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchStep {
    /// The watch afterwards; unchanged when the step was not taken.
    pub watch: Watch,
    /// False when there was nothing to do any more.
    pub taken: bool,
    /// Who is to be told.
    pub audiences: Vec<Audience>,
    /// What happened, in order.
    pub events: Vec<Happened>,
}

impl Watch {
    /// What waits as a workflow sees it, as the rules stand: the check, and the update of the plan.
    ///
    /// # Errors
    /// [`NoRule`] when no version says how it escalates.
    pub fn timetable(&self, rules: &Rules<'_>) -> Result<Vec<TimetableEntry>, NoRule> {
        self.duties.timetable(rules)
    }

    /// What time has something to do with first; nothing while nothing waits.
    ///
    /// # Errors
    /// As [`Watch::timetable`].
    pub fn waits_for(&self, rules: &Rules<'_>) -> Result<Option<TimetableEntry>, NoRule> {
        let waiting = self.timetable(rules)?.into_iter();
        Ok(waiting.min_by_key(|entry| (entry.next_step.map(|next| next.on), entry.duty.clone())))
    }

    /// Takes a step that time takes. A step whose day has not come, or that was taken before, changes nothing.
    ///
    /// # Errors
    /// [`NoRule`] when no version says how it escalates.
    pub fn take_step(mut self, step: &Step, rules: &Rules<'_>) -> Result<WatchStep, NoRule> {
        let taken = self.duties.take_step(&step.duty, step.step, step.round, rules)?.unwrap_or(false);
        let duty = self.duties.get(&step.duty).filter(|_| taken);
        Ok(WatchStep {
            taken,
            audiences: if taken { self.told_of(step) } else { Vec::new() },
            events: duty.map(|duty| tell(duty, step.step)).into_iter().collect(),
            watch: self,
        })
    }

    /// Who is told of a step: the placement officer, and the team lead of what escalates. Nobody when it is settled by now.
    #[must_use]
    pub fn told_of(&self, step: &Step) -> Vec<Audience> {
        let Some(duty) = self.duties.get(&step.duty).filter(|duty| duty.is_unsettled()) else { return Vec::new() };
        let lead = (step.step == DutyStep::Escalate).then_some(Audience::TeamLead);
        duty.owner().cloned().map(Audience::Staff).into_iter().chain(lead).collect()
    }
}
