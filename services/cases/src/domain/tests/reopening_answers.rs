//! A reopening that is proposed is somebody's to answer, until it is answered or the correction window closes (row 24).

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::add_days,
    duty::{DutyKind, DutyState},
};

use super::{
    support::*,
    watch::{SET, on_day, watched},
};
use crate::domain::{
    duties::{Duty, Status},
    episode::{Answering, Episode, ReopeningWanted},
    vocabulary::{
        ClosingError, DutyOutcome, EpisodePhase, ReopeningAnswer, ReopeningExtent, UnwatchedReason, VoidReason,
    },
    watch::{Change, NewsKind, Watch, digest, effects},
};

/// The day of the closing, and the last one on which it may be undone.
const CLOSED: Date = date(2026, 6, 1);
const LAST: Date = date(2026, 9, 1);

fn proposed() -> Watch {
    on_day(watched(), Change::ReopeningProposed(CLOSED), true, add_days(CLOSED, 3)).unwrap()
}

fn answer(watch: &Watch) -> &Duty {
    watch.duties().iter().find(|duty| duty.kind() == DutyKind::ReopeningAnswer).unwrap()
}

fn propose(episode: Episode) -> Episode {
    let wanted = ReopeningWanted { error: ClosingError::FalseReport, extent: ReopeningExtent::Closing, reason: text() };
    done(episode.propose_reopening(wanted, anna(), None, &on(T0)))
}

#[test]
fn a_proposal_and_its_answer_are_told_to_the_watch() {
    let closed = in_phase(EpisodePhase::Closed, T0);
    let proposed = propose(closed.clone());
    assert_eq!(effects(&closed, &proposed, true), [Change::ReopeningProposed(T0)]);
    let rules = on(T0);
    let by = Answering { who: doris(), leads: true, newer: None, rules: &rules };
    let declined = done(proposed.clone().answer_reopening(ReopeningAnswer::Declined, text(), &by));
    assert_eq!(effects(&proposed, &declined, false), [Change::ReopeningAnswered], "also beside a newer episode");
    let approved = done(proposed.clone().answer_reopening(ReopeningAnswer::Approved, text(), &by));
    assert_eq!(effects(&proposed, &approved, true).first(), Some(&Change::ReopeningAnswered));
}

#[test]
fn it_lies_with_the_lead_until_the_window_closes() {
    let watch = proposed();
    let duty = answer(&watch);
    assert_eq!((duty.owner(), duty.deadline().due_on(), duty.state_on(CLOSED)), (None, LAST, DutyState::Open));
    let day = add_days(CLOSED, 3);
    let swept = watch.sweep(&on(day)).unwrap();
    let [news] = swept.news.as_slice() else { panic!("{:?}", swept.news) };
    assert_eq!((news.kind, news.duty_kind, news.owner.as_ref()), (NewsKind::Opened, DutyKind::ReopeningAnswer, None));
    let notices = digest(swept.news.iter().map(|news| (news, "ue25")), day, None);
    let [notice] = notices.as_slice() else { panic!("{notices:?}") };
    assert_eq!((notice.about.team.as_deref(), notice.about.duty.is_some()), (Some("ue25"), true));
    assert!(swept.watch.sweep(&on(day)).unwrap().news.is_empty(), "it is told once");
}

#[test]
fn an_answer_settles_it_and_the_next_proposal_has_a_duty_of_its_own() {
    let day = add_days(CLOSED, 9);
    let answered = on_day(proposed(), Change::ReopeningAnswered, true, day).unwrap();
    let status = Status::Done { outcome: DutyOutcome::Decided, done_on: day, days_late: 0 };
    assert_eq!((answer(&answered).status(), answered.reopening_duty()), (status, None));
    let again = on_day(answered, Change::ReopeningProposed(CLOSED), true, day).unwrap();
    assert_eq!(again.reopening_duty().map(Duty::slot), Some(2));
}

#[test]
fn without_an_answer_it_lapses_and_never_escalates() {
    let rested = on_day(proposed(), Change::Left(UnwatchedReason::InCaseManagement), true, CLOSED);
    let watch = rested.unwrap().sweep(&on(LAST)).unwrap();
    assert_eq!(answer(&watch.watch).stored_state(), DutyState::Open);
    assert_eq!(watch.next_step_on, Some(add_days(LAST, 1)));
    let swept = watch.watch.sweep(&on(add_days(LAST, 1))).unwrap();
    let void = Status::Void { reason: VoidReason::WindowClosed, voided_on: add_days(LAST, 1), days_late: 1 };
    assert_eq!(answer(&swept.watch).status(), void);
    let codes: Vec<_> = swept.events.iter().map(|happened| happened.event.code()).collect();
    assert_eq!((swept.news.len(), codes, swept.next_step_on), (0, vec!["REOPENING_LAPSED"], None));
    assert!(SET < CLOSED);
}
