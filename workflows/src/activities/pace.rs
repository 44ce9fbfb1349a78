//! The one table of timeouts and tries. Every activity has a row here, and no workflow sets its own.

use std::time::Duration;

use temporalio_sdk::{ActivityOptions, LocalActivityOptions};
use temporalio_workflow::RetryPolicy;

use super::signs::SIGN_WITHIN;

/// The pauses between the tries of one call; their number is the number of further tries.
pub(super) const PAUSES: [Duration; 3] =
    [Duration::from_millis(100), Duration::from_millis(300), Duration::from_millis(900)];

/// How often Temporal starts a recorded activity whose worker died or whose tries were all in vain.
const RECORDED_ATTEMPTS: u32 = 3;

/// How long an activity may take, all its tries together, before the workflow is told.
///
/// A call is repeated inside the activity and not by Temporal: the pauses then count as the activity's running time, so that
/// the workflow's clock stays right, and time travel cannot skip them. What still fails is tried again by the workflow itself,
/// with a growing pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// A read or a short transaction of a sibling.
    Quick,
    /// Making and storing a file, or a call page after page.
    Heavy,
}

impl Pace {
    /// Longest running time, all tries and pauses included. One try lasts at most as long as the channel's own deadline.
    const fn all_tries(self) -> Duration {
        match self {
            Self::Quick => Duration::from_secs(25),
            Self::Heavy => Duration::from_mins(1),
        }
    }

    /// The options of a local activity: for reads, and for writes that the state asks for until they are done. When a worker
    /// dies, all local activities of its workflow task run again. `summary` is shown in Temporal's own pages.
    #[must_use]
    pub fn options(self, summary: impl Into<String>) -> LocalActivityOptions {
        LocalActivityOptions::builder()
            .start_to_close_timeout(self.all_tries())
            .schedule_to_close_timeout(self.all_tries())
            .retry_policy(RetryPolicy::builder().maximum_attempts(1).build())
            .summary(summary.into())
            .build()
    }

    /// The options of an activity that is written into the history before it runs: for a write whose answer is needed and whose
    /// effect changes the question, as taking a step removes it from the timetable. A worker that dies cannot lose its answer, and
    /// is missed as soon as it gives no sign of life.
    #[must_use]
    pub fn recorded(self, summary: impl Into<String>) -> ActivityOptions {
        ActivityOptions::with_start_to_close_timeout(self.all_tries())
            .heartbeat_timeout(SIGN_WITHIN)
            .retry_policy(RetryPolicy::builder().maximum_attempts(RECORDED_ATTEMPTS).build())
            .summary(summary.into())
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::SIGN_EVERY, *};

    #[test]
    fn all_tries_of_a_hanging_service_fit() {
        let channel_deadline = Duration::from_secs(5);
        let tries = u32::try_from(PAUSES.len()).unwrap() + 1;
        let longest = channel_deadline * tries + PAUSES.iter().sum::<Duration>();
        for pace in [Pace::Quick, Pace::Heavy] {
            assert!(longest < pace.all_tries(), "{pace:?}");
            assert_eq!(pace.recorded("").heartbeat_timeout, Some(SIGN_WITHIN), "{pace:?}");
        }
        assert!(SIGN_WITHIN >= SIGN_EVERY * 2, "one sign may be late");
    }
}
