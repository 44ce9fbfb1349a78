//! What time does to a watch: it opens and escalates what waits and decides nothing.

use jiff::civil::Date;
use lotse_kernel::duty::TimetableEntry;

use super::{News, Watch};
use crate::domain::{
    episode::{Step, tell},
    events::Happened,
    rules::{NoRule, Rules},
};

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchStep {
    /// The watch afterwards; unchanged when the step was not taken.
    pub watch: Watch,
    /// What is to be told of it; nothing when there was nothing to do any more, and of what lapsed.
    pub news: Option<News>,
    /// What happened, in order.
    pub events: Vec<Happened>,
}

/// What came of all steps that had come by a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swept {
    /// The watch afterwards.
    pub watch: Watch,
    /// The day on which time has to do something next.
    pub next_step_on: Option<Date>,
    /// What is to be told, in order.
    pub news: Vec<News>,
    /// What happened, in order.
    pub events: Vec<Happened>,
}

impl Watch {
    /// What waits as time sees it, as the rules stand: the check, and the update of the plan.
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
        if let Some(lapsed) = self.reopening_lapsed(step, rules.today()) {
            return Ok(WatchStep { watch: self, news: None, events: vec![lapsed] });
        }
        let before = self.duties.get(&step.duty).and_then(|duty| duty.notices().last_escalation);
        let taken = self.duties.take_step(&step.duty, step.step, step.round, rules)?.unwrap_or(false);
        let duty = self.duties.get(&step.duty).filter(|_| taken);
        Ok(WatchStep {
            news: duty.map(|duty| News::of(duty, step.step, before, rules.today())),
            events: duty.map(|duty| tell(duty, step.step)).into_iter().collect(),
            watch: self,
        })
    }

    /// Takes every step that has come by the day of the rules, each duty's in order: what opens late and is overdue escalates at once.
    ///
    /// # Errors
    /// As [`Watch::take_step`].
    pub fn sweep(self, rules: &Rules<'_>) -> Result<Swept, NoRule> {
        let mut swept = Swept { watch: self, next_step_on: None, news: Vec::new(), events: Vec::new() };
        let mut is_moving = true;
        while is_moving {
            is_moving = false;
            let waiting = swept.watch.duties.iter().filter(|duty| duty.is_unsettled());
            let steps = waiting.map(|duty| Ok((duty.name().clone(), duty.next_step(None, rules)?)));
            let steps = steps.collect::<Result<Vec<_>, NoRule>>()?;
            let asks_on = swept.watch.asks_team_on(rules)?;
            swept.next_step_on = steps.iter().filter_map(|(_, next)| next.map(|next| next.on)).chain(asks_on).min();
            for (duty, next) in steps {
                let Some(next) = next.filter(|next| next.on <= rules.today()) else { continue };
                let taken = swept.watch.take_step(&Step { duty, step: next.step, round: next.round }, rules)?;
                is_moving |= !taken.events.is_empty();
                swept.watch = taken.watch;
                swept.news.extend(taken.news);
                swept.events.extend(taken.events);
            }
        }
        Ok(swept)
    }
}
