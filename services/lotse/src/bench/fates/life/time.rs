//! Time in a life: workflows that sleep until the day they know, take the steps that are due one after another, and sleep again.

use jiff::civil::Date;
use lotse_cases::domain::episode::Step;
use lotse_kernel::{
    duty::{Timetable, next_wake},
    policy::PolicyVersion,
};

use super::{Broken, Fault, Life};
use crate::bench::fates::laws::{self, Cause};

/// No workflow has that many steps to take on one day.
const MOST_STEPS: usize = 200;

impl Life<'_> {
    /// Lets the days pass up to and including one, with whatever time does on them.
    pub(super) fn pass(&mut self, until: Date) -> Result<(), Broken> {
        loop {
            let known = self.runs.iter().filter_map(|run| run.wakes_on).chain(self.watch_wakes_on);
            let woken = known.min().map(|on| self.served(on));
            let turned = self.turns.iter().map(|(on, _)| *on).min();
            let Some(next) = woken.into_iter().chain(turned).min().filter(|on| *on <= until) else { break };
            self.today = self.today.max(next);
            self.turn()?;
            if self.served(self.today) == self.today {
                self.visit_all()?;
            }
        }
        self.today = until;
        Ok(())
    }

    /// The first day from this one on, today at the earliest, on which steps are taken.
    fn served(&self, on: Date) -> Date {
        let (from, to) = self.outage;
        let on = on.max(self.today);
        if from <= on && on < to { to } else { on }
    }

    fn visit_all(&mut self) -> Result<(), Broken> {
        for at in 0..self.runs.len() {
            if self.runs[at].wakes_on.is_some_and(|on| on <= self.today) {
                self.visit(at)?;
            }
        }
        if self.watch_wakes_on.is_some_and(|on| on <= self.today) { self.visit_watch() } else { Ok(()) }
    }

    /// A workflow looks: it takes each step that is due, as the timetable says after the one before.
    fn visit(&mut self, at: usize) -> Result<(), Broken> {
        let (today, place) = (self.today, self.place);
        let rules = place.rules(today);
        for _ in 0..MOST_STEPS {
            let episode = &self.runs[at].episode;
            let timetable = self.ruled(&Cause::Look, episode.timetable(0, &rules))?;
            let Some(step) = self.first_due(&timetable)? else {
                let verdict = laws::caught_up(episode.duties(), &timetable.due, place, today);
                self.judged(&Cause::Look, verdict)?;
                self.judged(&Cause::Look, laws::finished(episode, &timetable))?;
                self.runs[at].wakes_on = next_wake(&timetable, today);
                return Ok(());
            };
            let cause = Cause::Time(step.clone());
            let taken = self.ruled(&cause, episode.clone().take_step(&step, &rules))?;
            let again = self.ruled(&cause, taken.episode.clone().take_step(&step, &rules))?;
            self.judged(&cause, laws::step_taken(&taken, &again, || step.duty.to_string()))?;
            self.tally.stepped(step.step);
            self.settle(at, &cause, taken.episode)?;
        }
        let fault =
            Fault { law: "the steps of a day come to an end", words: self.runs[at].episode.phase().to_string() };
        Err(self.broken(&Cause::Look, fault))
    }

    /// The step that a workflow takes next, read back from its timetable as the workflow reads it.
    pub(super) fn first_due(&self, timetable: &Timetable) -> Result<Option<Step>, Broken> {
        let steps = timetable.steps_due(self.today);
        let Some((entry, next)) = steps.first() else { return Ok(None) };
        let unknown = |_| Fault { law: "a timetable names duties", words: entry.duty.clone() };
        let duty = entry.duty.parse().map_err(unknown).map_err(|fault| self.broken(&Cause::Look, fault))?;
        Ok(Some(Step { duty, step: next.step, round: next.round }))
    }

    /// Policy versions whose day has come take open duties over.
    fn turn(&mut self) -> Result<(), Broken> {
        while let Some(at) = self.turns.iter().position(|(on, _)| *on <= self.today) {
            let (_, version) = self.turns.remove(at);
            for at in 0..self.runs.len() {
                self.replan(at, version)?;
            }
            self.replan_watch(version)?;
        }
        Ok(())
    }

    fn replan(&mut self, at: usize, version: &PolicyVersion) -> Result<(), Broken> {
        let (today, rules) = (self.today, self.place.rules(self.today));
        let episode = &self.runs[at].episode;
        if episode.is_over() {
            return Ok(());
        }
        let once = self.ruled(&Cause::Turn, episode.clone().replan(version, &rules))?;
        let twice = self.ruled(&Cause::Turn, once.record.clone().replan(version, &rules))?;
        let same = twice.record == once.record && twice.events.is_empty();
        self.judged(&Cause::Turn, laws::taken_over_once(same, episode))?;
        self.tally.replanned += u64::try_from(once.events.len()).unwrap_or_default();
        let escalates_anew = once.escalates_anew();
        self.settle(at, &Cause::Turn, once.record)?;
        if escalates_anew {
            self.runs[at].wakes_on = Some(today);
        }
        Ok(())
    }

    /// Looks at everything as people do on any day, whether time has taken its steps or not.
    pub(super) fn look(&self) -> Result<(), Broken> {
        let (today, rules) = (self.today, self.place.rules(self.today));
        // Until a version has taken open duties over, workflows go by the one before.
        let turning = self.turns.iter().any(|(_, version)| version.valid_from <= today);
        for run in &self.runs {
            let timetable = self.ruled(&Cause::Look, run.episode.timetable(0, &rules))?;
            self.judged(&Cause::Look, laws::in_sight(run.episode.duties(), &timetable.due, today))?;
            self.judged(&Cause::Look, laws::finished(&run.episode, &timetable))?;
            if !turning {
                self.judged(&Cause::Look, laws::awake(run.wakes_on, next_wake(&timetable, today)))?;
            }
        }
        self.look_at_person(&rules, turning)
    }
}
