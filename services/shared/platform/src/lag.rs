//! By how much the business clock of a development stack lags behind the time its workflows live in, so that stories can play in the past.
//!
//! A workflow cannot be born before the present of its server. Where a story begins before it, each workflow of the stack lives in
//! the same number of days later and reckons back: business time = its own time − lag. Whole days of 24 hours keep the time of day
//! in UTC; no date is ever read from the time that was not reckoned back, so that neither weekdays nor daylight saving shift.

use jiff::{SignedDuration, Timestamp};

/// The lag of one stack; it never changes while the stack stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lag {
    days: i32,
}

impl Lag {
    /// Memo under which a workflow carries its lag, in days. A workflow without it has none.
    pub const MEMO: &str = "lotse-lag-days";

    /// What a stack may be behind without a lag: its first workflows are then born later on its first day.
    const LENIENCY: SignedDuration = SignedDuration::from_hours(24);

    /// A lag of so many days of 24 hours.
    #[must_use]
    pub const fn of_days(days: i32) -> Self {
        Self { days }
    }

    /// The lag of a stack that begins at `begin` while the present is `now`: none for one that begins today or later, otherwise so
    /// many days that its first instant lies at least one day ahead, and nothing of it is overtaken by the present while it is played.
    #[must_use]
    pub fn of_stack(begin: Timestamp, now: Timestamp) -> Self {
        let behind = now.duration_since(begin);
        if behind <= Self::LENIENCY {
            return Self::default();
        }
        let days = i32::try_from(behind.as_hours() / 24).unwrap_or(i32::MAX - 2);
        Self { days: days + 2 }
    }

    /// Days of 24 hours.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.days
    }

    /// The business instant at which a workflow is whose own time is `own`.
    #[must_use]
    pub fn business(self, own: Timestamp) -> Timestamp {
        own.checked_sub(self.duration()).unwrap_or(Timestamp::MIN)
    }

    /// The time in which workflows live at a business instant.
    #[must_use]
    pub fn of_workflows(self, business: Timestamp) -> Timestamp {
        business.checked_add(self.duration()).unwrap_or(Timestamp::MAX)
    }

    const fn duration(self) -> SignedDuration {
        SignedDuration::from_secs(self.days as i64 * 86_400)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn only_a_stack_of_the_past_lags() {
        let now = at("2026-11-21T17:00:00Z");
        for begin in ["2026-11-21T17:00:00Z", "2026-11-20T23:00:00Z", "2031-03-02T23:00:00Z"] {
            assert_eq!(Lag::of_stack(at(begin), now), Lag::default(), "{begin}");
        }
        for (begin, days) in [("2026-11-20T16:59:59Z", 3), ("2026-11-19T17:00:00Z", 4), ("2023-03-24T23:00:00Z", 1339)]
        {
            let lag = Lag::of_stack(at(begin), now);
            assert_eq!(lag.days(), days, "{begin}");
            assert!(lag.of_workflows(at(begin)).duration_since(now) >= SignedDuration::from_hours(24), "{begin}");
        }
    }

    #[test]
    fn the_way_there_and_back_ends_where_it_began() {
        let lag = Lag::of_days(1340);
        // On both sides of the night in which the clocks of Berlin are put forward.
        for business in ["2023-03-25T23:00:00Z", "2023-03-26T22:00:00Z"] {
            let business = at(business);
            assert_eq!(lag.business(lag.of_workflows(business)), business);
            assert_eq!(
                crate::clock::berlin_date(lag.business(lag.of_workflows(business))),
                crate::clock::berlin_date(business)
            );
        }
        assert_eq!(Lag::default().business(at("2026-11-21T17:00:00Z")), at("2026-11-21T17:00:00Z"));
    }
}
