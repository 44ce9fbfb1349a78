//! A sweep over a watch, and how what it comes to is told: once, in as few notices as there are to be (R23, R141).

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::add_days,
    duty::DutyKind,
    legal::Calendar,
    names::StaffName,
    policy::{Book, PolicyKey},
};
use proptest::prelude::*;

use super::{
    replan::taking,
    support::*,
    watch::{SET, on_day, watched},
};
use crate::domain::{
    rules::Rules,
    watch::{About, Agenda, Change, News, NewsKind, Notice, Stage, Watch, digest, next_list_on},
};

/// The day on which the check of [`watched`] is due, a Wednesday.
const DUE: Date = date(2026, 9, 2);

fn swept(watch: Watch, day: Date) -> (Watch, Vec<News>, Option<Date>) {
    let swept = watch.sweep(&on(day)).unwrap();
    assert_eq!(swept.news.len(), swept.events.len());
    (swept.watch, swept.news, swept.next_step_on)
}

fn kinds(news: &[News]) -> Vec<(DutyKind, NewsKind)> {
    news.iter().map(|news| (news.duty_kind, news.kind)).collect()
}

#[test]
fn a_sweep_takes_what_has_come_and_says_when_to_come_again() {
    let opens_on = add_days(DUE, -42);
    let early = swept(watched(), add_days(opens_on, -1));
    assert_eq!(early, (watched(), vec![], Some(opens_on)));
    let (open, news, next) = swept(watched(), opens_on);
    assert_eq!((kinds(&news), next), (vec![(DutyKind::EligibilityRecheck, NewsKind::Opened)], Some(add_days(DUE, 1))));
    assert_eq!(swept(open.clone(), opens_on), (open, vec![], next), "a second one of the day finds nothing");
}

#[test]
fn one_that_comes_late_takes_all_steps_of_all_duties() {
    let issued = date(2026, 4, 1);
    let watch = on_day(watched(), Change::PlanTaken(issued), true, date(2026, 6, 1)).unwrap();
    let late = add_days(DUE, 30);
    let (after, news, next) = swept(watch, late);
    let (check, update) = (DutyKind::EligibilityRecheck, DutyKind::PlanUpdate);
    let told = kinds(&news);
    for expected in [(check, NewsKind::Opened), (update, NewsKind::Opened), (check, NewsKind::Overdue)] {
        assert_eq!(told.iter().filter(|told| **told == expected).count(), 1, "{expected:?} of {told:?}");
    }
    // What was missed is made up with one escalation; the grid goes on.
    let escalations = after.duties().iter().map(|duty| duty.notices().escalations()).max();
    assert_eq!((escalations, next), (Some(1), Some(add_days(DUE, 36))));
}

fn news(kind: NewsKind, owner: &StaffName, number: i32) -> News {
    let duty = watched().duty().unwrap().name().clone();
    News {
        kind,
        duty,
        duty_kind: DutyKind::EligibilityRecheck,
        owner: Some(owner.clone()),
        due_on: add_days(DUE, number),
        is_listed: false,
    }
}

#[test]
fn openings_are_told_to_each_officer_once_a_day() {
    let all: Vec<News> =
        (0..5).map(|number| news(NewsKind::Opened, &[bernd(), anna()][usize::from(number > 2)], number)).collect();
    let notices = digest(all.iter().map(|news| (news, "ue25")), SET, None);
    let told = |owner: StaffName| notices.iter().find(|notice| notice.about.owner.as_ref() == Some(&owner)).unwrap();
    assert_eq!(notices.len(), 2);
    assert_eq!((told(bernd()).duties, told(bernd()).due_on, told(bernd()).about.tells_on), (3, DUE, SET));
    assert_eq!((told(anna()).duties, told(anna()).due_on), (2, add_days(DUE, 3)));
    assert!(notices.iter().all(|notice| notice.about.team.is_none() && notice.about.duty.is_none()));
    // Once the notices of a day are complete, what opens on it is told with those of the next.
    let later = digest(all.iter().map(|news| (news, "ue25")), SET, Some(SET));
    assert!(later.iter().all(|notice| notice.about.tells_on == add_days(SET, 1)));
    let of_the_past = digest(all.iter().map(|news| (news, "ue25")), SET, Some(add_days(SET, -9)));
    assert_eq!(of_the_past, notices);
}

#[test]
fn the_first_escalation_is_told_alone_and_later_ones_in_a_list_a_week() {
    let (first, again) = (news(NewsKind::Overdue, &bernd(), 0), news(NewsKind::StillOverdue, &bernd(), -7));
    let listed = News { is_listed: true, ..again.clone() };
    let monday = date(2026, 9, 7);
    let all = [(&first, "ue25"), (&again, "ue25"), (&again, "u25"), (&again, "ue25"), (&listed, "ue25")];
    let notices = digest(all, DUE, None);
    let list = |team: &str, duties| Notice {
        about: About {
            tells_on: monday,
            kind: NewsKind::StillOverdue,
            owner: None,
            team: Some(team.to_owned()),
            duty: None,
        },
        due_on: add_days(DUE, -7),
        duties,
    };
    let alone = Notice {
        about: About {
            tells_on: DUE,
            kind: NewsKind::Overdue,
            owner: Some(bernd()),
            team: Some("ue25".to_owned()),
            duty: Some((first.duty.clone(), DutyKind::EligibilityRecheck)),
        },
        due_on: DUE,
        duties: 1,
    };
    assert_eq!(notices, [alone, list("u25", 1), list("ue25", 2)]);
    let week: Vec<Date> = (0..8).map(|day| next_list_on(add_days(monday, day))).collect();
    assert_eq!(week, [[add_days(monday, 7); 7].as_slice(), &[add_days(monday, 14)]].concat());
}

#[test]
fn nobody_is_told_before_the_day_is_swept() {
    let agenda =
        |first_step_on, first_notice_on, closed_on| Agenda { page: 7, closed_on, first_step_on, first_notice_on };
    let (yesterday, tomorrow) = (add_days(SET, -1), add_days(SET, 1));
    for (agenda, stage, next_on) in [
        (agenda(None, None, None), Stage::Watching, None),
        (agenda(Some(tomorrow), None, None), Stage::Watching, Some(tomorrow)),
        (agenda(Some(SET), Some(SET), Some(SET)), Stage::Sweeping, Some(SET)),
        (agenda(Some(tomorrow), Some(SET), Some(yesterday)), Stage::Sweeping, Some(SET)),
        (agenda(Some(tomorrow), Some(SET), None), Stage::Sweeping, Some(SET)),
        (agenda(Some(tomorrow), Some(SET), Some(SET)), Stage::Telling, Some(SET)),
        (agenda(Some(tomorrow), Some(tomorrow), Some(SET)), Stage::Watching, Some(tomorrow)),
    ] {
        let timetable = agenda.timetable(3, SET);
        assert_eq!((timetable.phase.as_str(), timetable.next_on), (stage.code(), next_on), "{agenda:?}");
        assert_eq!((timetable.as_of_seq, timetable.round, timetable.due.len()), (3, 7, 0));
    }
}

proptest! {
    /// However often somebody is swept, and on which days: each escalation is told once, the first alone, and no list names a duty twice.
    #[test]
    fn every_escalation_is_told_and_no_list_names_a_duty_twice(days in prop::collection::vec(0_i32..9, 1..40), interval in 1_i32..20) {
        let (mut today, mut watch) = (add_days(DUE, -42), watched());
        let (mut alone, mut lists) = (0, Vec::new());
        let version = taking(PolicyKey::Escalation, "interval_days", interval.into(), SET);
        let book = Book::federal().unwrap().with(version);
        for days in days {
            today = add_days(today, days);
            let swept = watch.sweep(&Rules::new(&book, Calendar::Nation, today)).unwrap();
            prop_assert!(swept.next_step_on.is_some_and(|on| on > today), "{:?} on {today}", swept.next_step_on);
            for notice in digest(swept.news.iter().map(|news| (news, "ue25")), today, None) {
                match notice.about.kind {
                    NewsKind::Opened => prop_assert_eq!(notice.duties, 1),
                    NewsKind::Overdue => alone += 1,
                    NewsKind::StillOverdue => {
                        prop_assert_eq!(notice.duties, 1);
                        prop_assert!(!lists.contains(&notice.about.tells_on), "{:?}", notice);
                        lists.push(notice.about.tells_on);
                    }
                }
            }
            watch = swept.watch;
        }
        let escalations = watch.duty().unwrap().notices().escalations();
        prop_assert_eq!(alone, i32::from(escalations > 0));
        prop_assert!(i32::try_from(lists.len()).unwrap() < escalations.max(1));
        prop_assert!(escalations < 2 || !lists.is_empty());
    }
}
