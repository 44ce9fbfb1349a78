//! Every decision of a referral's workflow.

use jiff::civil::{date, time};
use lotse_kernel::{
    dates::berlin_instant,
    duty::{DutyState, NextStep, TimetableEntry},
};

use super::*;

const REFERRAL: &str =
    "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-000000000001/referrals/018f3e5c-1a2b-7c3d-8e4f-000000000002";

fn run() -> ReferralRun {
    serde_json::from_value(serde_json::to_value(ReferralInput::new(REFERRAL.parse().unwrap(), false)).unwrap()).unwrap()
}

fn timetable(kind: DutyKind, reports: i32, next_step: Option<NextStep>) -> Timetable {
    let entry = TimetableEntry {
        duty: REFERRAL.to_owned(),
        kind,
        state: DutyState::Open,
        opens_on: date(2026, 3, 2),
        target_on: date(2026, 3, 16),
        due_on: date(2026, 3, 16),
        overdue_after: date(2026, 3, 16),
        next_step,
    };
    Timetable { as_of_seq: 1, finished: false, due: vec![entry], round: reports, phase: "SENT".to_owned() }
}

fn silence(round: i32, on: Date) -> Timetable {
    timetable(DutyKind::ProviderAnswer, 0, Some(NextStep { on, step: DutyStep::Escalate, round }))
}

fn told(timetable: Timetable) -> StepTaken {
    StepTaken { audiences: vec![Audience::StaffMember("jobcenters/musterstadt/staff/x".to_owned())], timetable }
}

fn noon(day: Date) -> Timestamp {
    berlin_instant(day, time(12, 0, 0, 0))
}

#[test]
fn the_input_of_a_service_is_enough() {
    let run = run();
    assert_eq!((run.in_hand, run.notices.len()), (None, 0));
    let travelled: ReferralRun = serde_json::from_str(&serde_json::to_string(&run).unwrap()).unwrap();
    assert_eq!(travelled, run);
}

#[test]
fn a_step_is_taken_on_its_day_and_told_of_once() {
    let mut run = run();
    let table = silence(1, date(2026, 3, 17));
    assert_eq!(run.take_in_hand(&table, noon(date(2026, 3, 16))), Ok(None));
    let step = run.take_in_hand(&table, noon(date(2026, 3, 17))).unwrap().unwrap();
    assert_eq!((step.name().as_str(), step.due_on), ("referral/provider_answer/1/escalate/1", date(2026, 3, 16)));
    // Its answer is lost: whatever the next timetable says, it comes first.
    assert_eq!(run.take_in_hand(&silence(2, date(2026, 3, 24)), noon(date(2026, 3, 18))), Ok(Some(step)));
    let taken = told(silence(2, date(2026, 3, 24)));
    run.took(step, &taken, noon(date(2026, 3, 18)));
    assert_eq!((run.in_hand, run.notices[0].template), (None, NoticeTemplate::ProviderAnswerOverdue));
    assert_eq!(run.take_in_hand(&taken.timetable, noon(date(2026, 3, 18))), Ok(None));
}

#[test]
fn names_differ_by_duty_report_step_and_round() {
    let step = |kind, reports, action, round| Step { kind, reports, action, round, due_on: date(2026, 3, 16) }.code();
    assert_eq!(step(DutyKind::ProviderReport, 1, DutyStep::Escalate, 2), "PROVIDER_REPORT/2/ESCALATE/2");
    assert_ne!(
        step(DutyKind::ProviderReport, 0, DutyStep::Open, 1),
        step(DutyKind::ProviderReport, 1, DutyStep::Open, 1)
    );
}

#[test]
fn nobody_to_tell_is_no_notice() {
    let mut run = run();
    let step = run.take_in_hand(&silence(1, date(2026, 3, 17)), noon(date(2026, 3, 17))).unwrap().unwrap();
    let nobody = StepTaken { audiences: vec![], timetable: silence(2, date(2026, 3, 24)) };
    run.took(step, &nobody, noon(date(2026, 3, 17)));
    assert_eq!((run.in_hand, run.notices.len()), (None, 0));
}

#[test]
fn it_rests_until_the_next_date_and_ends_when_all_is_told() {
    let (mut run, now) = (run(), noon(date(2026, 3, 2)));
    let until = Some(berlin_instant(date(2026, 3, 17), time(0, 0, 0, 0)));
    let visit = Ok(silence(1, date(2026, 3, 17)));
    assert_eq!(run.conclude(&visit, now, false), Course::Rest { until, failed: false });
    let accepted = Ok(Timetable { due: vec![], ..silence(1, date(2026, 3, 17)) });
    assert_eq!(run.conclude(&accepted, now, false), Course::Rest { until: None, failed: false });
    assert_eq!(run.conclude(&accepted, now, true), Course::NewRun);

    let over = Timetable { due: vec![], finished: true, ..silence(1, date(2026, 3, 17)) };
    let step = run.take_in_hand(&silence(1, date(2026, 3, 17)), noon(date(2026, 3, 17))).unwrap().unwrap();
    run.took(step, &told(over.clone()), now);
    assert!(matches!(run.conclude(&Ok(over.clone()), now, false), Course::Rest { until: Some(_), failed: false }));
    run.notices.clear();
    assert_eq!(run.conclude(&Ok(over), now, false), Course::End);
}

#[test]
fn a_failed_visit_is_tried_again_and_full_hands_take_nothing() {
    let (mut run, now) = (run(), noon(date(2026, 3, 17)));
    assert!(matches!(run.conclude(&Err(Setback), now, false), Course::Rest { until: Some(_), failed: true }));
    let step = run.take_in_hand(&silence(1, date(2026, 3, 17)), now).unwrap().unwrap();
    for _ in 0..NOTICES_MAX {
        run.took(step, &told(silence(1, date(2026, 3, 17))), now);
    }
    assert_eq!(run.take_in_hand(&silence(1, date(2026, 3, 17)), now), Err(Setback));
}
