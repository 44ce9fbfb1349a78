//! What is told of the steps that a sweep took (R141): openings to each owner in one notice a day, or to the lead where nobody owns
//! them, the first escalation of a duty singly, all later ones to the lead of the team in one list a week.

use std::collections::BTreeMap;

use jiff::civil::Date;
use lotse_kernel::{
    codes,
    dates::add_days,
    deadlines::escalation::LastEscalation,
    duty::{DutyKind, DutyStep},
    names::{DutyName, StaffName},
};

use crate::domain::duties::Duty;

codes! {
    /// What a notice about a sweep tells.
    pub enum NewsKind {
        /// Duties have opened.
        Opened = "OPENED",
        /// A duty has escalated for the first time.
        Overdue = "OVERDUE",
        /// Duties have escalated again.
        StillOverdue = "STILL_OVERDUE",
    }
}

/// What is to be told of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// What it tells.
    pub kind: NewsKind,
    /// The duty.
    pub duty: DutyName,
    /// What it is about.
    pub duty_kind: DutyKind,
    /// Who has to do it.
    pub owner: Option<StaffName>,
    /// The day on which it is due.
    pub due_on: Date,
    /// It stands on the list of this week already: an interval may be shorter than a week.
    pub is_listed: bool,
}

/// A notice as it is told, or as far as a page of a sweep has come with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it tells, to whom and when.
    pub about: About,
    /// The earliest day on which one of its duties is due.
    pub due_on: Date,
    /// How many duties it is about.
    pub duties: i32,
}

/// What a notice tells, to whom and on which day: there is one notice of each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct About {
    /// The day on which it is told.
    pub tells_on: Date,
    /// What it tells.
    pub kind: NewsKind,
    /// The owner of the duties, if it is told to them.
    pub owner: Option<StaffName>,
    /// The team, if it is told to its lead.
    pub team: Option<String>,
    /// The duty, if it is about one.
    pub duty: Option<(DutyName, DutyKind)>,
}

impl News {
    /// What is to be told of a step that was taken today on a duty; `before` is its last escalation before the step.
    pub(super) fn of(duty: &Duty, step: DutyStep, before: Option<LastEscalation>, today: Date) -> Self {
        let kind = match step {
            DutyStep::Open | DutyStep::Remind => NewsKind::Opened,
            DutyStep::Escalate | DutyStep::Miss if duty.notices().escalations() <= 1 => NewsKind::Overdue,
            DutyStep::Escalate | DutyStep::Miss => NewsKind::StillOverdue,
        };
        let (owner, due_on) = (duty.owner().cloned(), duty.deadline().due_on());
        let is_listed = before.is_some_and(|last| last.round > 1 && next_list_on(last.on) == next_list_on(today));
        Self { kind, duty: duty.name().clone(), duty_kind: duty.kind(), owner, due_on, is_listed }
    }

    /// To whom it is told, and when: seen from `today`, where the notices up to `closed_on` are complete.
    fn about(&self, team: &str, today: Date, closed_on: Option<Date>) -> About {
        let Self { kind, owner, duty, duty_kind, .. } = self;
        let (kind, owner, team) = (*kind, owner.clone(), Some(team.to_owned()));
        match kind {
            NewsKind::Opened => {
                let tells_on = closed_on.map_or(today, |closed| add_days(closed, 1).max(today));
                match owner {
                    Some(_) => About { tells_on, kind, owner, team: None, duty: None },
                    None => About { tells_on, kind, owner, team, duty: Some((duty.clone(), *duty_kind)) },
                }
            }
            NewsKind::Overdue => About { tells_on: today, kind, owner, team, duty: Some((duty.clone(), *duty_kind)) },
            NewsKind::StillOverdue => About { tells_on: next_list_on(today), kind, owner: None, team, duty: None },
        }
    }
}

/// The Monday after a day: lists tell of the week before.
#[must_use]
pub fn next_list_on(day: Date) -> Date {
    add_days(day, 7 - i32::from(day.weekday().to_monday_zero_offset()))
}

/// Puts the news of a page together, each with the team of its case, into as few notices as there are to be.
#[must_use]
pub fn digest<'a>(
    news: impl IntoIterator<Item = (&'a News, &'a str)>,
    today: Date,
    closed_on: Option<Date>,
) -> Vec<Notice> {
    let mut notices: BTreeMap<About, (Date, i32)> = BTreeMap::new();
    for (news, team) in news.into_iter().filter(|(news, _)| !news.is_listed) {
        let (due_on, duties) = notices.entry(news.about(team, today, closed_on)).or_insert((news.due_on, 0));
        *due_on = news.due_on.min(*due_on);
        *duties += 1;
    }
    notices.into_iter().map(|(about, (due_on, duties))| Notice { about, due_on, duties }).collect()
}
