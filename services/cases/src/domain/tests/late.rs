//! The answer to an escalation: until the working date that the owner names nothing escalates, and the duty stays overdue (R141).

use jiff::civil::{Date, date};
use lotse_kernel::{
    duty::{DutyKind, DutyState},
    names::{DutyName, StaffName},
};

use super::support::*;
use crate::domain::{
    duties::{Duty, LateAnswer},
    episode::Episode,
    refused::Refused,
    watch::{Change, Scene, Watch},
};

/// A Monday, four days after the first escalation of the review of 9 September.
const ASKED: Date = date(2026, 9, 14);
/// A Wednesday.
const PAUSED: Date = date(2026, 9, 30);

fn late() -> Episode {
    let_time_pass(unplanned(T0), ASKED).0
}

fn review(episode: &Episode) -> &Duty {
    episode.duties().iter().find(|duty| duty.kind() == DutyKind::ContinuationReview).unwrap()
}

fn by(who: StaffName, on: Date) -> LateAnswer {
    LateAnswer { on, reason: text(), by: who, leads: false }
}

fn said(episode: Episode, answer: LateAnswer, today: Date) -> Result<Episode, Refused> {
    let duty: DutyName = review(&episode).name().clone();
    episode.set_working_date(&duty, answer, &on(today)).map(|decided| decided.episode)
}

#[test]
fn nothing_escalates_until_the_working_date_and_the_duty_stays_overdue() {
    let answered = said(late(), by(anna(), PAUSED), ASKED).unwrap();
    assert!(answered.wakes_since(&late()), "the workflow waits for another day");
    let (episode, told) = let_time_pass(answered, date(2026, 10, 16));
    let days: Vec<_> = told.iter().map(|(on, _)| *on).collect();
    assert_eq!(days, [date(2026, 10, 2), date(2026, 10, 9), date(2026, 10, 16)], "the grid is the one it was");
    let duty = review(&episode);
    assert_eq!((duty.notices().escalations(), duty.state_on(PAUSED)), (4, DutyState::Overdue));
    let decided = done(episode.decide_review(continuation(), &on(date(2026, 10, 16))));
    assert_eq!(review(&decided).days_late(), 36, "a pause forgives no day");
}

#[test]
fn the_last_answer_counts() {
    let later = said(late(), by(anna(), PAUSED), ASKED).unwrap();
    let sooner = said(later, by(anna(), date(2026, 9, 16)), date(2026, 9, 15)).unwrap();
    assert_eq!(review(&sooner).working_date().unwrap().on, date(2026, 9, 16));
    let (_, told) = let_time_pass(sooner, date(2026, 9, 20));
    assert_eq!(told.iter().map(|(on, _)| *on).collect::<Vec<_>>(), [date(2026, 9, 18)]);
}

#[test]
fn a_day_that_was_not_kept_is_heard_of_before_another_one_is_taken() {
    let paused = said(late(), by(anna(), date(2026, 9, 16)), ASKED).unwrap();
    for today in [date(2026, 9, 15), date(2026, 9, 17)] {
        assert_eq!(fields(said(paused.clone(), by(anna(), PAUSED), today).unwrap_err()), ["working_date"], "{today}");
    }
    let heard = let_time_pass(paused, date(2026, 9, 18)).0;
    assert!(said(heard, by(anna(), PAUSED), date(2026, 9, 18)).is_ok());
}

#[test]
fn only_the_owner_answers_for_what_is_overdue() {
    assert_eq!(said(late(), by(bernd(), PAUSED), ASKED), Err(Refused::NotTheOwner));
    let lead = LateAnswer { leads: true, ..by(doris(), PAUSED) };
    assert_eq!(said(late(), lead, ASKED), Err(Refused::NotTheOwner), "it lies with the case manager");
    let in_time = date(2026, 9, 10);
    let open = let_time_pass(unplanned(T0), in_time).0;
    let refused = Refused::DutyNotOverdue { state: DutyState::Open };
    assert_eq!(said(open, by(anna(), PAUSED), in_time), Err(refused));
    let decided = done(late().decide_review(continuation(), &on(ASKED)));
    assert_eq!(said(decided, by(anna(), PAUSED), ASKED), Err(Refused::DutyNotOverdue { state: DutyState::Done }));
    let foreign: DutyName = format!("{}/duties/018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f", name()).parse().unwrap();
    assert_eq!(late().set_working_date(&foreign, by(anna(), PAUSED), &on(ASKED)), Err(Refused::NotTheOwner));
}

#[test]
fn a_working_date_is_a_working_day_ahead_and_not_too_far() {
    for wrong in [ASKED, date(2026, 9, 11), date(2026, 9, 19), date(2026, 10, 3), date(2026, 10, 13)] {
        let refused = said(late(), by(anna(), wrong), ASKED).unwrap_err();
        assert!(fields(refused).iter().all(|field| field == "working_date"), "{wrong}");
    }
    // Four weeks by the shipped policy.
    assert!(said(late(), by(anna(), date(2026, 10, 12)), ASKED).is_ok());
}

#[test]
fn the_check_of_a_person_outside_case_management_pauses_too() {
    let (set, due, today) = (date(2026, 3, 2), date(2026, 9, 2), date(2026, 9, 3));
    let (owner, rules) = (bernd(), on(set));
    let scene = Scene { is_complex: true, owner: &owner, rules: &rules };
    let watch = Watch::new(name().case().clone()).after(Change::Profiled(set), &scene).unwrap();
    let duty = watch.duty().unwrap();
    assert_eq!(duty.deadline().due_on(), due);
    let name = duty.name().clone();
    // Nobody has escalated yet.
    let (watch, _) = watch.set_working_date(&name, by(bernd(), date(2026, 9, 11)), &on(today)).unwrap();
    let opened = watch.waits_for(&on(today)).unwrap().unwrap().next_step.unwrap();
    let open = crate::domain::episode::Step { duty: name.clone(), step: opened.step, round: opened.round };
    let watch = watch.take_step(&open, &on(today)).unwrap().watch;
    let next = watch.waits_for(&on(today)).unwrap().unwrap().next_step.unwrap();
    assert_eq!((next.on, next.round), (date(2026, 9, 17), 1), "the first day of the grid behind the working date");
}
