//! Which team looks after a person who turns 25, and how often their contact changes (R125).

use jiff::civil::{Date, date};
use lotse_kernel::{dates::add_days, duty::DutyKind};

use super::{
    support::*,
    watch::{SET, on_day, watched},
};
use crate::domain::{
    duties::Status,
    vocabulary::{DutyOutcome, EpisodePhase, TechnicalEnd, UnwatchedReason, VoidReason},
    watch::{Change, NewsKind, Watch, lead_effect},
};

/// 25 is completed with the end of the day before the birthday.
const BORN: Date = date(2002, 2, 28);
const COMPLETED: Date = date(2027, 2, 27);

fn young() -> Watch {
    watched().of_born_on(BORN, &on(SET))
}

fn asked(day: Date) -> Watch {
    young().asked_team(Some(&anna()), &on(day)).unwrap()
}

#[test]
fn time_asks_some_weeks_before_the_year_of_life_is_completed() {
    assert_eq!(young().asks_team_on(&on(SET)).unwrap(), Some(add_days(COMPLETED, -42)));
    let opens_on = add_days(COMPLETED, -42);
    let watch = asked(opens_on);
    let duty = watch.team_duty().unwrap();
    assert_eq!(
        (duty.owner(), duty.deadline().due_on(), duty.deadline().opens_on),
        (Some(&anna()), COMPLETED, opens_on)
    );
    // 27 February 2027 is a Saturday.
    assert_eq!(duty.deadline().target_on(), date(2027, 2, 26));
    assert_eq!(watch.asks_team_on(&on(opens_on)).unwrap(), None, "it asks once");
    assert_eq!(watch.clone().asked_team(Some(&bernd()), &on(opens_on)).unwrap(), watch);
}

#[test]
fn who_is_born_on_29_february_is_25_with_the_end_of_28_february() {
    let watch = watched().of_born_on(date(2004, 2, 29), &on(SET));
    let watch = watch.asked_team(Some(&anna()), &on(date(2029, 1, 20))).unwrap();
    assert_eq!(watch.team_duty().map(|duty| duty.deadline().due_on()), Some(date(2029, 2, 28)));
}

#[test]
fn nobody_is_asked_for_who_is_25_or_gone_or_where_no_team_follows() {
    assert!(!watched().of_born_on(date(2001, 3, 2), &on(SET)).is_young(), "25 on this very day");
    assert!(watched().of_born_on(date(2001, 3, 3), &on(SET)).is_young(), "25 tomorrow");
    let none = young().asked_team(None, &on(COMPLETED)).unwrap();
    assert_eq!((none.team_duty(), none.is_young()), (None, false));
    let gone = on_day(young(), Change::Left(UnwatchedReason::Moved), true, SET).unwrap();
    assert_eq!(gone.asked_team(Some(&anna()), &on(COMPLETED)).unwrap().team_duty(), None);
}

#[test]
fn a_sweep_comes_on_the_day_and_takes_the_steps_of_the_decision() {
    let swept = young().sweep(&on(SET)).unwrap();
    let asks_on = add_days(COMPLETED, -42);
    assert!(swept.next_step_on.is_some_and(|next| next <= asks_on));
    let rested = on_day(young(), Change::Admitted, true, SET).unwrap().sweep(&on(SET)).unwrap();
    assert_eq!(rested.next_step_on, Some(asks_on), "inside case management as outside");
    let opened = asked(asks_on).sweep(&on(asks_on)).unwrap();
    assert!(opened.news.iter().any(|news| (news.duty_kind, news.kind) == (DutyKind::TeamDecision, NewsKind::Opened)));
    let late = opened.watch.sweep(&on(add_days(COMPLETED, 1))).unwrap();
    assert!(late.news.iter().any(|news| (news.duty_kind, news.kind) == (DutyKind::TeamDecision, NewsKind::Overdue)));
}

#[test]
fn a_decision_settles_it_and_leaves_the_check_alone() {
    let day = add_days(COMPLETED, 3);
    let watch = on_day(asked(COMPLETED), Change::TeamDecided, true, day).unwrap();
    let decided = watch.duties().iter().find(|duty| duty.kind() == DutyKind::TeamDecision).unwrap();
    assert_eq!(decided.status(), Status::Done { outcome: DutyOutcome::Decided, done_on: day, days_late: 3 });
    assert_eq!(watch.duty(), asked(COMPLETED).duty());
    let gone = on_day(asked(COMPLETED), Change::Left(UnwatchedReason::Deceased), true, COMPLETED).unwrap();
    let void = gone.duties().iter().find(|duty| duty.kind() == DutyKind::TeamDecision).unwrap();
    assert_eq!(void.void_reason(), Some(VoidReason::WatchEnded));
}

#[test]
fn it_goes_along_with_the_contact() {
    let watch = on_day(asked(COMPLETED), Change::Led(bernd()), true, COMPLETED).unwrap();
    assert_eq!(watch.team_duty().and_then(|duty| duty.owner().cloned()), Some(bernd()));
    assert_eq!(watch.duty().map(|duty| duty.owner().cloned()), watched().duty().map(|duty| duty.owner().cloned()));
}

#[test]
fn the_contact_changes_where_another_officer_leads() {
    let at = |phase| in_phase(phase, T0);
    let voted = at(EpisodePhase::InDiscussion);
    let (begun, closing) = (at(EpisodePhase::EntryConsultation), at(EpisodePhase::Closing));
    assert!(begun.has_another_contact_than(&voted) && !closing.has_another_contact_than(&begun));
    assert!(at(EpisodePhase::Aftercare).has_another_contact_than(&closing));
    assert_eq!(lead_effect(&voted, &begun), Some(Change::Led(anna())));
    assert_eq!(lead_effect(&begun, &closing), None);
    // Who is gone has no other contact, nor has who was taken for gone.
    let dead = begun.clone().end_technically(TechnicalEnd::Deceased, String::new(), bernd(), T0).unwrap().episode;
    assert!(!dead.has_another_contact_than(&begun) && !begun.has_another_contact_than(&dead));
}
