//! Spreading the checks of one officer that fall due on one day over the weeks in which they may be made (R23): a mass import records the profiles
//! of hundreds on one day, and their months end on one day too.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use lotse_kernel::{
    duty::DutyKind,
    names::{DutyName, StaffName},
};

use super::{NewsKind, Swept};
use crate::domain::rules::Rules;

/// Checks that an officer may be given for one day before any is brought forward: a few make no heap.
const AT_EASE: i32 = 3;

/// How many open checks each officer aims to make on which day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loads(HashMap<StaffName, BTreeMap<Date, i32>>);

impl FromIterator<(StaffName, Date, i32)> for Loads {
    fn from_iter<T: IntoIterator<Item = (StaffName, Date, i32)>>(loads: T) -> Self {
        let mut all = Self::default();
        for (officer, on, checks) in loads {
            *all.0.entry(officer).or_default().entry(on).or_default() += checks;
        }
        all
    }
}

impl Loads {
    /// Gives each check that has just opened its day to aim for: the last working day in time where its officer has no more than a fair share
    /// then, else the latest before it on which they have not. A fair share is the same number for each working day until the last. The due day
    /// never moves.
    #[must_use]
    pub fn spread(&mut self, mut swept: Swept, rules: &Rules<'_>) -> Swept {
        for (check, officer, target_on) in opened(&swept) {
            let days = rules.working_days_until(target_on);
            let load = self.0.entry(officer).or_default();
            let there = |on: &Date| load.get(on).copied().unwrap_or_default();
            let all: i32 = days.iter().map(there).sum::<i32>() + 1;
            let working_days = i32::try_from(days.len()).unwrap_or(i32::MAX).max(1);
            let share = (all + working_days - 1).div_euclid(working_days).max(AT_EASE);
            // Nothing is left before a day that has passed, or of a check that is due today.
            let on = days.iter().find(|on| there(on) < share).copied().unwrap_or(target_on);
            *load.entry(on).or_default() += 1;
            swept.watch.duties.bring_forward(&check, on);
        }
        swept
    }
}

/// The checks that were opened and are not overdue, with their officer and their day to aim for.
fn opened(swept: &Swept) -> Vec<(DutyName, StaffName, Date)> {
    let is_opened =
        |news: &&super::News| news.kind == NewsKind::Opened && news.duty_kind == DutyKind::EligibilityRecheck;
    let opened = swept.news.iter().filter(is_opened);
    let duties = opened.filter_map(|news| swept.watch.duties.get(&news.duty));
    duties
        .filter_map(|duty| Some((duty.name().clone(), duty.owner()?.clone(), duty.deadline().ruled_target_on())))
        .collect()
}
