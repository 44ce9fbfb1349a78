//! Progress as the movement of profiles (R54, R156): how the steering figures count it, and how it is laid beside a review.

use std::cmp::Ordering;

use jiff::civil::Date;
use lotse_kernel::codes;

use super::{records::Profile, vocabulary::ProfileType};

codes! {
    /// Where a profile moved from the one before.
    pub enum Movement {
        /// Closer to work.
        Closer = "CLOSER",
        /// The same profile.
        Same = "SAME",
        /// Farther from work.
        Farther = "FARTHER",
    }
}

impl Movement {
    /// The profiles stand in the order of their distance from work.
    #[must_use]
    pub fn between(before: ProfileType, after: ProfileType) -> Self {
        match after.cmp(&before) {
            Ordering::Less => Self::Closer,
            Ordering::Equal => Self::Same,
            Ordering::Greater => Self::Farther,
        }
    }
}

/// The profiles of a time, oldest first: the one that held when it began, where there was one, and whatever followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress(Vec<Profile>);

impl Progress {
    /// Of profiles in their order.
    #[must_use]
    pub const fn of(profiles: Vec<Profile>) -> Self {
        Self(profiles)
    }

    /// Each profile, and where it moved from the one before.
    pub fn steps(&self) -> impl Iterator<Item = (&Profile, Option<Movement>)> {
        let before = std::iter::once(None).chain(self.0.iter().map(Some));
        self.0.iter().zip(before).map(|(profile, before)| (profile, before.map(|before| moved(before, profile))))
    }

    /// The last of them.
    #[must_use]
    pub fn now(&self) -> Option<&Profile> {
        self.0.last()
    }

    /// The one that held at the end of a day; the first where none did, and also without a day.
    #[must_use]
    pub fn held_on(&self, day: Option<Date>) -> Option<&Profile> {
        let held = day.and_then(|day| self.0.iter().rfind(|profile| profile.established_on <= day));
        held.or(self.0.first())
    }
}

/// Where the one profile moved from the other.
#[must_use]
pub fn moved(before: &Profile, after: &Profile) -> Movement {
    Movement::between(before.profile_type, after.profile_type)
}
