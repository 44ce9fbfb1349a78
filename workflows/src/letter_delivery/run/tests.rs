//! Every decision of a letter's workflow.

use jiff::civil::{Time, date, time};
use lotse_kernel::{
    dates::berlin_instant,
    duty::{DutyKind, DutyState, NextStep, TimetableEntry},
};

use super::*;

const LETTER: &str =
    "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-000000000001/letters/018f3e5c-1a2b-7c3d-8e4f-000000000002";

fn run() -> LetterRun {
    serde_json::from_value(serde_json::to_value(LetterInput::new(LETTER.parse().unwrap(), false)).unwrap()).unwrap()
}

fn phase(phase: &str) -> Timetable {
    Timetable {
        as_of_seq: 1,
        finished: matches!(phase, "POSTED" | "FAILED"),
        due: vec![],
        round: 0,
        phase: phase.to_owned(),
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

fn taken(timetable: Timetable) -> StepTaken {
    StepTaken { recipients: vec!["jobcenters/musterstadt/staff/x".to_owned()], timetable }
}

fn noon(day: Date) -> Timestamp {
    berlin_instant(day, time(12, 0, 0, 0))
}

#[test]
fn the_input_of_a_service_is_enough() {
    let run = run();
    assert_eq!((run.told, run.notices.len()), (Told::default(), 0));
    let travelled: LetterRun = serde_json::from_str(&serde_json::to_string(&run).unwrap()).unwrap();
    assert_eq!(travelled, run);
}

#[test]
fn a_letter_goes_from_step_to_step() {
    let mut run = run();
    let today = noon(date(2026, 8, 10));
    assert_eq!(run.due_step(&phase("REQUESTED"), today), Some(Step::Render));
    run.took(Step::Render, &taken(phase("RENDERED")));
    assert!(run.notices.is_empty());
    assert_eq!(run.due_step(&phase("RENDERED"), today), Some(Step::Offer));
    let ready = ready(1, date(2026, 8, 14));
    run.took(Step::Offer, &taken(ready.clone()));
    assert_eq!((run.notices[0].code.as_str(), run.notices[0].due_on), ("OFFER/1", Some(date(2026, 8, 13))));
    assert_eq!(run.due_step(&ready, today), None);
    assert_eq!(run.due_step(&ready, noon(date(2026, 8, 14))), Some(Step::Remind { round: 1 }));
    assert_eq!(run.due_step(&phase("POSTED"), today), None);
}

#[test]
fn a_step_whose_answer_was_lost_is_told_of_later() {
    let mut run = run();
    let (first, later) = (ready(1, date(2026, 8, 14)), ready(3, date(2026, 8, 25)));
    let today = noon(date(2026, 8, 20));
    assert_eq!(run.due_step(&first, today), Some(Step::Offer), "offered, and nobody was told");
    run.took(Step::Offer, &taken(first));
    for round in [1, 2] {
        let step = run.due_step(&later, today);
        assert_eq!(step, Some(Step::Remind { round }));
        run.took(Step::Remind { round }, &taken(later.clone()));
    }
    assert_eq!(run.due_step(&later, today), None);
    let codes: Vec<_> = run.notices.iter().map(|notice| notice.code.as_str()).collect();
    assert_eq!(codes, ["OFFER/1", "REMIND/1", "REMIND/2"]);
}

#[test]
fn a_failure_is_told_once_and_then_it_ends() {
    let mut run = run();
    let failed = phase("FAILED");
    let now = noon(date(2026, 8, 10));
    assert_eq!(run.due_step(&failed, now), Some(Step::Render));
    run.took(Step::Render, &taken(failed.clone()));
    assert_eq!(run.notices[0].template, NoticeTemplate::LetterFailed);
    assert_eq!(run.due_step(&failed, now), None);
    assert!(matches!(run.conclude(&Ok(failed.clone()), now), Course::Rest { failed: false, until: Some(_) }));
    run.notices.clear();
    assert_eq!(run.conclude(&Ok(failed), now), Course::End);
}

#[test]
fn nobody_to_tell_is_no_notice() {
    let mut run = run();
    run.took(Step::Render, &StepTaken { recipients: vec![], timetable: phase("FAILED") });
    assert!(run.notices.is_empty() && run.told.failed);
    assert_eq!(run.conclude(&Ok(phase("FAILED")), noon(date(2026, 8, 10))), Course::End);
}

#[test]
fn it_rests_until_the_reminder_or_the_next_try() {
    let mut run = run();
    let now = noon(date(2026, 8, 10));
    let until = berlin_instant(date(2026, 8, 14), Time::midnight());
    assert_eq!(run.conclude(&Ok(ready(1, date(2026, 8, 14))), now), Course::Rest { until: Some(until), failed: false });
    let Course::Rest { until: Some(again), failed: true } = run.conclude(&Err(Setback), now) else { panic!() };
    assert_eq!(again.as_second() - now.as_second(), 5);
}

#[test]
fn names_differ_by_step_and_round() {
    assert_eq!(Step::Remind { round: 2 }.name(), "letter/remind/2");
    assert_ne!(Step::Render.name(), Step::Offer.name());
    let notice = Notice {
        template: NoticeTemplate::LetterPostingOverdue,
        code: "REMIND/2".into(),
        due_on: None,
        recipients: vec![],
    };
    assert_eq!(notice.name(), "letter/notice/remind/2");
}
