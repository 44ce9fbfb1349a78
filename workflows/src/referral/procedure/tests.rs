//! What a referral makes of a timetable.

use jiff::civil::{date, time};
use lotse_kernel::{
    dates::berlin_instant,
    duty::{DutyState, NextStep, TimetableEntry},
    notice::NoticeTemplate,
};

use super::*;
use crate::errand::Audience;

const REFERRAL: &str =
    "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-000000000001/referrals/018f3e5c-1a2b-7c3d-8e4f-000000000002";

fn procedure() -> ReferralProcedure {
    ReferralProcedure { input: ReferralInput::new(REFERRAL.parse().unwrap(), false) }
}

fn silence(round: i32, on: Date) -> Timetable {
    let entry = TimetableEntry {
        duty: REFERRAL.to_owned(),
        kind: DutyKind::ProviderAnswer,
        state: DutyState::Open,
        opens_on: date(2026, 3, 2),
        target_on: date(2026, 3, 16),
        due_on: date(2026, 3, 16),
        overdue_after: date(2026, 3, 16),
        next_step: Some(NextStep { on, step: DutyStep::Escalate, round }),
    };
    Timetable {
        as_of_seq: 1,
        finished: false,
        due: vec![entry],
        round: 0,
        phase: "SENT".to_owned(),
        ending: 0,
        ..Timetable::default()
    }
}

fn noon(day: Date) -> Timestamp {
    berlin_instant(day, time(12, 0, 0, 0))
}

#[test]
fn a_step_is_taken_on_its_day_and_told_of() {
    let mut procedure = procedure();
    let table = silence(1, date(2026, 3, 17));
    assert_eq!(procedure.due_step(&table, noon(date(2026, 3, 16))), None);
    let step = procedure.due_step(&table, noon(date(2026, 3, 17))).unwrap();
    assert_eq!((step.name().as_str(), step.due_on), ("referral/provider_answer/1/escalate/1", date(2026, 3, 16)));

    let audiences = vec![Audience::StaffMember("jobcenters/musterstadt/staff/x".to_owned())];
    let mut taken = StepTaken { audiences, letter_wanted: false, timetable: silence(2, date(2026, 3, 24)) };
    let tasks = procedure.took(&step, &taken);
    let [Task::Notice(notice)] = &tasks[..] else { panic!("{tasks:?}") };
    assert_eq!(notice.template, NoticeTemplate::ProviderAnswerOverdue);
    assert_eq!((notice.cause.as_str(), notice.code.as_str()), (REFERRAL, "PROVIDER_ANSWER/1/ESCALATE/1"));

    taken.audiences.clear();
    assert!(procedure.took(&step, &taken).is_empty(), "nobody to tell is no notice");
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
