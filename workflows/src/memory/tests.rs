//! Every decision that all procedures take alike, with an episode in the hand.

use jiff::civil::{Date, date, time};
use lotse_kernel::{
    dates::berlin_instant,
    duty::{DutyKind, DutyState, DutyStep, NextStep, TimetableEntry},
    names::EpisodeName,
    workflow::{EpisodeInput, Wake},
};

use super::*;
use crate::{
    episode::EpisodeProcedure,
    errand::{Letter, LetterKind},
    step::Step,
};

const ID: &str = "018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f";

fn input() -> EpisodeInput {
    let episode: EpisodeName = format!("jobcenters/musterstadt/cases/{ID}/episodes/{ID}").parse().unwrap();
    EpisodeInput::new(episode, 1, false)
}

fn memory() -> Memory<EpisodeProcedure> {
    serde_json::from_value(serde_json::to_value(input()).unwrap()).unwrap()
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
    Timetable {
        as_of_seq: 4,
        finished: false,
        due: vec![entry],
        round: 0,
        phase: "DELIVERY".to_owned(),
        ending: 0,
        ..Timetable::default()
    }
}

fn noon(day: Date) -> Timestamp {
    berlin_instant(day, time(12, 0, 0, 0))
}

fn tasks(numbers: std::ops::Range<i32>) -> Vec<Task> {
    let case = input().episode.case().clone();
    let task =
        |cause: i32| Letter { case: case.clone(), kind: LetterKind::Closing, cause: cause.to_string(), issue: 1 };
    numbers.map(|number| Task::Letter(task(number))).collect()
}

fn told() -> StepTaken {
    let audiences = vec![Audience::StaffMember("jobcenters/musterstadt/staff/x".to_owned())];
    StepTaken { audiences, letter_wanted: false, timetable: timetable(None) }
}

#[test]
fn the_input_of_a_service_is_enough() {
    let memory = memory();
    assert_eq!((memory.procedure.input, memory.in_hand, memory.errands), (input(), None, vec![]));
    assert!(!memory.pulse.has_news());
}

#[test]
fn all_of_it_travels_through_continue_as_new() {
    let (mut memory, now) = (memory(), noon(date(2026, 3, 9)));
    let wake = serde_json::to_vec(&Wake { sender: Sender::Cases, kind: "X".to_owned(), seq: 3 }).unwrap();
    memory.pulse.hear(payload(wake), &std::collections::HashMap::new());
    memory.pulse.set_back(now);
    memory.add_errands(tasks(0..1), now);
    memory.procedure.closing_letter = true;
    let step = memory.next_step(&timetable(Some(date(2026, 3, 9))), now).unwrap();
    assert_eq!((&step, step.is_some()), (&memory.in_hand, true));
    let travelled: Memory<EpisodeProcedure> = serde_json::from_str(&serde_json::to_string(&memory).unwrap()).unwrap();
    assert_eq!(travelled, memory);
}

fn payload(data: Vec<u8>) -> temporalio_common::data_converters::RawValue {
    let payload = temporalio_common::protos::temporal::api::common::v1::Payload { data, ..Default::default() };
    temporalio_common::data_converters::RawValue::new(vec![payload])
}

#[test]
fn an_answer_covers_what_was_heard_before_the_question_only() {
    let (mut memory, now) = (memory(), noon(date(2026, 3, 9)));
    let hear = |memory: &mut Memory<EpisodeProcedure>, sender, seq| {
        let wake = serde_json::to_vec(&Wake { sender, kind: "X".to_owned(), seq }).unwrap();
        memory.pulse.hear(payload(wake), &std::collections::HashMap::new());
    };
    hear(&mut memory, Sender::Reconcile, 1);
    hear(&mut memory, Sender::Cases, 4);
    let asked = memory.pulse.asks();
    memory.visited(&asked, &timetable(None), now);
    assert!(!memory.pulse.has_news());

    let asked = memory.pulse.asks();
    hear(&mut memory, Sender::Cases, 5);
    memory.visited(&asked, &timetable(None), now);
    assert!(memory.pulse.has_news());
}

#[test]
fn a_step_stays_in_hand_until_its_answer_comes() {
    let (mut memory, now) = (memory(), noon(date(2026, 8, 10)));
    let table = timetable(Some(date(2026, 8, 10)));
    assert_eq!(memory.next_step(&table, noon(date(2026, 8, 9))), Ok(None));
    let step: Step = memory.next_step(&table, now).unwrap().unwrap();
    // Its answer is lost: whatever the next timetable says, it comes first.
    assert_eq!(memory.next_step(&timetable(None), now), Ok(Some(step.clone())));
    memory.took(&step, &told(), now);
    assert_eq!((memory.next_step(&timetable(None), now), memory.errands.len()), (Ok(None), 1));

    memory.next_step(&table, now).unwrap();
    memory.let_go();
    assert_eq!(memory.next_step(&timetable(None), now), Ok(None), "a refused step is not asked for again");
}

#[test]
fn it_rests_until_the_next_date_at_midnight_of_a_development_stack() {
    let (mut memory, now) = (memory(), noon(date(2026, 3, 9)));
    let opens = date(2026, 8, 10);
    let midnight = berlin_instant(opens, time(0, 0, 0, 0));
    let rest = memory.conclude(&Ok(timetable(Some(opens))), now, false);
    assert_eq!(rest, Course::Rest { until: Some(midnight), failed: false });

    memory.procedure.input.spread = true;
    let Course::Rest { until: Some(until), .. } = memory.conclude(&Ok(timetable(Some(opens))), now, false) else {
        panic!()
    };
    assert!((4..6).contains(&((until - midnight).get_seconds() / 3600)));
    assert_eq!(memory.conclude(&Ok(timetable(None)), now, false), Course::Rest { until: None, failed: false });
}

#[test]
fn a_failed_visit_is_repeated_and_a_waiting_errand_too() {
    let (mut memory, now) = (memory(), noon(date(2026, 3, 9)));
    let failed = memory.conclude(&Err(Setback), now, false);
    let Course::Rest { until: Some(until), failed: true } = failed else { panic!() };
    assert_eq!(until.as_second() - now.as_second(), 5);

    memory.add_errands(tasks(0..1), now);
    let visit = Ok(timetable(Some(date(2026, 8, 10))));
    let Course::Rest { until: Some(until), failed: false } = memory.conclude(&visit, now, false) else { panic!() };
    assert_eq!(until.as_second() - now.as_second(), 15);
}

#[test]
fn it_ends_when_nothing_is_left_to_do() {
    let (mut memory, now) = (memory(), noon(date(2026, 3, 9)));
    let finished = Ok(Timetable { finished: true, due: vec![], ..timetable(None) });
    memory.add_errands(tasks(0..2), now);
    let [first, second] = memory.errands().to_vec().try_into().unwrap();
    memory.done(&[first]);
    assert!(matches!(memory.conclude(&finished, now, false), Course::Rest { until: Some(_), failed: false }));
    memory.done(&[second]);
    assert_eq!(memory.conclude(&finished, now, false), Course::End);
}

#[test]
fn a_new_round_and_a_long_history_begin_a_new_run() {
    let (mut memory, now) = (memory(), noon(date(2026, 3, 9)));
    let decided = Ok(Timetable { round: 1, ..timetable(None) });
    assert_eq!(memory.conclude(&decided, now, false), Course::NewRun);
    assert_eq!(memory.procedure.input.round, 1);
    assert_eq!(memory.conclude(&decided, now, false), Course::Rest { until: None, failed: false });
    assert_eq!(memory.conclude(&decided, now, true), Course::NewRun);
    assert_eq!(memory.conclude(&Err(Setback), now, true), Course::NewRun);
}

#[test]
fn no_step_is_taken_while_too_many_errands_wait() {
    let (mut memory, now) = (memory(), noon(date(2026, 8, 10)));
    memory.add_errands(tasks(0..64), now);
    memory.add_errands(tasks(0..64), now);
    assert_eq!(memory.errands.len(), 64, "each once");
    assert_eq!(memory.next_step(&timetable(Some(date(2026, 8, 11))), now), Ok(None));
    assert_eq!(memory.next_step(&timetable(Some(date(2026, 8, 10))), now), Err(Setback));
    memory.errands.pop();
    assert!(memory.next_step(&timetable(Some(date(2026, 8, 10))), now).unwrap().is_some());
}
