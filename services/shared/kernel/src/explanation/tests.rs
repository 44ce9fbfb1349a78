//! Steps keep their codes and speak two languages.

use jiff::civil::date;

use super::*;

use crate::legal::holidays::Holiday;

const ACTIONS: [StepAction; 31] = [
    StepAction::EventDay { event: Event::Assignment },
    StepAction::StartDay { event: Event::Birth },
    StepAction::SetDate,
    StepAction::ContinuesFormerLimit,
    StepAction::PeriodEnd { count: 6, unit: LengthUnit::Months },
    StepAction::PeriodEndShortMonth { count: 18, unit: LengthUnit::Months },
    StepAction::HalfMonthLast,
    StepAction::MonthPoint { point: MonthPoint::End },
    StepAction::NextMonthStart,
    StepAction::PolicyChoice { choice: Choice::MonthEnd },
    StepAction::PolicyChoice { choice: Choice::LongestInterval },
    StepAction::ContinuedToMonthEnd,
    StepAction::FreeDay { free: FreeDay::Holiday(Holiday::GoodFriday) },
    StepAction::HolidayNotKnown { holiday: Holiday::AssumptionDay },
    StepAction::StaysOnFreeDay { shift: Shift::InternalDuty },
    StepAction::MovedToWorkingDay { shift: Shift::SocialProcedure },
    StepAction::TargetWorkingDay,
    StepAction::TargetBroughtForward,
    StepAction::Sent { channel: Channel::Post },
    StepAction::DeemedNotice { days: 4 },
    StepAction::ProvenNotice { proof: Proof::ServiceCertificate },
    StepAction::ObjectionPeriod { ground: ObjectionGround::Regular },
    StepAction::AgeCompleted { years: 66, months: 4 },
    StepAction::OpensBefore { days: 30 },
    StepAction::OpensAfterFormerSlot,
    StepAction::OpensAfterMonths { months: 21 },
    StepAction::OpensAtOnce,
    StepAction::RemindsAfterMonths { months: 23 },
    StepAction::RemindsWhenDue,
    StepAction::Grace { days: 1 },
    StepAction::NoGrace,
];

#[test]
fn the_code_is_the_tag_that_is_stored() {
    for action in ACTIONS {
        let step = Step { on: date(2027, 2, 28), action };
        let json = serde_json::to_value(step).unwrap();
        assert_eq!(json["code"], step.code());
        assert_eq!(serde_json::from_value::<Step>(json).unwrap(), step);
    }
}

#[test]
fn every_step_is_one_sentence_in_two_languages() {
    for action in ACTIONS {
        let step = Step { on: date(2027, 2, 28), action };
        for (text, weekday) in [(step.text_de(), "Sonntag"), (step.text_en(), "Sunday")] {
            assert!(text.contains(weekday), "{text}");
            assert!(text.ends_with('.'), "{text}");
        }
    }
}

#[test]
fn german_reads_as_a_file_would_say_it() {
    let step =
        Step { on: date(2027, 2, 28), action: StepAction::PeriodEndShortMonth { count: 6, unit: LengthUnit::Months } };
    assert_eq!(
        step.text_de(),
        "Der Frist von 6 Monaten fehlt im letzten Monat der maßgebende Tag; sie endet mit Ablauf des Monatsletzten, \
         Sonntag, 28.02.2027 (§ 188 Abs. 3 BGB)."
    );
}

#[test]
fn a_computation_is_one_line() {
    let recheck = crate::deadlines::shipped::eligibility_recheck(date(2026, 8, 31)).explanation;
    assert_eq!(
        recheck.line_de(),
        "31.08.2026 + 6 Monate: einen 31. Februar gibt es nicht, daher 28.02.2027 (§ 188 Abs. 3 BGB); Sonntag; Zieltag Freitag \
         26.02.2027"
    );
    assert_eq!(
        recheck.line_en(),
        "2026-08-31 + 6 months: February has no day 31, hence 2027-02-28 (§ 188(3) BGB); Sunday; target Friday 2027-02-26"
    );
    let limit = crate::deadlines::shipped::regular_maximum(date(2028, 2, 29)).explanation;
    assert_eq!(
        limit.line_de(),
        "29.02.2028 + 24 Monate: einen 29. Februar gibt es 2030 nicht, daher 28.02.2030 (§ 188 Abs. 3 BGB); rechtzeitig bis \
         Freitag 01.03.2030"
    );
}
