//! How long a watch rests, which page it takes, and a run that has grown long.

use jiff::{civil::date, tz::TimeZone};
use lotse_kernel::dates::{add_days, berlin_date};

use super::*;
use crate::memory::{Course, Memory};

const TODAY: Date = date(2031, 3, 3);

fn memory() -> Memory<WatchProcedure> {
    let input = WatchInput::new("jobcenters/musterstadt".parse().unwrap(), false);
    serde_json::from_value(serde_json::to_value(input).unwrap()).unwrap()
}

fn timetable(phase: &str, page: i32, next_on: Option<Date>) -> Timetable {
    let phase = phase.to_owned();
    Timetable { as_of_seq: 1, round: page, phase, next_on, ..Timetable::default() }
}

fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0).to_zoned(TimeZone::get("Europe/Berlin").unwrap()).unwrap().timestamp()
}

/// The day until which it rests.
fn rests_until(next_on: Option<Date>) -> Date {
    match memory().conclude(&Ok(timetable("WATCHING", 1, next_on)), noon(TODAY), false) {
        Course::Rest { until: Some(until), failed: false } => berlin_date(until),
        other => panic!("it rests: {other:?}"),
    }
}

#[test]
fn it_rests_until_the_first_check_but_never_for_long() {
    let looks_again = date(2031, 5, 1);
    assert_eq!(rests_until(Some(add_days(TODAY, 5))), add_days(TODAY, 5));
    assert_eq!(rests_until(Some(add_days(TODAY, 200))), looks_again);
    assert_eq!(rests_until(None), looks_again);
}

#[test]
fn the_phase_says_what_is_done_with_the_next_page() {
    let next = |phase: &str, on| memory().next_step(&timetable(phase, 7, on), noon(TODAY)).unwrap();
    assert_eq!(next("SWEEPING", Some(TODAY)).map(Step::name).as_deref(), Some("sweep/7"));
    assert_eq!(next("TELLING", Some(add_days(TODAY, -1))).map(Step::name).as_deref(), Some("tell/7"));
    assert_eq!(next("WATCHING", Some(TODAY)), None);
    assert_eq!(next("SWEEPING", Some(add_days(TODAY, 1))), None, "not before its day");
    assert_eq!(next("SWEEPING", None), None);
}

#[test]
fn a_morning_of_many_pages_goes_on_in_another_run() {
    let mut memory = memory();
    let mut page = 1;
    let at = |page| timetable("SWEEPING", page, Some(TODAY));
    while let Some(step) = memory.next_step(&at(page), noon(TODAY)).unwrap() {
        assert_eq!(step, Step::Sweep(page));
        page += 1;
        memory.took(&step, &StepTaken { audiences: vec![], letter_wanted: false, timetable: at(page) }, noon(TODAY));
    }
    assert_eq!(u32::try_from(page), Ok(PAGES_A_RUN + 1));
    assert_eq!(memory.conclude(&Ok(at(page)), noon(TODAY), false), Course::NewRun);
    assert_eq!(memory.next_step(&at(page), noon(TODAY)).unwrap(), Some(Step::Sweep(page)));
}
