//! How long a watch rests, what it tells, and a run that has grown long.

use jiff::{civil::date, tz::TimeZone};
use lotse_kernel::{
    dates::{add_days, berlin_date},
    duty::{DutyKind, DutyState, DutyStep, NextStep, TimetableEntry},
    notice::NoticeTemplate,
};

use super::*;
use crate::{
    errand::Audience,
    memory::{Course, Memory},
};

const TODAY: Date = date(2031, 3, 3);

fn memory() -> Memory<WatchProcedure> {
    let input = WatchInput::new("jobcenters/musterstadt".parse().unwrap(), false);
    serde_json::from_value(serde_json::to_value(input).unwrap()).unwrap()
}

fn duty(number: u32) -> String {
    format!(
        "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-000000000001/duties/018f3e5c-1a2b-7c3d-8e4f-{number:012}"
    )
}

fn timetable(next: Option<(u32, Date)>) -> Timetable {
    let entry = |(number, on): (u32, Date)| TimetableEntry {
        duty: duty(number),
        kind: DutyKind::EligibilityRecheck,
        state: DutyState::Open,
        opens_on: on,
        target_on: add_days(on, 42),
        due_on: add_days(on, 42),
        overdue_after: add_days(on, 42),
        next_step: Some(NextStep { on, step: DutyStep::Open, round: 1 }),
    };
    Timetable {
        as_of_seq: 1,
        finished: false,
        due: next.map(entry).into_iter().collect(),
        round: 0,
        phase: String::new(),
        ending: 0,
        proposal: None,
    }
}

fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0).to_zoned(TimeZone::get("Europe/Berlin").unwrap()).unwrap().timestamp()
}

/// The day until which it rests.
fn rests_until(next: Option<(u32, Date)>) -> Date {
    match memory().conclude(&Ok(timetable(next)), noon(TODAY), false) {
        Course::Rest { until: Some(until), failed: false } => berlin_date(until),
        other => panic!("it rests: {other:?}"),
    }
}

#[test]
fn it_rests_until_the_first_check_but_never_for_long() {
    let looks_again = date(2031, 5, 1);
    assert_eq!(rests_until(Some((1, add_days(TODAY, 5)))), add_days(TODAY, 5));
    assert_eq!(rests_until(Some((1, add_days(TODAY, 200)))), looks_again);
    assert_eq!(rests_until(None), looks_again);
}

#[test]
fn a_step_tells_whoever_the_service_names() {
    let mut memory = memory();
    let step = memory.next_step(&timetable(Some((7, TODAY))), noon(TODAY)).unwrap().unwrap();
    assert_eq!(step.name(), "018f3e5c-1a2b-7c3d-8e4f-000000000007/open/1");
    let bernd = Audience::StaffMember("jobcenters/musterstadt/staff/bernd".to_owned());
    let taken = StepTaken { audiences: vec![bernd.clone()], letter_wanted: false, timetable: timetable(None) };
    memory.took(&step, &taken, noon(TODAY));
    let Task::Notice(notice) = &memory.errands()[0].task else { panic!("a notice") };
    assert_eq!((notice.template, notice.audiences.as_slice()), (NoticeTemplate::RecheckOpened, [bernd].as_slice()));
    let case = "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-000000000001";
    assert_eq!(notice.subjects, [duty(7), case.to_owned()]);
}

#[test]
fn a_morning_of_many_steps_goes_on_in_another_run() {
    let mut memory = memory();
    let mut number = 1;
    while let Some(step) = memory.next_step(&timetable(Some((number, TODAY))), noon(TODAY)).unwrap() {
        assert_eq!(step.duty, duty(number));
        number += 1;
        let taken = StepTaken { audiences: vec![], letter_wanted: false, timetable: timetable(Some((number, TODAY))) };
        memory.took(&step, &taken, noon(TODAY));
    }
    assert_eq!(number, STEPS_A_RUN + 1);
    let next = timetable(Some((number, TODAY)));
    assert_eq!(memory.conclude(&Ok(next.clone()), noon(TODAY), false), Course::NewRun);
    assert_eq!(memory.next_step(&next, noon(TODAY)).unwrap().unwrap().duty, duty(number));
}
