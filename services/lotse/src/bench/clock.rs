//! The legal clock alone: deadlines with all their steps on one core, beside the bare arithmetic of dates.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use lotse_kernel::{
    deadlines::governed::{FormerReviews, Terms, continuation_review, eligibility_recheck},
    legal::{
        Calendar, Surroundings,
        place::{Land, Place},
        remedy::{ObjectionGround, objection},
    },
    policy::BrokenRelease,
};
use serde::Serialize;

/// How long each of the two is measured.
const LASTING: Duration = Duration::from_secs(1);

/// Starting days: eleven years, so that short months, weekends and holidays of all kinds are met.
const DAYS: i32 = 4_000;

/// What one core does in a second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Deadlines {
    /// Deadlines with all their steps.
    pub per_second: f64,
    /// Additions of six months to a date: the yardstick.
    pub bare_per_second: f64,
}

/// Measures both, one after the other, on the thread that calls.
///
/// # Errors
/// [`BrokenRelease`].
pub(super) fn measure() -> Result<Deadlines, BrokenRelease> {
    measure_for(LASTING)
}

fn measure_for(lasting: Duration) -> Result<Deadlines, BrokenRelease> {
    let first = date(2024, 1, 1);
    let days: Vec<Date> = (0..DAYS).map(|day| first.saturating_add(day.days())).collect();
    let bavaria = Calendar::Of(Place::of(Land::BY));
    let around = Surroundings::of_release(first, bavaria)?;
    let bare_per_second = rate(lasting, &days, |day| {
        black_box(day.saturating_add(6.months()));
        1
    });
    let per_second = rate(lasting, &days, |day| {
        // Found in the book each time, as a service does; what could not be found would not be counted.
        let review = around
            .rule("assigned_on", day)
            .map(|rule| continuation_review(day, 1, FormerReviews::default(), &Terms::of(&rule, bavaria)));
        let check = around.rule("last_check_on", day).map(|rule| eligibility_recheck(day, &Terms::of(&rule, bavaria)));
        let last = around.rule("notice_on", day).map(|rule| objection(day, ObjectionGround::Regular, &rule, bavaria));
        u32::from(black_box(review).is_ok()) + u32::from(black_box(check).is_ok()) + u32::from(black_box(last).is_ok())
    });
    Ok(Deadlines { per_second, bare_per_second })
}

/// How many a second, in whole rounds over the days; `run` says how many it made of one.
fn rate(lasting: Duration, days: &[Date], mut run: impl FnMut(Date) -> u32) -> f64 {
    let (began, mut done) = (Instant::now(), 0_u32);
    loop {
        for day in days {
            done = done.saturating_add(run(black_box(*day)));
        }
        let lasted = began.elapsed();
        if lasted >= lasting {
            return f64::from(done) / lasted.as_secs_f64();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_measured() {
        let measured = measure_for(Duration::from_millis(20)).unwrap();
        assert!(measured.per_second > 0.0 && measured.bare_per_second > measured.per_second, "{measured:?}");
    }
}
