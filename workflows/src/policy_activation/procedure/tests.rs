//! Before the first day, page after page, and a run that has grown long.

use jiff::{civil::date, tz::TimeZone};

use lotse_kernel::policy::PolicyKey;

use super::*;
use crate::memory::{Course, Memory};

fn memory_of(key: PolicyKey) -> Memory<ActivationProcedure> {
    let policy = "jobcenters/musterstadt/policies/018f3e5c-1a2b-7c3d-8e4f-000000000001".parse().unwrap();
    let input = ActivationInput::new(policy, key, date(2032, 1, 1), false);
    serde_json::from_value(serde_json::to_value(input).unwrap()).unwrap()
}

fn timetable(page: i32, finished: bool) -> Timetable {
    Timetable {
        as_of_seq: 1,
        finished,
        due: vec![],
        round: page,
        phase: String::new(),
        ending: 0,
        ..Timetable::default()
    }
}

fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0).to_zoned(TimeZone::get("Europe/Berlin").unwrap()).unwrap().timestamp()
}

fn memory() -> Memory<ActivationProcedure> {
    memory_of(PolicyKey::RegularMaximum)
}

#[test]
fn it_waits_for_the_first_day() {
    let mut memory = memory();
    let before = noon(date(2031, 12, 31));
    assert_eq!(memory.next_step(&timetable(1, false), before).unwrap(), None);
    let midnight = "2031-12-31T23:00:00Z".parse().unwrap();
    let course = memory.conclude(&Ok(timetable(1, false)), before, false);
    assert_eq!(course, Course::Rest { until: Some(midnight), failed: false });
    assert_eq!(memory.next_step(&timetable(1, false), midnight).unwrap(), Some(Step { page: 1 }));
}

#[test]
fn what_is_done_ends() {
    let mut memory = memory();
    let today = noon(date(2032, 1, 1));
    assert_eq!(memory.next_step(&timetable(3, true), today).unwrap(), None);
    assert_eq!(memory.conclude(&Ok(timetable(3, true)), today, false), Course::End);
}

#[test]
fn a_long_run_is_followed_by_another_that_goes_on() {
    let mut memory = memory();
    let today = noon(date(2032, 1, 1));
    let mut page = 1;
    while let Some(step) = memory.next_step(&timetable(page, false), today).unwrap() {
        assert_eq!(step, Step { page });
        page += 1;
        let taken = StepTaken { audiences: vec![], letter_wanted: false, timetable: timetable(page, false) };
        memory.took(&step, &taken, today);
    }
    assert_eq!(page, 501);
    assert_eq!(memory.conclude(&Ok(timetable(page, false)), today, false), Course::NewRun);
    assert_eq!(memory.next_step(&timetable(page, false), today).unwrap(), Some(Step { page }));
}

#[test]
fn who_computes_by_the_key_is_roused_with_the_last_page() {
    let at = |phase: &str| Timetable { phase: phase.to_owned(), ..timetable(1, phase != "RUNNING") };
    let roused = |key| {
        let mut procedure = memory_of(key).procedure;
        let page = |phase| StepTaken { audiences: vec![], letter_wanted: false, timetable: at(phase) };
        assert_eq!(procedure.took(&Step { page: 1 }, &page("RUNNING")), [], "more pages follow");
        let told = procedure.took(&Step { page: 2 }, &page("DONE"));
        assert_eq!(procedure.visited(&at("DONE")), told, "the worker died before it could tell");
        assert_eq!(procedure.visited(&at("KEEPS")), [], "nothing was taken over");
        told
    };
    let of = |sleepers| Task::Rouse(Rouse { jobcenter: "jobcenters/musterstadt".parse().unwrap(), sleepers });
    assert_eq!(roused(PolicyKey::Referral), [of(Sleepers::Referrals)]);
    assert_eq!(roused(PolicyKey::ProviderReport), [of(Sleepers::Referrals)]);
    assert_eq!(roused(PolicyKey::Escalation), [of(Sleepers::Referrals)]);
    assert_eq!(roused(PolicyKey::LetterPosting), [of(Sleepers::Letters)]);
    assert_eq!(roused(PolicyKey::RegularMaximum), []);
}
