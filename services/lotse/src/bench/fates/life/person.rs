//! The person of a life outside of episodes: profiles, and the watch that checks them (R23).

use lotse_cases::domain::{
    refused::Refused,
    rules::Rules,
    vocabulary::RecheckResult,
    watch::{Change, Check, PlanIssued, Scene, Watch},
};
use lotse_kernel::{
    dates::add_days,
    duty::{Timetable, next_wake},
    policy::PolicyVersion,
};

use super::{Broken, Fault, Life};
use crate::bench::fates::{
    laws::{self, Cause},
    people::{self, words},
};

impl Life<'_> {
    /// The person becomes a case, with the profile that was found before.
    pub(super) fn register(&mut self) -> Result<(), Broken> {
        self.change(Change::Profiled(self.profile.established_on))
    }

    /// A check now and then, of whoever is watched or not, and rarely a new profile.
    pub(super) fn be_looked_at(&mut self) -> Result<(), Broken> {
        if self.chance.one_in(8) {
            let checked_on = add_days(self.today, if self.chance.errs() { 1 } else { -self.chance.between(0, 3) });
            let checked_by = self.people.officer().clone();
            let check = Check {
                result: RecheckResult::Unchanged,
                reason: words(),
                checked_on,
                checked_by,
                talk: String::new(),
            };
            self.change(Change::Checked(check))?;
        }
        if self.chance.one_in(8) {
            let issued_on = add_days(self.today, if self.chance.errs() { 1 } else { -self.chance.between(0, 3) });
            let issued_by = self.people.officer().clone();
            self.change(Change::PlanUpdated(PlanIssued { issued_on, issued_by }))?;
        }
        if self.chance.one_in(40) {
            self.profile = people::profile(self.today, &mut self.chance);
            self.change(Change::Profiled(self.today))?;
        }
        Ok(())
    }

    /// Something happened that bears on the watch.
    pub(super) fn change(&mut self, change: Change) -> Result<(), Broken> {
        let (today, place, owner) = (self.today, self.place, self.people.officer());
        let rules = place.rules(today);
        let scene = Scene { is_complex: self.profile.profile_type.is_complex(), owner, rules: &rules };
        let may_be_refused = matches!(change, Change::Checked(_) | Change::PlanUpdated(_));
        match self.watch.clone().after(change, &scene) {
            Ok(after) => self.keep(after, &Cause::Person),
            Err(Refused::NotWatched | Refused::NoPlanToUpdate | Refused::Fields(_)) if may_be_refused => {
                self.tally.refused += 1;
                Ok(())
            }
            Err(refused) => {
                let fault = Fault { law: "a watch follows what happens", words: refused.to_string() };
                Err(self.broken(&Cause::Person, fault))
            }
        }
    }

    fn keep(&mut self, after: Watch, cause: &Cause) -> Result<(), Broken> {
        let (today, place) = (self.today, self.place);
        self.judged(cause, laws::watch_moved(&self.watch, &after, cause, place, today))?;
        self.watch = after;
        let entry = self.ruled(cause, self.watch.waits_for(&place.rules(today)))?;
        self.watch_wakes_on = entry.and_then(|entry| entry.next_step).map(|next| next.on);
        Ok(())
    }

    fn timetable(&self, rules: &Rules<'_>) -> Result<Timetable, Broken> {
        let due = self.ruled(&Cause::Look, self.watch.timetable(rules))?;
        Ok(Timetable {
            as_of_seq: 0,
            finished: false,
            due,
            round: 0,
            phase: String::new(),
            ending: 0,
            ..Timetable::default()
        })
    }

    /// The workflow of the watch comes to this person.
    pub(super) fn visit_watch(&mut self) -> Result<(), Broken> {
        let (today, place) = (self.today, self.place);
        let rules = place.rules(today);
        let at_once = self.ruled(&Cause::Look, self.watch.clone().sweep(&rules))?;
        while let Some(step) = self.first_due(&self.timetable(&rules)?)? {
            let cause = Cause::Time(step.clone());
            let taken = self.ruled(&cause, self.watch.clone().take_step(&step, &rules))?;
            let again = self.ruled(&cause, taken.watch.clone().take_step(&step, &rules))?;
            self.judged(&cause, laws::check_step_taken(&taken, &again, || step.duty.to_string()))?;
            self.tally.stepped(step.step);
            self.keep(taken.watch, &cause)?;
        }
        let timetable = self.timetable(&rules)?;
        self.watch_wakes_on = next_wake(&timetable, today);
        let next = timetable.due.iter().filter_map(|entry| entry.next_step).map(|next| next.on).min();
        self.judged(&Cause::Look, laws::swept(&at_once, &self.watch, next, today))?;
        self.judged(&Cause::Look, laws::caught_up(self.watch.duties(), &timetable.due, place, today))
    }

    pub(super) fn replan_watch(&mut self, version: &PolicyVersion) -> Result<(), Broken> {
        let replanned = self.watch.clone().replan(version, &self.place.rules(self.today));
        let replanned = self.ruled(&Cause::Turn, replanned)?;
        self.tally.replanned += u64::try_from(replanned.events.len()).unwrap_or_default();
        self.keep(replanned.record, &Cause::Turn)
    }

    /// What waits is in sight, and the person where they should be.
    pub(super) fn look_at_person(&self, rules: &Rules<'_>, turning: bool) -> Result<(), Broken> {
        let timetable = self.timetable(rules)?;
        self.judged(&Cause::Look, laws::in_sight(self.watch.duties(), &timetable.due, self.today))?;
        if !turning {
            let next = timetable.due.iter().filter_map(|entry| entry.next_step).map(|next| next.on).min();
            self.judged(&Cause::Look, laws::awake(self.watch_wakes_on, next))?;
        }
        let Some(newest) = self.runs.last() else { return Ok(()) };
        self.judged(&Cause::Look, laws::person(&self.watch, &newest.episode, &self.profile))
    }
}
