//! Whoever has a complex profile and is not in case management is on the watch, with one check that waits (R23, T1).

use jiff::civil::Date;
use lotse_cases::domain::{
    episode::Episode,
    records::Profile,
    vocabulary::UnwatchedReason,
    watch::{State, Watch},
};
use lotse_kernel::{dates::add_months, duty::DutyKind};

use super::{Cause, Verdict, kept, of_duty, require, waiting};
use crate::bench::fates::place::Place;

/// Judges what became of a watch: its check like any duty, and when the next one is due.
pub(in crate::bench::fates) fn watch_moved(
    before: &Watch,
    after: &Watch,
    cause: &Cause,
    place: &Place,
    today: Date,
) -> Verdict {
    let begun = kept::judge(before.duties(), after.duties(), cause, today)?;
    let decides = matches!(cause, Cause::Person) || before.facts() == after.facts();
    require(decides, "neither time nor a policy version decides about a watch", || format!("{:?}", after.facts()))?;
    for duty in begun {
        let (law, from) = match duty.kind() {
            DutyKind::EligibilityRecheck => ("a check counts from the last one", after.facts().last_check_on),
            DutyKind::PlanUpdate => ("an update counts from the last one", after.facts().plan_issued_on),
            DutyKind::ReopeningAnswer => {
                ("an answer to a reopening counts from the closing", duty.deadline().explanation.fact_on)
            }
            _ => ("a watch has checks, updates of plans and answers to reopenings", None),
        };
        let months = place.number(&duty.deadline().explanation.rule_version, "months");
        let due = from.zip(months).map(|(from, months)| add_months(from, months).date);
        of_duty(due == Some(duty.deadline().due_on()), law, duty)?;
    }
    let checks = waiting(after.duties(), DutyKind::EligibilityRecheck).count();
    let updates = waiting(after.duties(), DutyKind::PlanUpdate).count();
    let words = || format!("{checks} checks, {updates} updates for {:?}", after.facts());
    require(checks == usize::from(after.is_watched()), "whoever is watched has one check that waits", words)?;
    let has_plan = after.facts().plan_issued_on.is_some();
    require(updates == usize::from(has_plan), "whoever has a plan has one update that waits", words)
}

/// Judges whether a person is where they should be; `newest` is the phase of the newest episode.
pub(in crate::bench::fates) fn person(watch: &Watch, newest: &Episode, profile: &Profile) -> Verdict {
    let in_episode = waiting(newest.duties(), DutyKind::PlanUpdate).count();
    let outside = waiting(watch.duties(), DutyKind::PlanUpdate).count();
    let words = || format!("{in_episode} in {} and {outside} outside", newest.phase());
    require(in_episode + outside <= 1, "one officer keeps a plan up to date", words)?;
    let newest = newest.phase();
    let words = || format!("{:?} with {} in {newest}", watch.facts().state, profile.profile_type);
    let in_care = State::Unwatched { reason: UnwatchedReason::InCaseManagement };
    let state = watch.facts().state;
    let law = "nobody is on the watch and in case management, and nobody is taken for being there";
    require((state == in_care) == newest.is_active(), law, words)?;
    let simple = state == State::Unwatched { reason: UnwatchedReason::ProfileNotComplex };
    let complex = profile.profile_type.is_complex();
    require(!(simple && complex), "whoever has a complex profile is watched", words)?;
    require(complex || !watch.is_watched(), "nobody is watched without a complex profile", words)
}
