//! What is wrong with a question is told field by field, and nothing else ever comes of it.

use lotse_proto::{
    Date,
    cases::{self as contract, compute_deadline_request::Question, period_question::Start},
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::{ask, day, holidays, on, period, place, timer};
use crate::house::{House, reason, violations};

fn delivery(way: contract::DeliveryWay, sent: Date, received: Option<Date>) -> contract::NoticeQuestion {
    contract::NoticeQuestion { way: way.into(), sent_date: Some(sent), received_date: received }
}

fn of_period(change: impl FnOnce(&mut contract::PeriodQuestion)) -> Question {
    let mut question = period();
    change(&mut question);
    Question::Period(question)
}

fn of_timer(which: contract::LegalTimer, change: impl FnOnce(&mut contract::TimerQuestion)) -> Question {
    let mut question = timer(which, on(2026, 8, 31));
    change(&mut question);
    Question::Timer(question)
}

fn long(count: i32, unit: contract::LengthUnit) -> contract::Length {
    contract::Length { count, unit: unit.into(), and_half_month: false }
}

/// Questions with the fields they are refused for.
fn wrong_questions() -> Vec<(Question, Vec<&'static str>)> {
    use contract::{
        DeliveryWay as Way, LegalTimer as Timer, LengthUnit as Unit, objection_question::Known,
        timer_question::Extension,
    };
    let none = Question::Objection(contract::ObjectionQuestion::default());
    let objection_to = |known| {
        Question::Objection(contract::ObjectionQuestion {
            known: Some(known),
            ..contract::ObjectionQuestion::default()
        })
    };
    let of_age = |birth_date, years| Question::Age(contract::AgeQuestion { birth_date, years });
    // Before the first version of the rule nothing tells until when to object.
    let early = on(1950, 3, 2);
    let second = on(2026, 3, 2);
    vec![
        (of_period(|p| p.start = Some(Start::EventDate(on(2026, 6, 31)))), vec!["period.event_date"]),
        (of_period(|p| p.start = Some(Start::FirstDate(on(2200, 1, 1)))), vec!["period.first_date"]),
        (of_period(|p| p.start = Some(Start::FormerEndDate(on(1899, 12, 31)))), vec!["period.former_end_date"]),
        (of_period(|p| p.start = Some(Start::EventDate(on(i32::MAX, -1, 77)))), vec!["period.event_date"]),
        (of_period(|p| p.start = None), vec!["period.start"]),
        (of_period(|p| p.length = Some(long(-1, Unit::Days))), vec!["period.length.count"]),
        (of_period(|p| p.length = Some(long(0, Unit::Months))), vec!["period.length.count"]),
        (of_period(|p| p.length = Some(long(10_000, Unit::Years))), vec!["period.length.count"]),
        (of_period(|p| p.length = Some(long(0, Unit::Unspecified))), vec!["period.length.unit", "period.length.count"]),
        (of_period(|p| p.length = None), vec!["period.length"]),
        (of_period(|p| p.number = 201), vec!["period.number"]),
        (of_period(|p| p.number = -1), vec!["period.number"]),
        (of_period(|p| p.grace_working_days = 11), vec!["period.grace_working_days"]),
        (of_period(|p| p.end_rule = 0), vec!["period.end_rule"]),
        (of_period(|p| p.month_point = 99), vec!["period.month_point"]),
        (of_period(|p| p.anchor = 1), vec!["period.anchor"]),
        (of_timer(Timer::Unspecified, |_| {}), vec!["timer.timer"]),
        (of_timer(Timer::FirstTalk, |t| t.from_date = None), vec!["timer.from_date"]),
        (of_timer(Timer::FirstTalk, |t| t.number = 2), vec!["timer.number"]),
        (of_timer(Timer::FirstTalk, |t| t.interval_months = 1), vec!["timer.interval_months"]),
        (of_timer(Timer::FirstTalk, |t| t.fact_date = Some(on(2026, 2, 30))), vec!["timer.fact_date"]),
        (of_timer(Timer::ProviderReport, |t| t.interval_months = 7), vec!["timer.interval_months"]),
        (of_timer(Timer::MediationEnd, |_| {}), vec!["timer.from_date"]),
        (of_timer(Timer::AdviceUnder25, |_| {}), vec!["timer.fact_date"]),
        (of_timer(Timer::AdviceUnder25, |t| t.fact_date = Some(on(2026, 9, 1))), vec!["timer.fact_date"]),
        (of_timer(Timer::ExtensionEnd, |_| {}), vec!["timer.fact_date", "timer.extension"]),
        (
            of_timer(Timer::ExtensionEnd, |t| {
                t.fact_date = Some(on(2026, 1, 5));
                t.extension = Some(Extension::ExtensionMonths(61));
            }),
            vec!["timer.extension_months"],
        ),
        (
            of_timer(Timer::ExtensionEnd, |t| {
                t.fact_date = Some(on(2026, 1, 5));
                t.extension = Some(Extension::ExtensionUntilDate(on(2026, 8, 31)));
            }),
            vec!["timer.extension_until_date"],
        ),
        (
            of_timer(Timer::ContinuationReview, |t| t.last_review_date = Some(on(2026, 8, 30))),
            vec!["timer.last_review_date"],
        ),
        (Question::Notice(delivery(Way::Unspecified, second, None)), vec!["notice.way"]),
        (Question::Notice(delivery(Way::PostAbroad, second, None)), vec!["notice.received_date"]),
        (Question::Notice(delivery(Way::Post, second, Some(on(2026, 3, 1)))), vec!["notice.received_date"]),
        (Question::Notice(delivery(Way::HandedOver, second, Some(second))), vec!["notice.received_date"]),
        (
            Question::Notice(delivery(Way::Electronic, on(2026, 2, 30), Some(on(1600, 1, 1)))),
            vec!["notice.sent_date", "notice.received_date"],
        ),
        // A notification that came late does not count; the retrieval does, and has a way of its own.
        (Question::Notice(delivery(Way::Portal, second, Some(on(2026, 3, 9)))), vec!["notice.received_date"]),
        (none, vec!["objection.known"]),
        (of_age(None, 25), vec!["age.birth_date"]),
        (of_age(Some(on(2001, 2, 29)), -1), vec!["age.birth_date", "age.years"]),
        (of_age(Some(on(1899, 12, 31)), 121), vec!["age.birth_date", "age.years"]),
        (objection_to(Known::NoticeDate(early)), vec!["objection.notice_date"]),
        (objection_to(Known::Delivery(delivery(Way::HandedOver, early, None))), vec!["objection.delivery.sent_date"]),
    ]
}

fn refused(status: &Status, fields: &[&str]) -> bool {
    let told = violations(status);
    status.code() == Code::InvalidArgument && reason(status) == "FIELDS_INVALID" && told == fields
}

#[tokio::test]
async fn each_field_is_told() {
    let house = House::open().await;
    let mut findings = Vec::new();
    for (question, fields) in wrong_questions() {
        let words = format!("{question:?}");
        match house.deadline(ask(question)).await {
            Ok(answer) => findings.push(format!("{words} answered {}", answer.line_en)),
            Err(status) if refused(&status, &fields) => {}
            Err(status) => findings.push(format!("{words}: {fields:?}, told {:?} {status:?}", violations(&status))),
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[tokio::test]
async fn the_words_name_the_day_and_the_bounds() {
    let house = House::open().await;
    let words = async |question| {
        let status = house.deadline(ask(question)).await.expect_err("a refusal");
        let bad = status.get_details_bad_request().expect("violations");
        bad.field_violations.into_iter().map(|violation| violation.description).collect::<Vec<_>>()
    };
    let june = words(of_period(|p| p.start = Some(Start::EventDate(on(2026, 6, 31))))).await;
    assert_eq!(june, ["there is no 2026-06-31 in the calendar"]);
    let years = words(of_period(|p| p.length = Some(long(10_000, contract::LengthUnit::Years)))).await;
    assert_eq!(years, ["must lie between 1 and 100"]);
    let mediation = words(of_timer(contract::LegalTimer::MediationEnd, |_| {})).await;
    assert_eq!(mediation, ["no version of this rule is known for 2026-08-31"]);
}

#[tokio::test]
async fn a_place_that_is_none_is_told_by_every_question() {
    let house = House::open().await;
    for (land, municipality, fields) in [
        ("XX", "", &["place.land"][..]),
        ("nw", "", &["place.land"]),
        ("BY", "12345", &["place.municipality"]),
        ("", "17000000", &["place.municipality"]),
        ("NW", "09761000", &["place.municipality"]),
        ("XX", "12345", &["place.land", "place.municipality"]),
    ] {
        let place = Some(place(land, municipality));
        let mut deadline = ask(Question::Period(period()));
        deadline.place.clone_from(&place);
        let mut list = holidays(2026, 0);
        list.place.clone_from(&place);
        let mut explain = day(on(2026, 1, 1));
        explain.place.clone_from(&place);
        for answer in [
            house.deadline(deadline).await.map(drop),
            house.list(list).await.map(drop),
            house.explain(explain).await.map(drop),
        ] {
            let status = answer.expect_err("a refusal");
            assert!(refused(&status, fields), "{land} {municipality}: {status:?}");
        }
    }
    let mut part = day(on(2026, 1, 1));
    part.place = Some(contract::Place { district: "WARTHA".into(), ..place("SN", "") });
    assert!(refused(&house.explain(part).await.expect_err("a refusal"), &["place.district"]));
}

#[tokio::test]
async fn years_have_bounds() {
    let house = House::open().await;
    for (first, last, fields) in [
        (2004, 0, &["first_year"][..]),
        (0, 0, &["first_year"]),
        (2101, 2101, &["first_year", "last_year"]),
        (2026, 2025, &["last_year"]),
        (2026, 2036, &["last_year"]),
        (2095, 2101, &["last_year"]),
    ] {
        let status = house.list(holidays(first, last)).await.expect_err("a refusal");
        assert!(refused(&status, fields), "{first} {last}: {status:?}");
    }
    for wrong in [on(2004, 12, 31), on(2101, 1, 1), on(2026, 6, 31)] {
        let status = house.explain(day(wrong)).await.expect_err("a refusal");
        assert!(refused(&status, &["date"]), "{wrong:?}: {status:?}");
    }
}

fn any_date() -> impl Strategy<Value = Date> {
    let sensible = (1890..=2210, 0..=13, 0..=32).prop_map(|(year, month, day)| on(year, month, day));
    let any = (any::<i32>(), any::<i32>(), any::<i32>()).prop_map(|(year, month, day)| on(year, month, day));
    prop_oneof![8 => sensible, 1 => any]
}

fn any_number() -> impl Strategy<Value = i32> {
    prop_oneof![4 => -2..=130, 1 => any::<i32>()]
}

fn any_period() -> impl Strategy<Value = Question> {
    let start = (0..4, any_date()).prop_map(|(kind, on)| match kind {
        0 => None,
        1 => Some(Start::EventDate(on)),
        2 => Some(Start::FirstDate(on)),
        _ => Some(Start::FormerEndDate(on)),
    });
    let length = proptest::option::of(
        (any_number(), -1..=10, any::<bool>()).prop_map(|(count, unit, and_half_month)| contract::Length {
            count,
            unit,
            and_half_month,
        }),
    );
    (start, length, any_number(), -1..=4, -1..=9, any_number(), -1..=3).prop_map(
        |(start, length, number, month_point, end_rule, grace_working_days, anchor)| {
            Question::Period(contract::PeriodQuestion {
                start,
                length,
                number,
                month_point,
                end_rule,
                grace_working_days,
                anchor,
            })
        },
    )
}

fn any_timer() -> impl Strategy<Value = Question> {
    use contract::timer_question::Extension;
    let extension = (0..3, any_date(), any_number()).prop_map(|(kind, on, months)| match kind {
        0 => None,
        1 => Some(Extension::ExtensionMonths(months)),
        _ => Some(Extension::ExtensionUntilDate(on)),
    });
    let day = || proptest::option::of(any_date());
    (-1..=20, day(), day(), any_number(), extension, any_number(), day(), day()).prop_map(
        |(timer, from_date, fact_date, number, extension, interval_months, last_review_date, former_due_date)| {
            Question::Timer(contract::TimerQuestion {
                timer,
                from_date,
                fact_date,
                number,
                extension,
                interval_months,
                last_review_date,
                former_due_date,
            })
        },
    )
}

fn any_notice() -> impl Strategy<Value = Question> {
    let day = || proptest::option::of(any_date());
    (-1..=8, day(), day(), any::<bool>()).prop_map(|(way, sent_date, received_date, objected)| {
        let delivery = contract::NoticeQuestion { way, sent_date, received_date };
        if !objected {
            return Question::Notice(delivery);
        }
        Question::Objection(contract::ObjectionQuestion {
            known: Some(contract::objection_question::Known::Delivery(delivery)),
            abroad: way > 4,
            instruction_missing_or_wrong: way < 2,
        })
    })
}

/// Whatever is asked: a date, or every wrong field once.
#[tokio::test]
async fn no_question_is_an_incident() {
    let house = House::open().await;
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let questions = prop_oneof![any_period(), any_timer(), any_notice()];
    let (mut answered, mut refused) = (0, 0);
    for _ in 0..1_500 {
        let question = questions.new_tree(&mut runner).expect("a question").current();
        let words = format!("{question:?}");
        match house.deadline(ask(question)).await {
            Ok(answer) => {
                answered += 1;
                let why = answer.explanation.expect("reasons");
                assert!(!why.steps.is_empty() && !why.legal_basis.is_empty(), "{words}");
            }
            Err(status) => {
                refused += 1;
                let mut told = violations(&status);
                assert_eq!(reason(&status), "FIELDS_INVALID", "{words}: {status:?}");
                let count = told.len();
                told.sort();
                told.dedup();
                assert!(count > 0 && told.len() == count, "{words}: {told:?}");
            }
        }
    }
    assert!(answered > 20 && refused > 500, "{answered} answered, {refused} refused");
}
