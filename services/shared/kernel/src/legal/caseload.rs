//! The caseload: people per full-time case manager, counted in full-time equivalents (R168).

use super::{fault::LegalFault, read::bounded};

/// Hundredths: the unit of full-time equivalents.
const HUNDREDTHS: i64 = 100;

/// Full-time equivalents in hundredths: 250 are two and a half.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FullTimeEquivalents {
    hundredths: i64,
}

impl FullTimeEquivalents {
    /// Of weekly minutes of work and those of a full-time post, rounded down to hundredths once for all together.
    ///
    /// # Errors
    /// Minutes below 0 or above a full post's, and a full post outside 1 to 2,880 minutes (48 hours), by field.
    pub fn of_weekly_minutes(minutes: &[i64], full_time_minutes: i64) -> Result<Self, Vec<LegalFault>> {
        let full = bounded("full_time_minutes", full_time_minutes, 1, 2_880).map_err(|fault| vec![fault])?;
        let faults: Vec<_> = minutes
            .iter()
            .enumerate()
            .filter_map(|(number, minutes)| bounded(&format!("minutes[{number}]"), *minutes, 0, full).err())
            .collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self { hundredths: minutes.iter().sum::<i64>() * HUNDREDTHS / full })
    }

    /// Hundredths.
    #[must_use]
    pub const fn hundredths(self) -> i64 {
        self.hundredths
    }

    /// How many people they look after at a ratio of so many per full post, rounded down: each counts singly, no benefit unit does.
    #[must_use]
    pub fn capacity(self, people_per_post: i32) -> i64 {
        self.hundredths * i64::from(people_per_post) / HUNDREDTHS
    }

    /// People per full post, rounded up to whole people; nothing without posts.
    #[must_use]
    pub fn load(self, people: i64) -> Option<i64> {
        (self.hundredths > 0).then(|| {
            (people * HUNDREDTHS).div_euclid(self.hundredths)
                + i64::from((people * HUNDREDTHS).rem_euclid(self.hundredths) > 0)
        })
    }

    /// Whether so many people are more than the ratio allows.
    #[must_use]
    pub fn is_exceeded(self, people: i64, people_per_post: i32) -> bool {
        people > self.capacity(people_per_post)
    }
}
