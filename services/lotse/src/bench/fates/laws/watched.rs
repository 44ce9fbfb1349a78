//! Whoever has a complex profile and is not in case management is on the watch, with one check that waits (R23, T1).

use jiff::civil::Date;
use lotse_cases::domain::{
    records::Profile,
    vocabulary::{EpisodePhase as P, UnwatchedReason},
    watch::{State, Watch},
};
use lotse_kernel::{dates::add_months, duty::DutyKind};

use super::{Cause, Verdict, kept, of_duty, require};
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
        let months = place.number(&duty.deadline().explanation.rule_version, "months");
        let due = after.facts().last_check_on.zip(months).map(|(last, months)| add_months(last, months).date);
        let fits = duty.kind() == DutyKind::EligibilityRecheck && due == Some(duty.deadline().due_on());
        of_duty(fits, "a check counts from the last one", duty)?;
    }
    let waiting = after.duties().iter().filter(|duty| duty.is_unsettled()).count();
    let words = || format!("{waiting} for {:?}", after.facts().state);
    require(waiting == usize::from(after.is_watched()), "whoever is watched has one check that waits", words)
}

/// Judges whether a person is where they should be; `newest` is the phase of the newest episode.
pub(in crate::bench::fates) fn person(watch: &Watch, newest: P, profile: &Profile) -> Verdict {
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
