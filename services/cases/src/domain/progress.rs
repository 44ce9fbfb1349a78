//! How a person stands against before: the profile by its distance from work, needs by severity, strengths by rating (R54, R59, R156).

use std::cmp::Ordering;

use jiff::civil::Date;

use super::{
    episode::Episode,
    records::{Assessment, NeedForAction, Profile, Strength},
    vocabulary::{ProfileType, ProgressChange},
};

/// The days between which a person is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub since: Date,
    /// The last.
    pub until: Date,
}

/// The profiles of a time, oldest first: the one that held when it began, where there was one, and whatever followed. There is always one,
/// because no case is without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profiles {
    first: Profile,
    later: Vec<Profile>,
}

impl Profiles {
    /// Of profiles in their order; nothing where there are none.
    #[must_use]
    pub fn of(profiles: Vec<Profile>) -> Option<Self> {
        let mut profiles = profiles.into_iter();
        let first = profiles.next()?;
        Some(Self { first, later: profiles.collect() })
    }

    /// The one that held on a day: the latest until its end, or the first there is.
    #[must_use]
    pub fn held_on(&self, day: Date) -> &Profile {
        self.later.iter().rfind(|profile| profile.established_on <= day).unwrap_or(&self.first)
    }

    /// Each profile, and where it moved from the one before.
    pub fn steps(&self) -> impl Iterator<Item = (&Profile, Option<ProgressChange>)> {
        let former = std::iter::once(&self.first).chain(&self.later);
        let moved = |(former, now): (&Profile, &'_ Profile)| of_profile(former.profile_type, now.profile_type);
        let changes = std::iter::once(None).chain(former.clone().zip(&self.later).map(moved).map(Some));
        former.zip(changes)
    }
}

/// What became of a need or a strength: at least one of the two is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved<'a, T> {
    /// As it was.
    pub former: Option<&'a T>,
    /// As it is.
    pub now: Option<&'a T>,
    /// How it changed.
    pub change: ProgressChange,
}

impl<'a, T> Moved<'a, T> {
    /// The latest that was said of it.
    #[must_use]
    pub fn latest(&self) -> Option<&'a T> {
        self.now.or(self.former)
    }
}

/// Where a profile moved: they stand in the order of their distance from work.
#[must_use]
pub fn of_profile(former: ProfileType, now: ProfileType) -> ProgressChange {
    better_when_less(&former, &now)
}

/// What became of the needs.
#[must_use]
pub fn of_needs<'a>(former: &'a [NeedForAction], now: &'a [NeedForAction]) -> Vec<Moved<'a, NeedForAction>> {
    moved(
        former,
        now,
        |one, other| one.identity() == other.identity(),
        |former, now| better_when_less(&former.severity, &now.severity),
    )
}

/// What became of the strengths.
#[must_use]
pub fn of_strengths<'a>(former: &'a [Strength], now: &'a [Strength]) -> Vec<Moved<'a, Strength>> {
    moved(former, now, |one, other| one.key == other.key, |former, now| better_when_less(&now.rating, &former.rating))
}

fn better_when_less<T: Ord>(former: &T, now: &T) -> ProgressChange {
    match now.cmp(former) {
        Ordering::Less => ProgressChange::Better,
        Ordering::Equal => ProgressChange::Same,
        Ordering::Greater => ProgressChange::Worse,
    }
}

/// Each of now in its order, then what is not named any more.
fn moved<'a, T>(
    former: &'a [T],
    now: &'a [T],
    is_same: impl Fn(&T, &T) -> bool,
    change: impl Fn(&T, &T) -> ProgressChange,
) -> Vec<Moved<'a, T>> {
    let find = |all: &'a [T], wanted: &T| all.iter().find(|one| is_same(one, wanted));
    let named = now.iter().map(|now| {
        let former = find(former, now);
        let change = former.map_or(ProgressChange::Added, |former| change(former, now));
        Moved { former, now: Some(now), change }
    });
    let dropped = former.iter().filter(|former| find(now, former).is_none());
    let dropped = dropped.map(|former| Moved { former: Some(former), now: None, change: ProgressChange::Dropped });
    named.chain(dropped).collect()
}

impl Episode {
    /// The days between which the person is compared: from that day, or else from the assignment or, before it, the proposal; to today, or to
    /// the day on which care ended, because what was found later belongs to nobody's work here.
    #[must_use]
    pub fn span(&self, since: Option<Date>, today: Date) -> Span {
        let over = self
            .closing()
            .map(|closing| closing.ended_on)
            .or_else(|| self.referred_back().map(|back| back.referred_on))
            .or_else(|| self.refusal().map(|refusal| refusal.refused_on))
            .or_else(|| self.technical_end().map(|end| end.ended_on));
        let until = over.unwrap_or(today);
        let since = since.or_else(|| self.assigned_on()).unwrap_or(self.proposal().proposed_on);
        Span { since: since.min(until), until }
    }

    /// The assessment that stood on a day: the latest that was complete by then, or the first there is.
    #[must_use]
    pub fn assessment_on(&self, day: Date) -> Option<&Assessment> {
        let given_up =
            self.care().into_iter().flat_map(|care| &care.reassessments).map(|given_up| &given_up.assessment);
        let mut all = given_up.chain(self.assessment());
        let first = all.next()?;
        Some(all.take_while(|assessment| assessment.completed_on <= day).last().unwrap_or(first))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn strengths() -> impl Strategy<Value = Vec<Strength>> {
        prop::collection::btree_map("[a-e]", 1..=4_i32, 0..5).prop_map(|rated| {
            let strength = |(key, rating): (String, i32)| Strength { text: key.clone(), key, rating };
            rated.into_iter().map(strength).collect()
        })
    }

    /// The change of one who looks back.
    fn turned(change: ProgressChange) -> ProgressChange {
        match change {
            ProgressChange::Better => ProgressChange::Worse,
            ProgressChange::Same => ProgressChange::Same,
            ProgressChange::Worse => ProgressChange::Better,
            ProgressChange::Added => ProgressChange::Dropped,
            ProgressChange::Dropped => ProgressChange::Added,
        }
    }

    fn sorted(mut changes: Vec<(String, ProgressChange)>) -> Vec<(String, ProgressChange)> {
        changes.sort();
        changes
    }

    fn told(former: &[Strength], now: &[Strength]) -> Vec<(String, ProgressChange)> {
        let told = |moved: Moved<'_, Strength>| moved.latest().map(|latest| (latest.key.clone(), moved.change));
        of_strengths(former, now).into_iter().filter_map(told).collect()
    }

    proptest! {
        #[test]
        fn whoever_looks_back_sees_the_opposite(former in strengths(), now in strengths()) {
            let back = told(&now, &former).into_iter().map(|(key, change)| (key, turned(change))).collect();
            prop_assert_eq!(sorted(told(&former, &now)), sorted(back));
        }

        #[test]
        fn nothing_changes_within_a_day(now in strengths()) {
            prop_assert!(of_strengths(&now, &now).iter().all(|moved| moved.change == ProgressChange::Same));
        }
    }

    #[test]
    fn the_profiles_stand_in_the_order_of_their_distance_from_work() {
        for (index, former) in ProfileType::ALL.iter().enumerate() {
            for (other, now) in ProfileType::ALL.iter().enumerate() {
                let expected = match other.cmp(&index) {
                    Ordering::Less => ProgressChange::Better,
                    Ordering::Equal => ProgressChange::Same,
                    Ordering::Greater => ProgressChange::Worse,
                };
                assert_eq!(of_profile(*former, *now), expected, "{former} {now}");
            }
        }
    }
}
