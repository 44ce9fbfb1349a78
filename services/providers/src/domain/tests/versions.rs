//! What versions of a jobcenter change: intervals, escalations, what is taken over.

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::add_days,
    deadlines::Deadline,
    defaults::Months,
    duty::{DutyStep, NextStep},
    explanation::{Choice, StepAction},
    legal::{Calendar, Surroundings},
    policy::{Book, Fact, Jurisdiction, OpenDuties, Parameters, PolicyKey, PolicyVersion, Transition, Value},
};

use super::*;
use crate::domain::{
    referral::Referral,
    timetable::{self, Taken},
};

#[test]
fn a_service_reports_at_the_longest_interval_that_its_first_day_allows() {
    let yearly = Referral { report_interval: Some(Months(12)), ..running() };
    let settled = |deadline: &Deadline| {
        let choice = StepAction::PolicyChoice { choice: Choice::LongestInterval };
        deadline.explanation.steps.iter().any(|step| step.action == choice)
    };
    let federal = deadline(&yearly).unwrap();
    assert_eq!((federal.due_on(), settled(&federal)), (date(2026, 10, 1), true));
    let agreed = deadline(&Referral { report_interval: Some(Months(6)), ..running() }).unwrap();
    assert_eq!((agreed.due_on(), settled(&agreed)), (date(2026, 10, 1), false));

    // Between the draft and the first day of the service the jobcenter has come to want them more often.
    let number = |all: Parameters, (name, number): (&str, i64)| all.with(name, Value::Number(number));
    let parameters = [("months", 2), ("longest_months", 4), ("opening_days", 14)];
    let stricter = PolicyVersion {
        key: PolicyKey::ProviderReport,
        version: 1,
        jurisdiction: Jurisdiction::Jobcenter("musterstadt".to_owned()),
        valid_from: STARTED,
        valid_to: None,
        legal_basis: "Ermessensrichtlinie".to_owned(),
        unverified: false,
        note: String::new(),
        repeals: false,
        parameters: parameters.into_iter().fold(Parameters::default(), number),
        transition: Transition { fact: Fact::ServiceStart, open_duties: OpenDuties::Keep },
        approved_on: None,
    };
    let book = Book::federal().unwrap().with(stricter);
    let around = Surroundings { book: &book, today: STARTED, calendar: Calendar::Nation };
    let half_yearly = |started_on| {
        let referral = accepted().started(started_on).unwrap();
        Referral { report_interval: Some(Months(6)), ..referral }
    };
    let local = timetable::deadline(&half_yearly(STARTED), around).unwrap().unwrap();
    assert_eq!((local.due_on(), settled(&local)), (date(2026, 8, 1), true));
    assert_eq!(local.explanation.rule_version, "musterstadt/PROVIDER_REPORT/1");
    let before = timetable::deadline(&half_yearly(date(2026, 3, 31)), around).unwrap().unwrap();
    assert_eq!((before.due_on(), settled(&before)), (date(2026, 9, 30), false));
}

/// A version of the jobcenter that takes open duties over from a day on: as shipped but for some numbers.
fn taking(key: PolicyKey, fact: Fact, parameters: &[(&str, i64)], valid_from: Date) -> PolicyVersion {
    let number = |all: Parameters, (name, number): &(&str, i64)| all.with(name, Value::Number(*number));
    let shipped = Book::federal().unwrap().governing(key, valid_from, valid_from).unwrap();
    PolicyVersion {
        key,
        version: 1,
        jurisdiction: Jurisdiction::Jobcenter("musterstadt".to_owned()),
        valid_from,
        valid_to: None,
        legal_basis: "Ermessensrichtlinie".to_owned(),
        unverified: false,
        note: String::new(),
        repeals: false,
        parameters: parameters.iter().fold(shipped.parameters.clone(), number),
        transition: Transition { fact, open_duties: OpenDuties::Replan },
        approved_on: None,
    }
}

/// The due day of the deadline that runs, under federal law and a version more.
fn due_under(referral: &Referral, version: &PolicyVersion, today: Date) -> Date {
    let book = Book::federal().unwrap().with(version.clone());
    let around = Surroundings { book: &book, today, calendar: Calendar::Nation };
    timetable::deadline(referral, around).unwrap().unwrap().due_on()
}

fn reports_every(months: i64, valid_from: Date) -> PolicyVersion {
    taking(PolicyKey::ProviderReport, Fact::ServiceStart, &[("months", months)], valid_from)
}

#[test]
fn another_interval_leaves_no_report_out_and_asks_for_none_twice() {
    // The report of 1 July is in; from August on they come half-yearly, and October is the first day of that grid beyond it.
    let reported_once = reported(asked(), date(2026, 6, 30)).unwrap().0;
    assert_eq!(due_under(&reported_once, &reports_every(6, date(2026, 8, 1)), date(2026, 8, 1)), date(2026, 10, 1));
    // Half-yearly first, then quarterly: that of October is in, and the next one is that of January.
    let half_yearly = Referral { report_interval: Some(Months(6)), ..running() };
    let reported_once = reported(half_yearly, date(2026, 9, 30)).unwrap().0;
    let quarterly = Referral { report_interval: None, ..reported_once };
    assert_eq!(due_under(&quarterly, &reports_every(3, date(2026, 11, 1)), date(2026, 11, 1)), date(2027, 1, 1));
}

#[test]
fn what_is_overdue_stays_overdue_when_a_version_takes_it_over() {
    let answers = |valid_from| {
        let parameters = [("answer_working_days", 20), ("waiting_days", 28)];
        taking(PolicyKey::Referral, Fact::ReferralSent, &parameters, valid_from)
    };
    let later = date(2026, 3, 30);
    // In time on the first day of the version, it moves; overdue on that day, it stays.
    assert_eq!(due_under(&sent(), &answers(ANSWER_DUE), later), later);
    assert_eq!(due_under(&silent(), &answers(date(2026, 3, 17)), later), ANSWER_DUE);
    assert_eq!(due_under(&sent(), &answers(date(2026, 3, 17)), later), ANSWER_DUE, "also when nobody noted it yet");
    // The same for a report that has not come.
    let today = date(2026, 7, 20);
    assert_eq!(due_under(&asked(), &reports_every(6, date(2026, 7, 1)), today), date(2026, 10, 1));
    assert_eq!(due_under(&asked(), &reports_every(6, date(2026, 7, 2)), today), date(2026, 7, 1));
}

#[test]
fn a_version_that_was_approved_late_takes_over_what_is_open_on_that_day() {
    let parameters = [("answer_working_days", 20), ("waiting_days", 28)];
    let approved = |approved_on| PolicyVersion {
        approved_on: Some(approved_on),
        ..taking(PolicyKey::Referral, Fact::ReferralSent, &parameters, date(2026, 3, 1))
    };
    let later = date(2026, 3, 30);
    // It claims the sending from before its approval, and nobody was late by it or in time.
    assert_eq!(due_under(&sent(), &approved(ANSWER_DUE), ANSWER_DUE), later);
    let overdue = approved(add_days(ANSWER_DUE, 1));
    assert_eq!(due_under(&sent(), &overdue, later), ANSWER_DUE, "overdue on the day of the approval");
    let book = Book::federal().unwrap().with(overdue);
    let around = Surroundings { book: &book, today: later, calendar: Calendar::Nation };
    let deadline = timetable::deadline(&sent(), around).unwrap().unwrap();
    assert_eq!(deadline.explanation.rule_version, "federal/REFERRAL/1", "explained by what was known");
    // One that keeps open duties leaves what was sent before its approval, and governs what was sent after it.
    let mut kept = approved(date(2026, 3, 10));
    kept.transition.open_duties = OpenDuties::Keep;
    assert_eq!(due_under(&sent(), &kept, later), ANSWER_DUE);
    let known = PolicyVersion { approved_on: Some(date(2026, 2, 27)), ..kept };
    assert_eq!(due_under(&sent(), &known, later), later);
}

#[test]
fn silence_keeps_the_version_by_which_it_was_noted() {
    let answers = |number, days, valid_from| PolicyVersion {
        version: number,
        ..taking(PolicyKey::Referral, Fact::ReferralSent, &[("answer_working_days", days)], valid_from)
    };
    // Five working days for what was sent on 2 March.
    let first = Book::federal().unwrap().with(answers(1, 5, SENT));
    let around = |book, today| Surroundings { book, today, calendar: Calendar::Nation };
    let noted = timetable::take(sent(), escalation(1), around(&first, date(2026, 3, 10))).unwrap();
    assert_eq!((noted.1, noted.0.silent_under.as_deref()), (Taken::Now, Some("musterstadt/REFERRAL/1")));
    // The second round is told by a book that has the first version corrected from its first day: what was noted stays.
    let corrected = first.with(answers(2, 6, SENT));
    let (again, taken) = timetable::take(noted.0, escalation(2), around(&corrected, date(2026, 3, 17))).unwrap();
    assert_eq!((taken, again.silent_under.as_deref()), (Taken::Now, Some("musterstadt/REFERRAL/1")));
    let noted_by_it = timetable::take(sent(), escalation(1), around(&corrected, date(2026, 3, 11))).unwrap().0;
    assert_eq!(noted_by_it.silent_under.as_deref(), Some("musterstadt/REFERRAL/2"), "what comes after it");
    for ended in [
        again.clone().answered(date(2026, 4, 30), Word::Decline(DeclineReason::NoPlace)).unwrap(),
        again.revoked(date(2026, 4, 30), RevokeReason::NeedGone).unwrap(),
    ] {
        assert_eq!(ended.silent_under.as_deref(), Some("musterstadt/REFERRAL/1"), "{}", ended.state.code());
    }
    assert_eq!((sent().silent_under, accepted().silent_under), (None, None), "in time");
}

#[test]
fn a_report_keeps_the_version_by_which_it_was_due() {
    let under = |referral: &Referral| referral.last_report_under.clone();
    let (early, _) = reported(running(), date(2026, 6, 16)).unwrap();
    assert_eq!(under(&early), None, "nobody had asked for it");
    let (first, _) = reported(asked(), date(2026, 6, 30)).unwrap();
    assert_eq!(under(&first).as_deref(), Some("federal/PROVIDER_REPORT/1"));
    // From August on they come half-yearly: that of October is due by the new version, and that of July was not.
    let book = Book::federal().unwrap().with(reports_every(6, date(2026, 8, 1)));
    let around = |today| Surroundings { book: &book, today, calendar: Calendar::Nation };
    let (unasked, settles) = first.reported(date(2026, 8, 3), around(date(2026, 8, 3))).unwrap();
    assert_eq!((settles, under(&unasked).as_deref()), (false, Some("federal/PROVIDER_REPORT/1")));
    let (second, settles) = unasked.reported(date(2026, 10, 1), around(date(2026, 10, 1))).unwrap();
    assert_eq!((settles, under(&second).as_deref()), (true, Some("musterstadt/PROVIDER_REPORT/1")));
}

#[test]
fn the_lead_hears_from_the_round_and_for_the_days_of_the_policy() {
    let values = [("provider_lead_round", 3), ("provider_days", 28)];
    let book = Book::federal().unwrap().with(taking(PolicyKey::Escalation, Fact::Overdue, &values, date(2026, 3, 1)));
    let around = |today| Surroundings { book: &book, today, calendar: Calendar::Nation };
    let mut referral = sent();
    for round in 1..=4 {
        let today = add_days(ANSWER_DUE, 1 + 7 * (round - 1));
        let (later, taken) = timetable::take(referral, escalation(round), around(today)).unwrap();
        assert_eq!(taken, Taken::Now, "{round}");
        referral = later;
        assert_eq!(timetable::lead_hears(&referral, escalation(round), around(today)), Ok(round >= 3), "{round}");
    }
    let after = add_days(ANSWER_DUE, 29);
    assert_eq!(timetable::timetable(&referral, around(after)).unwrap().due[0].next_step, None);
    let shipped = Surroundings::of_release(after, Calendar::Nation).unwrap();
    assert_eq!([1, 2].map(|round| timetable::lead_hears(&referral, escalation(round), shipped)), [Ok(false), Ok(true)]);
}

#[test]
fn a_shorter_interval_escalates_as_long_as_a_longer_one() {
    let daily = taking(PolicyKey::Escalation, Fact::Overdue, &[("interval_days", 1)], date(2026, 3, 1));
    let book = Book::federal().unwrap().with(daily);
    let around = |today| Surroundings { book: &book, today, calendar: Calendar::Nation };
    let mut referral = sent();
    for round in 1..=84 {
        let (later, taken) = timetable::take(referral, escalation(round), around(add_days(ANSWER_DUE, round))).unwrap();
        assert_eq!(taken, Taken::Now, "{round}");
        referral = later;
    }
    let today = add_days(ANSWER_DUE, 84 + 1);
    assert_eq!(timetable::timetable(&referral, around(today)).unwrap().due[0].next_step, None);
}

#[test]
fn a_longer_interval_silences_no_escalation() {
    let fortnight = taking(PolicyKey::Escalation, Fact::Overdue, &[("interval_days", 14)], date(2026, 4, 1));
    let book = Book::federal().unwrap().with(fortnight);
    let mut referral = silent();
    for (round, day) in [(2, date(2026, 3, 24)), (3, date(2026, 3, 31))] {
        referral = take(referral, escalation(round), day).0;
    }
    let today = date(2026, 4, 1);
    let around = Surroundings { book: &book, today, calendar: Calendar::Nation };
    let next = timetable::timetable(&referral, around).unwrap().due[0].next_step;
    assert_eq!(next, Some(NextStep { on: date(2026, 4, 14), step: DutyStep::Escalate, round: 4 }));
}
