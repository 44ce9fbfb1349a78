//! Every decision of an episode's workflow.

use jiff::civil::{date, time};
use lotse_kernel::{
    dates::berlin_instant,
    duty::{DutyKind, DutyState, DutyStep},
    names::EpisodeName,
    workflow::Wake,
};

use super::*;

const ID: &str = "018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f";

fn run() -> EpisodeRun {
    let episode: EpisodeName = format!("jobcenters/musterstadt/cases/{ID}/episodes/{ID}").parse().unwrap();
    EpisodeRun::new(EpisodeInput::new(episode, 1, false))
}

fn timetable(on: Option<Date>) -> Timetable {
    let entry = TimetableEntry {
        duty: format!("jobcenters/musterstadt/cases/{ID}/episodes/{ID}/duties/{ID}"),
        kind: DutyKind::ContinuationReview,
        state: DutyState::Scheduled,
        opens_on: date(2026, 8, 10),
        target_on: date(2026, 9, 9),
        due_on: date(2026, 9, 9),
        overdue_after: date(2026, 9, 10),
        next_step: on.map(|on| NextStep { on, step: DutyStep::Open, round: 1 }),
    };
    Timetable { as_of_seq: 4, finished: false, due: vec![entry], round: 0, phase: "DELIVERY".to_owned() }
}

fn noon(day: Date) -> Timestamp {
    berlin_instant(day, time(12, 0, 0, 0))
}

fn errand(number: i32) -> Errand {
    Errand { at: noon(date(2026, 3, 9)), task: Task::Invitation { duty: number.to_string() } }
}

#[test]
fn the_input_of_a_service_is_enough() {
    let input = serde_json::to_string(&run().input).unwrap();
    assert_eq!(serde_json::from_str::<EpisodeRun>(&input).unwrap(), run());
}

#[test]
fn a_whole_run_travels_through_continue_as_new() {
    let mut run = run();
    run.input.wakes.hear(&Wake { sender: Sender::Cases, kind: "X".to_owned(), seq: 3 });
    run.in_hand = run.due_step(&timetable(Some(date(2026, 3, 9))), noon(date(2026, 3, 9))).unwrap();
    run.add_errands([errand(1)]);
    run.closing_letter = true;
    run.pulse.set_back(noon(date(2026, 3, 9)));
    assert!(run.in_hand.is_some());
    let travelled: EpisodeRun = serde_json::from_str(&serde_json::to_string(&run).unwrap()).unwrap();
    assert_eq!(travelled, run);
}

#[test]
fn it_rests_until_the_next_date_at_midnight_of_a_development_stack() {
    let (mut run, now) = (run(), noon(date(2026, 3, 9)));
    let opens = date(2026, 8, 10);
    let midnight = berlin_instant(opens, time(0, 0, 0, 0));
    let rest = run.conclude(&Ok(timetable(Some(opens))), now, false);
    assert_eq!(rest, Course::Rest { until: Some(midnight), failed: false });

    run.input.spread = true;
    let Course::Rest { until: Some(until), .. } = run.conclude(&Ok(timetable(Some(opens))), now, false) else {
        panic!()
    };
    assert!((4..6).contains(&((until - midnight).get_seconds() / 3600)));
    assert_eq!(run.conclude(&Ok(timetable(None)), now, false), Course::Rest { until: None, failed: false });
}

#[test]
fn a_failed_visit_is_repeated_and_a_waiting_errand_too() {
    let (mut run, now) = (run(), noon(date(2026, 3, 9)));
    let Course::Rest { until: Some(until), failed: true } = run.conclude(&Err(Setback), now, false) else { panic!() };
    assert_eq!(until.as_second() - now.as_second(), 5);

    run.add_errands([errand(1)]);
    let visit = Ok(timetable(Some(date(2026, 8, 10))));
    let Course::Rest { until: Some(until), failed: false } = run.conclude(&visit, now, false) else { panic!() };
    assert_eq!(until.as_second() - now.as_second(), 15);
}

#[test]
fn it_ends_when_nothing_is_left_to_do() {
    let (mut run, now) = (run(), noon(date(2026, 3, 9)));
    let finished = Ok(Timetable { finished: true, due: vec![], ..timetable(None) });
    run.add_errands([errand(1)]);
    assert!(matches!(run.conclude(&finished, now, false), Course::Rest { until: Some(_), failed: false }));
    run.errands.clear();
    assert_eq!(run.conclude(&finished, now, false), Course::End);
}

#[test]
fn a_new_round_and_a_long_history_begin_a_new_run() {
    let (mut run, now) = (run(), noon(date(2026, 3, 9)));
    let decided = Ok(Timetable { round: 1, ..timetable(None) });
    assert_eq!(run.conclude(&decided, now, false), Course::NewRun);
    assert_eq!(run.input.round, 1);
    assert_eq!(run.conclude(&decided, now, false), Course::Rest { until: None, failed: false });
    assert_eq!(run.conclude(&decided, now, true), Course::NewRun);
    assert_eq!(run.conclude(&Err(Setback), now, true), Course::NewRun);
}

#[test]
fn the_closing_letter_is_asked_for_once_and_never_after_a_technical_end() {
    let (mut run, now) = (run(), noon(date(2026, 3, 9)));
    for phase in ["DELIVERY", "REFUSED", "REFERRED_BACK", "ENDED_TECHNICALLY"] {
        run.note_phase(phase, now);
        assert!(run.errands.is_empty(), "{phase}");
    }
    run.note_phase("CLOSING", now);
    run.note_phase("AFTERCARE", now);
    assert_eq!(run.errands, [Errand { at: now, task: Task::ClosingLetter }]);
    run.errands.clear();
    run.note_phase("CLOSED", now);
    assert!(run.errands.is_empty());
}

#[test]
fn no_step_is_taken_while_too_many_errands_wait() {
    let (mut run, now) = (run(), noon(date(2026, 8, 10)));
    run.add_errands((0..64).map(errand));
    run.add_errands((0..64).map(errand));
    assert_eq!(run.errands.len(), 64, "each once");
    assert!(run.due_step(&timetable(Some(date(2026, 8, 10))), now).is_err());
    assert_eq!(run.due_step(&timetable(Some(date(2026, 8, 11))), now), Ok(None));
    run.errands.pop();
    assert!(run.due_step(&timetable(Some(date(2026, 8, 10))), now).unwrap().is_some());
}
