//! What a letter makes of a timetable.

use jiff::civil::{date, time};
use lotse_kernel::{
    dates::berlin_instant,
    duty::{DutyKind, DutyState, NextStep, TimetableEntry},
};

use super::*;
use crate::errand::Audience;

const LETTER: &str =
    "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-000000000001/letters/018f3e5c-1a2b-7c3d-8e4f-000000000002";

fn procedure() -> LetterProcedure {
    LetterProcedure { input: LetterInput::new(LETTER.parse().unwrap(), false), told: Told::default() }
}

fn phase(phase: &str) -> Timetable {
    Timetable {
        as_of_seq: 1,
        finished: matches!(phase, "POSTED" | "FAILED"),
        due: vec![],
        round: 0,
        phase: phase.to_owned(),
        ending: 0,
        ..Timetable::default()
    }
}

fn ready(round: i32, on: Date) -> Timetable {
    let entry = TimetableEntry {
        duty: LETTER.to_owned(),
        kind: DutyKind::LetterPosting,
        state: DutyState::Open,
        opens_on: date(2026, 8, 10),
        target_on: date(2026, 8, 13),
        due_on: date(2026, 8, 13),
        overdue_after: date(2026, 8, 13),
        next_step: Some(NextStep { on, step: DutyStep::Remind, round }),
    };
    Timetable { due: vec![entry], ..phase("READY_TO_POST") }
}

/// Code, template and day of the notice that follows from a step.
fn follows(
    procedure: &mut LetterProcedure,
    step: Step,
    timetable: Timetable,
) -> Option<(String, NoticeTemplate, Option<Date>)> {
    let audiences = vec![Audience::StaffMember("jobcenters/musterstadt/staff/x".to_owned())];
    let mut tasks = procedure.took(&step, &StepTaken { audiences, letter_wanted: false, timetable });
    assert!(tasks.len() < 2);
    match tasks.pop()? {
        Task::Notice(notice) => Some((notice.code, notice.template, notice.due_on)),
        task @ (Task::Letter(_) | Task::Rouse(_)) => panic!("{task:?}"),
    }
}

fn noon(day: Date) -> Timestamp {
    berlin_instant(day, time(12, 0, 0, 0))
}

#[test]
fn a_letter_goes_from_step_to_step() {
    let mut letter = procedure();
    let today = noon(date(2026, 8, 10));
    assert_eq!(letter.due_step(&phase("REQUESTED"), today), Some(Step::Render));
    assert_eq!(follows(&mut letter, Step::Render, phase("RENDERED")), None);
    assert_eq!(letter.due_step(&phase("RENDERED"), today), Some(Step::Offer));
    let ready = ready(1, date(2026, 8, 14));
    let offered = ("OFFER/1".to_owned(), NoticeTemplate::LetterReadyToPost, Some(date(2026, 8, 13)));
    assert_eq!(follows(&mut letter, Step::Offer, ready.clone()), Some(offered));
    assert_eq!(letter.due_step(&ready, today), None);
    assert_eq!(letter.due_step(&ready, noon(date(2026, 8, 14))), Some(Step::Remind { round: 1 }));
    assert_eq!(letter.due_step(&phase("POSTED"), today), None);
}

#[test]
fn a_step_whose_answer_was_lost_is_told_of_later() {
    let mut letter = procedure();
    let (first, later) = (ready(1, date(2026, 8, 14)), ready(3, date(2026, 8, 25)));
    let today = noon(date(2026, 8, 20));
    assert_eq!(letter.due_step(&first, today), Some(Step::Offer), "offered, and nobody was told");
    follows(&mut letter, Step::Offer, first);
    for round in [1, 2] {
        let step = letter.due_step(&later, today);
        assert_eq!(step, Some(Step::Remind { round }));
        let (code, ..) = follows(&mut letter, Step::Remind { round }, later.clone()).unwrap();
        assert_eq!(code, format!("REMIND/{round}"));
    }
    assert_eq!(letter.due_step(&later, today), None);
}

#[test]
fn a_failure_is_told_once() {
    let mut letter = procedure();
    let failed = phase("FAILED");
    let now = noon(date(2026, 8, 10));
    assert_eq!(letter.due_step(&failed, now), Some(Step::Render));
    let told = ("FAILED/1".to_owned(), NoticeTemplate::LetterFailed, None);
    assert_eq!(follows(&mut letter, Step::Render, failed.clone()), Some(told));
    assert_eq!(letter.due_step(&failed, now), None);
}

#[test]
fn nobody_to_tell_is_no_notice() {
    let mut letter = procedure();
    let nobody = StepTaken { audiences: vec![], letter_wanted: false, timetable: phase("FAILED") };
    assert!(letter.took(&Step::Render, &nobody).is_empty() && letter.told.failed);
}

#[test]
fn names_differ_by_step_and_round() {
    assert_eq!(Step::Remind { round: 2 }.name(), "letter/remind/2");
    assert_ne!(Step::Render.name(), Step::Offer.name());
}
