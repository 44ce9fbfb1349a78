//! Figures for steering (R38, R110, R154): what is counted, and which counts are too small to be told.

use std::collections::BTreeMap;

use lotse_kernel::codes;

use super::{progress, vocabulary::ProfileType};

/// A count below it, but for none, is not told: people could be known by it.
pub const LEAST_TOLD: i64 = 5;

/// Figures of fewer case managers are in truth those of one person, and are told as such: of two, each knows what the other did (R192).
pub const LEAST_STAFF: i64 = 3;

codes! {
    /// What is counted of what happened.
    pub enum FigureKind {
        /// Proposals, by source of the signal.
        Proposed = "PROPOSED",
        /// Admissions, by the rule they rest on.
        Admitted = "ADMITTED",
        /// Admissions for which no place was free, by the rule they rest on.
        Waitlisted = "WAITLISTED",
        /// Refusals, by reason (R22).
        Refused = "REFUSED",
        /// Who was referred back (R29).
        ReferredBack = "REFERRED_BACK",
        /// Reviews: in time, late or missed (T2).
        Reviews = "REVIEWS",
        /// Approved extensions, by reason (R108).
        Extensions = "EXTENSIONS",
        /// Changes of the case manager, by reason (R125).
        CaseManagerChanges = "CASE_MANAGER_CHANGES",
        /// Ends, by reason (R112 to R117).
        Ended = "ENDED",
        /// Technical ends, by kind.
        EndedTechnically = "ENDED_TECHNICALLY",
        /// Checks of people outside case management: in time or late (T1).
        Rechecks = "RECHECKS",
        /// Profiles that followed another one in case management: closer to work, farther from it, or the same (R156).
        ProfileMovements = "PROFILE_MOVEMENTS",
        /// Integrations into work whose months are over: employed in each of them, not in one, or unknown (T13).
        ContinuousEmployment = "CONTINUOUS_EMPLOYMENT",
    }
}

/// A count as it may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// How many.
    Told(i64),
    /// Too small, or it would give one away that is.
    Suppressed,
}

impl Count {
    /// One count that stands alone.
    #[must_use]
    pub const fn alone(count: i64) -> Self {
        if is_small(count) { Self::Suppressed } else { Self::Told(count) }
    }

    /// The count, unless it is not told.
    #[must_use]
    pub const fn told(self) -> Option<i64> {
        match self {
            Self::Told(count) => Some(count),
            Self::Suppressed => None,
        }
    }
}

const fn is_small(count: i64) -> bool {
    0 < count && count < LEAST_TOLD
}

/// The counts of a group whose total is told beside them, as they may be told; and the total.
///
/// What is told and the total give away the sum of what is not. So there are never fewer than two hidden counts, and never fewer than five people
/// behind them: the next smaller ones are hidden along, and where there is none, the total.
#[must_use]
pub fn grouped(counts: &[i64]) -> (Count, Vec<Count>) {
    grouped_but(counts, |_| false)
}

/// The same where some counts are never told, however great they are, nor that they are none.
#[must_use]
pub fn grouped_but(counts: &[i64], never: impl Fn(usize) -> bool) -> (Count, Vec<Count>) {
    let is_hidden = |at: &usize| is_small(counts[*at]) || never(*at);
    let mut places: Vec<usize> = (0..counts.len()).filter(|at| counts[*at] > 0 || never(*at)).collect();
    places.sort_by_key(|at| (!is_hidden(at), counts[*at]));
    let total: i64 = counts.iter().sum();
    let small = places.iter().filter(|at| is_hidden(at)).count();
    let behind = |hidden: usize| places.iter().take(hidden).map(|at| counts[*at]).sum::<i64>();
    let is_safe = |hidden: &usize| *hidden == 0 || (*hidden >= 2 && behind(*hidden) >= LEAST_TOLD);
    let hidden = (small..=places.len()).find(is_safe);
    let shown = |hidden: usize| {
        let not_told = &places[..hidden];
        (0..counts.len())
            .map(|at| if not_told.contains(&at) { Count::Suppressed } else { Count::Told(counts[at]) })
            .collect()
    };
    match hidden {
        Some(hidden) => (Count::alone(total), shown(hidden)),
        None => (Count::Suppressed, shown(small)),
    }
}

/// The groups of what happened: every kind, each with what was counted of it by code.
#[must_use]
pub fn by_kind(counted: Vec<(FigureKind, String, i64)>) -> BTreeMap<FigureKind, Vec<(String, i64)>> {
    let mut groups: BTreeMap<_, Vec<_>> = FigureKind::ALL.iter().map(|kind| (*kind, Vec::new())).collect();
    for (kind, code, count) in counted {
        groups.entry(kind).or_default().push((code, count));
    }
    groups
}

/// Movements of profiles by where they lead (R156).
#[must_use]
pub fn movements(moved: &[(ProfileType, ProfileType, i64)]) -> Vec<(FigureKind, String, i64)> {
    let mut counts = BTreeMap::new();
    for (before, after, count) in moved {
        *counts.entry(progress::of_profile(*before, *after).code()).or_insert(0) += count;
    }
    counts.into_iter().map(|(code, count)| (FigureKind::ProfileMovements, code.to_owned(), count)).collect()
}

/// How many of a thousand who meet the criteria are reached, rounded; nothing where nobody meets them, or a count is not told.
#[must_use]
pub fn reached_per_thousand(reached: Count, outside: Count) -> Option<i64> {
    let (reached, outside) = (reached.told()?, outside.told()?);
    let all = reached + outside;
    (all > 0).then(|| (reached * 1_000 + all / 2) / all)
}

/// People for each full post, rounded up; 0 where there is no post (R168).
#[must_use]
pub const fn people_per_post(people: i64, full_time_percent: i64) -> i64 {
    if full_time_percent <= 0 { 0 } else { (people * 100 + full_time_percent - 1) / full_time_percent }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(counts: &[i64]) -> (Option<i64>, Vec<Option<i64>>) {
        let (total, counts) = grouped(counts);
        (total.told(), counts.into_iter().map(Count::told).collect())
    }

    #[test]
    fn a_small_count_takes_the_next_one_along() {
        assert_eq!(told(&[]), (Some(0), vec![]));
        assert_eq!(told(&[7, 0, 20]), (Some(27), vec![Some(7), Some(0), Some(20)]));
        assert_eq!(told(&[7, 3, 20]), (Some(30), vec![None, None, Some(20)]), "27 of 30 would give the 3 away");
        assert_eq!(told(&[1, 2, 20]), (Some(23), vec![None, None, None]), "so would 3 people in two hidden counts");
        assert_eq!(told(&[4, 3, 20]), (Some(27), vec![None, None, Some(20)]));
    }

    #[test]
    fn where_no_other_is_left_the_total_is_not_told() {
        assert_eq!(told(&[3]), (None, vec![None]));
        assert_eq!(told(&[1, 1]), (None, vec![None, None]));
        assert_eq!(told(&[5]), (Some(5), vec![Some(5)]));
        assert_eq!((Count::alone(0), Count::alone(4)), (Count::Told(0), Count::Suppressed));
    }

    #[test]
    fn what_is_never_told_is_hidden_however_great_and_takes_another_one_along() {
        let told = |counts: &[i64], never: usize| {
            let (total, shown) = grouped_but(counts, |at| at == never);
            (total.told(), shown.into_iter().map(Count::told).collect::<Vec<_>>())
        };
        assert_eq!(told(&[40, 30, 50], 0), (Some(120), vec![None, None, Some(50)]));
        assert_eq!(told(&[0, 30, 50], 0), (Some(80), vec![None, None, Some(50)]), "also that it is none");
        assert_eq!(told(&[40], 0), (None, vec![None]));
    }

    #[test]
    fn quotas_are_rounded_and_need_both_counts() {
        assert_eq!(reached_per_thousand(Count::Told(30), Count::Told(970)), Some(30));
        assert_eq!(reached_per_thousand(Count::Told(2 * LEAST_TOLD), Count::Told(20)), Some(333));
        assert_eq!(reached_per_thousand(Count::Told(0), Count::Told(0)), None);
        assert_eq!(reached_per_thousand(Count::Suppressed, Count::Told(20)), None);
        assert_eq!((people_per_post(76, 100), people_per_post(75, 150), people_per_post(3, 0)), (76, 50, 0));
    }

    #[test]
    fn a_profile_moves_closer_to_work_or_farther_from_it() {
        use ProfileType::{Entwicklungsprofil, Foerderprofil, Marktprofil, Unterstuetzungsprofil};
        let moved = [
            (Unterstuetzungsprofil, Entwicklungsprofil, 3),
            (Entwicklungsprofil, Foerderprofil, 2),
            (Foerderprofil, Foerderprofil, 4),
            (Marktprofil, Foerderprofil, 1),
        ];
        let of = |code: &str, count| (FigureKind::ProfileMovements, code.to_owned(), count);
        assert_eq!(movements(&moved), [of("BETTER", 5), of("SAME", 4), of("WORSE", 1)]);
    }

    #[test]
    fn kinds_without_events_are_there() {
        let groups = by_kind(vec![(FigureKind::Ended, "NO_IMPROVEMENT".to_owned(), 7)]);
        assert_eq!(groups.len(), FigureKind::ALL.len());
        assert_eq!(groups[&FigureKind::Ended], [("NO_IMPROVEMENT".to_owned(), 7)]);
        assert!(groups[&FigureKind::Refused].is_empty());
    }

    proptest! {
        #[test]
        fn nothing_small_is_told_or_can_be_computed(
            counts in prop::collection::vec(0_i64..40, 0..8),
            never in prop::collection::vec(prop::bool::weighted(0.2), 8),
        ) {
            let (total, shown) = grouped_but(&counts, |at| never[at]);
            let hidden: Vec<i64> =
                counts.iter().zip(&shown).filter(|(_, shown)| shown.told().is_none()).map(|(count, _)| *count).collect();
            for (at, (count, shown)) in counts.iter().zip(&shown).enumerate() {
                prop_assert!(shown.told().is_none_or(|told| told == *count && !is_small(told) && !never[at]));
                prop_assert!(shown.told().is_some() || *count > 0 || never[at], "none is no secret");
            }
            prop_assert!(total.told().is_none_or(|told| told == counts.iter().sum::<i64>() && !is_small(told)));
            if total.told().is_some() && !hidden.is_empty() {
                prop_assert!(hidden.len() >= 2 && hidden.iter().sum::<i64>() >= LEAST_TOLD, "{:?}", shown);
            }
        }
    }
}
