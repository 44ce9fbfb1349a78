//! The one table of timeouts and retries. Every activity has a row here, and no workflow sets its own.

use std::time::Duration;

use temporalio_sdk::LocalActivityOptions;
use temporalio_workflow::RetryPolicy;

/// How long an activity may take and how often it is tried before the workflow is told.
///
/// All are local activities: short, idempotent calls of our own services. Their retries stay inside one workflow task, so that
/// time never skips over them; what still fails then is tried again by the workflow itself, with a growing pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// A read or a short transaction of a sibling.
    Quick,
    /// Making and storing a file.
    Heavy,
}

/// A row: seconds and milliseconds as named, tries counted from the first.
struct Row {
    one_try: Duration,
    all_tries: Duration,
    first_pause: Duration,
    longest_pause: Duration,
    tries: u32,
}

impl Pace {
    const fn row(self) -> Row {
        match self {
            Self::Quick => Row {
                one_try: Duration::from_secs(5),
                all_tries: Duration::from_secs(15),
                first_pause: Duration::from_millis(100),
                longest_pause: Duration::from_secs(1),
                tries: 4,
            },
            Self::Heavy => Row {
                one_try: Duration::from_secs(30),
                all_tries: Duration::from_mins(1),
                first_pause: Duration::from_millis(250),
                longest_pause: Duration::from_secs(2),
                tries: 3,
            },
        }
    }

    /// The options with which a workflow starts the activity; `summary` is shown in Temporal's own pages.
    #[must_use]
    pub fn options(self, summary: impl Into<String>) -> LocalActivityOptions {
        let row = self.row();
        LocalActivityOptions::builder()
            .start_to_close_timeout(row.one_try)
            .schedule_to_close_timeout(row.all_tries)
            // Above every pause of the table: a pause that became a timer could be skipped by time travel.
            .timer_backoff_threshold(row.all_tries)
            .retry_policy(
                RetryPolicy::builder()
                    .initial_interval(row.first_pause)
                    .backoff_coefficient(3.0)
                    .maximum_interval(row.longest_pause)
                    .maximum_attempts(row.tries)
                    .build(),
            )
            .summary(summary.into())
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pause_becomes_a_timer() {
        for pace in [Pace::Quick, Pace::Heavy] {
            let row = pace.row();
            assert!(row.longest_pause < row.all_tries && row.one_try < row.all_tries, "{pace:?}");
            assert_eq!(pace.options("x").timer_backoff_threshold, Some(row.all_tries));
        }
    }
}
