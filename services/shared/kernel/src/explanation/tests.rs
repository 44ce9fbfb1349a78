//! Steps keep their codes and speak two languages.

use jiff::civil::date;

use super::*;

const ACTIONS: [StepAction; 17] = [
    StepAction::EventDay { event: Event::Assignment },
    StepAction::PeriodEndMonths { months: 6 },
    StepAction::PeriodEndShortMonth { months: 18 },
    StepAction::PeriodEndWeeks { weeks: 2 },
    StepAction::PeriodEndWorkingDays { days: 10 },
    StepAction::SetDate,
    StepAction::ContinuesFormerLimit,
    StepAction::ContinuedToMonthEnd,
    StepAction::StaysOnFreeDay,
    StepAction::TargetWorkingDay,
    StepAction::OpensBefore { days: 30 },
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
    let step = Step { on: date(2027, 2, 28), action: StepAction::PeriodEndShortMonth { months: 6 } };
    assert_eq!(
        step.text_de(),
        "Der Frist von 6 Monaten fehlt im letzten Monat der maßgebende Tag; sie endet mit Ablauf des Monatsletzten, \
         Sonntag, 28.02.2027 (§ 188 Abs. 3 BGB)."
    );
}
