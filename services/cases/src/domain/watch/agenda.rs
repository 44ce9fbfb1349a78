//! What there is to do for everybody on the watch of a jobcenter: first the steps that have come are taken, then whoever it concerns is told.

use jiff::civil::Date;
use lotse_kernel::{codes, duty::Timetable};

codes! {
    /// What there is to do on a day.
    pub enum Stage {
        /// Steps have come, or the notices of a day are still to be completed.
        Sweeping = "SWEEPING",
        /// Somebody is to be told.
        Telling = "TELLING",
        /// Nothing until the next day on which something comes.
        Watching = "WATCHING",
    }
}

/// How far the sweeps of a jobcenter have come, and what waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agenda {
    /// The page that comes next.
    pub page: i32,
    /// The last day whose notices are complete.
    pub closed_on: Option<Date>,
    /// The first day on which time has to do something for somebody.
    pub first_step_on: Option<Date>,
    /// The first day on which somebody is to be told something.
    pub first_notice_on: Option<Date>,
}

impl Agenda {
    /// What there is to do on a day. Nobody is told before the day is swept: what came later would be another notice of the same day.
    #[must_use]
    pub fn stage(&self, today: Date) -> Stage {
        let has_come = |on: Option<Date>| on.is_some_and(|on| on <= today);
        if has_come(self.first_step_on) {
            Stage::Sweeping
        } else if !has_come(self.first_notice_on) {
            Stage::Watching
        } else if self.first_notice_on <= self.closed_on {
            Stage::Telling
        } else {
            Stage::Sweeping
        }
    }

    /// The same for a workflow. `as_of_seq` is the last event sent to it.
    #[must_use]
    pub fn timetable(&self, as_of_seq: i64, today: Date) -> Timetable {
        Timetable {
            as_of_seq,
            finished: false,
            due: Vec::new(),
            round: self.page,
            phase: self.stage(today).code().to_owned(),
            ending: 0,
            next_on: [self.first_step_on, self.first_notice_on].into_iter().flatten().min(),
            ..Timetable::default()
        }
    }
}
