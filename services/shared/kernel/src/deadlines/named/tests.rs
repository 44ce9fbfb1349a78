//! Every timer by name, and what is wrong with a question about one.

use jiff::civil::date;

use super::*;
use crate::legal::Calendar;

const ASSIGNED: Date = date(2026, 8, 31);

/// The due day and the version that is cited.
type Dated = (Date, Option<String>);

fn ask(question: TimerQuestion) -> Result<Dated, Vec<(String, Reason)>> {
    let around = Surroundings::of_release(date(2026, 11, 21), Calendar::Nation).unwrap();
    match question.answer(around) {
        Ok(answer) => Ok((answer.explanation.due_on, answer.policy.map(PolicyVersion::citation))),
        Err(Unanswered::Faults(faults)) => Err(faults.into_iter().map(|fault| (fault.field, fault.reason)).collect()),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn every_timer_has_a_date() {
    for timer in Timer::ALL {
        let mut question = TimerQuestion::new(*timer, date(2026, 3, 2));
        if timer.has_fact_of_its_own() {
            question.fact_on = Some(date(2026, 1, 5));
        }
        if *timer == Timer::ExtensionEnd {
            question.extension = Some(ExtensionLength::Months(Months(6)));
        }
        let (due_on, cited) = ask(question).unwrap_or_else(|faults| panic!("{timer}: {faults:?}"));
        assert!(due_on > date(2026, 3, 2), "{timer}");
        assert_eq!(cited.is_some(), timer.policy().is_some(), "{timer}");
    }
}

#[test]
fn the_third_review_counts_from_the_assignment() {
    let question = TimerQuestion { number: 3, ..TimerQuestion::new(Timer::ContinuationReview, ASSIGNED) };
    assert_eq!(ask(question), Ok((date(2028, 2, 29), Some("federal/CONTINUATION_REVIEW/1".to_owned()))));
}

#[test]
fn the_fact_chooses_the_version() {
    let plan = |on| ask(TimerQuestion::new(Timer::PlanUpdate, on)).unwrap().1.unwrap();
    assert_eq!(plan(date(2023, 6, 30)), "federal/PLAN_UPDATE/1");
    assert_eq!(plan(date(2026, 7, 1)), "federal/PLAN_UPDATE/3");
    let advice = |breach_on| {
        let question = TimerQuestion::new(Timer::AdviceUnder25, date(2023, 8, 1));
        ask(TimerQuestion { fact_on: Some(breach_on), ..question })
    };
    assert_eq!(advice(date(2023, 7, 3)).unwrap().0, date(2023, 8, 29));
    let old = date(2023, 6, 1);
    assert_eq!(advice(old), Err(vec![("fact_date".to_owned(), Reason::NoSuchPeriod { on: old })]));
}

#[test]
fn what_the_law_does_not_know_has_no_date() {
    let on = date(2026, 7, 1);
    let gone = Err(vec![("from_date".to_owned(), Reason::NoSuchPeriod { on })]);
    assert_eq!(ask(TimerQuestion::new(Timer::MediationEnd, on)), gone);
    assert!(ask(TimerQuestion::new(Timer::MediationEnd, date(2026, 6, 30))).is_ok());
}

#[test]
fn work_opportunities_are_limited_since_their_law_says_so() {
    let extended = |on| ask(TimerQuestion::new(Timer::WorkOpportunityExtension, on));
    let (before, first) = (date(2016, 7, 31), date(2016, 8, 1));
    let unknown = |on| Err(vec![("from_date".to_owned(), Reason::NoSuchPeriod { on })]);
    assert_eq!(extended(before), unknown(before));
    assert_eq!(extended(first), Ok((date(2019, 7, 31), Some("federal/WORK_OPPORTUNITY/2".to_owned()))));
    let nowhere = date(2012, 3, 31);
    assert_eq!(ask(TimerQuestion::new(Timer::WorkOpportunityFrame, nowhere)), unknown(nowhere));
}

#[test]
fn an_extension_keeps_the_bounds_of_its_policy() {
    let limit = date(2028, 8, 31);
    let extension = |length| {
        let question = TimerQuestion::new(Timer::ExtensionEnd, limit);
        ask(TimerQuestion { fact_on: Some(ASSIGNED), extension: Some(length), ..question })
    };
    let months = |count| extension(ExtensionLength::Months(Months(count)));
    assert_eq!(months(6).unwrap().0, date(2029, 2, 28));
    assert!(matches!(months(-1).unwrap_err()[0].1, Reason::OutOfBounds { least: 1, .. }));
    assert!(matches!(months(i32::MAX).unwrap_err()[0].1, Reason::OutOfBounds { least: 1, .. }));
    let until = |day| extension(ExtensionLength::Until(day));
    assert_eq!(until(date(2029, 1, 15)).unwrap().0, date(2029, 1, 15));
    assert_eq!(until(limit), Err(vec![("extension".to_owned(), Reason::Before { earliest: limit })]));
    assert!(matches!(until(date(2199, 1, 1)).unwrap_err()[0].1, Reason::After { .. }));
}

#[test]
fn what_does_not_belong_to_a_timer_is_told() {
    let question = TimerQuestion {
        timer: Timer::FirstTalk,
        from: ASSIGNED,
        fact_on: Some(ASSIGNED),
        number: 2,
        extension: Some(ExtensionLength::Until(ASSIGNED)),
        interval: Some(Months(3)),
        last_review_on: Some(ASSIGNED),
        former_due_on: Some(ASSIGNED),
    };
    let fields: Vec<_> = ask(question).unwrap_err().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["fact_date", "number", "extension", "interval_months", "last_review_date", "former_due_date"]);
    let late = TimerQuestion { fact_on: Some(date(2026, 9, 1)), ..TimerQuestion::new(Timer::AdviceUnder25, ASSIGNED) };
    assert_eq!(ask(late), Err(vec![("fact_date".to_owned(), Reason::After { latest: ASSIGNED })]));
    let report = TimerQuestion { interval: Some(Months(7)), ..TimerQuestion::new(Timer::ProviderReport, ASSIGNED) };
    assert!(matches!(ask(report).unwrap_err()[0].1, Reason::OutOfBounds { least: 1, .. }));
    let month = TimerQuestion { number: 7, ..TimerQuestion::new(Timer::ContinuousEmployment, ASSIGNED) };
    assert_eq!(ask(month).unwrap_err()[0].1, Reason::OutOfBounds { least: 1, most: 6 });
}

#[test]
fn a_slot_after_another_interval_is_the_first_day_of_the_grid_beyond_it() {
    let t0 = date(2026, 3, 9);
    let second = TimerQuestion { number: 2, ..TimerQuestion::new(Timer::ContinuationReview, t0) };
    assert_eq!(ask(second).unwrap().0, date(2027, 3, 9));
    // The first came after three months; half-yearly since then.
    let after = |former_due_on| TimerQuestion { former_due_on: Some(former_due_on), ..second };
    assert_eq!(ask(after(date(2026, 6, 9))).unwrap().0, date(2026, 9, 9));
    let early = ask(after(date(2026, 3, 8))).unwrap_err();
    assert_eq!(early, vec![("former_due_date".to_owned(), Reason::Before { earliest: t0 })]);
    let report = TimerQuestion { number: 2, ..TimerQuestion::new(Timer::ProviderReport, date(2026, 1, 1)) };
    let half_yearly = TimerQuestion { former_due_on: Some(date(2026, 7, 1)), ..report };
    assert_eq!((ask(report).unwrap().0, ask(half_yearly).unwrap().0), (date(2026, 7, 1), date(2026, 10, 1)));
}
