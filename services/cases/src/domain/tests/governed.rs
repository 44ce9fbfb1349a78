//! Dates are computed under the version that governs their fact, with the holidays of the seat.

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::add_days,
    deadlines::{Deadline, ExtensionLength},
    defaults::Months,
    duty::{DutyKind, DutyStep},
    legal::{
        Calendar,
        place::{Land, Place},
    },
    policy::{Book, Jurisdiction, OpenDuties, PolicyKey, PolicyVersion, Value, federal},
};

use super::support::*;
use crate::domain::{
    episode::{AdmitDecision, AnsweringExtension, Episode, Step},
    records::Profile,
    refused::Refused,
    rules::{NoRule, Rules},
    vocabulary::{AdmissionBasis, ExtensionAnswer, ProfileType},
};

/// A book in which the jobcenter varies a rule from a day on.
fn varied(key: PolicyKey, name: &str, value: i64, valid_from: Date, open_duties: OpenDuties) -> Book {
    let federal = federal::of(key).unwrap().pop().unwrap();
    let mut version = PolicyVersion {
        jurisdiction: Jurisdiction::Jobcenter("musterstadt".to_owned()),
        valid_from,
        parameters: federal.parameters.clone().with(name, Value::Number(value)),
        ..federal
    };
    version.transition.open_duties = open_duties;
    Book::federal().unwrap().with(version)
}

fn admitted(day: Date, rules: &Rules<'_>) -> Episode {
    done(discussed(proposed_on(day), true, day).admit(admit_decision(None), &by_anna(&profile(), rules)))
}

fn deadline(episode: &Episode, kind: DutyKind) -> Deadline {
    episode.duties().iter().find(|duty| duty.kind() == kind).unwrap().deadline().clone()
}

#[test]
fn a_limit_is_that_of_the_version_on_the_day_of_the_assignment() {
    let book = varied(PolicyKey::RegularMaximum, "months", 18, T0, OpenDuties::Keep);
    let here = |day| Rules::new(&book, Calendar::Nation, day);
    let limit = deadline(&admitted(T0, &here(T0)), DutyKind::RegularMaximum);
    assert_eq!(limit.due_on(), date(2027, 9, 9));
    assert_eq!(limit.explanation.rule_version, "musterstadt/REGULAR_MAXIMUM/1");
    let review = deadline(&admitted(T0, &here(T0)), DutyKind::ContinuationReview);
    assert_eq!(review.explanation.rule_version, "federal/CONTINUATION_REVIEW/1");
    // Decided later, assigned before the version began.
    let backdated = discussed(proposed_on(PROPOSED), true, T0);
    let backdated = done(backdated.admit(admit_decision(Some(PROPOSED)), &by_anna(&profile(), &here(T0))));
    assert_eq!(deadline(&backdated, DutyKind::RegularMaximum).due_on(), date(2028, 3, 2));
}

#[test]
fn an_extension_reaches_as_far_as_the_rule_of_the_assignment_allows() {
    let book = varied(PolicyKey::RegularMaximum, "extension_months", 6, T0, OpenDuties::Keep);
    let rules = |day| Rules::new(&book, Calendar::Nation, day);
    let opens_on = date(2027, 12, 9);
    let (episode, _) = let_time_pass(in_delivery(T0), opens_on);
    let propose = |length| episode.clone().propose_extension(longer(length), anna(), &rules(opens_on));
    let beyond = propose(ExtensionLength::Months(Months(7))).unwrap_err();
    assert!(matches!(&beyond, Refused::Fields(faults) if faults[0].field == "months"), "{beyond:?}");
    let beyond = propose(ExtensionLength::Until(date(2028, 9, 10))).unwrap_err();
    assert!(matches!(&beyond, Refused::Fields(faults) if faults[0].field == "until_date"), "{beyond:?}");
    let extended = done(propose(ExtensionLength::Months(Months(6))));
    let deadline = &extended.care().unwrap().proposed_extension().unwrap().deadline;
    assert_eq!(deadline.explanation.rule_version, "musterstadt/REGULAR_MAXIMUM/1");
}

#[test]
fn who_approves_an_extension_is_said_by_the_rule_of_the_assignment() {
    let opens_on = date(2027, 12, 9);
    let (episode, _) = let_time_pass(in_delivery(T0), opens_on);
    let mut peers = federal::of(PolicyKey::RegularMaximum).unwrap().pop().unwrap();
    peers.jurisdiction = Jurisdiction::Jobcenter("musterstadt".to_owned());
    peers.valid_from = T0;
    peers.parameters = peers.parameters.with("approver", Value::Code("CASE_MANAGER".to_owned()));
    let local = Book::federal().unwrap().with(peers.clone());
    let later = Book::federal().unwrap().with(PolicyVersion { valid_from: add_days(T0, 1), ..peers });
    let approve = |book: &Book, leads| {
        let rules = Rules::new(book, Calendar::Nation, opens_on);
        let six = ExtensionLength::Months(Months(6));
        let proposed = done(episode.clone().propose_extension(longer(six), anna(), &rules));
        let by = AnsweringExtension { leads, ..doris_answers_extension(&rules) };
        let approved = proposed.answer_extension(ExtensionAnswer::Approved, String::new(), &by)?.episode;
        let under =
            approved.care().and_then(|care| care.extensions[0].answered.clone()).and_then(|it| it.under).unwrap();
        assert_eq!(under.fact_on, T0, "the day of the assignment chooses");
        Ok(under.policy)
    };
    assert_eq!(approve(Book::federal().unwrap(), false), Err(Refused::NotTheApprover));
    assert_eq!(approve(Book::federal().unwrap(), true).as_deref(), Ok("federal/REGULAR_MAXIMUM/1"));
    assert_eq!(approve(&local, false).as_deref(), Ok("musterstadt/REGULAR_MAXIMUM/1"));
    assert_eq!(approve(&local, true).as_deref(), Ok("musterstadt/REGULAR_MAXIMUM/1"));
    assert_eq!(approve(&later, false), Err(Refused::NotTheApprover), "assigned before the version began");
}

#[test]
fn a_grace_knows_the_holidays_of_the_seat() {
    // All Saints' Day of 2027 is a Monday: a holiday in North Rhine-Westphalia, a working day in Hamburg.
    let (book, t0) = (Book::federal().unwrap(), date(2027, 4, 30));
    let review = |land| {
        let rules = Rules::new(book, Calendar::Of(Place::of(land)), t0);
        deadline(&admitted(t0, &rules), DutyKind::ContinuationReview)
    };
    let (rhineland, hamburg) = (review(Land::NW), review(Land::HH));
    assert_eq!((rhineland.due_on(), rhineland.overdue_after()), (date(2027, 10, 30), date(2027, 11, 2)));
    assert_eq!((hamburg.due_on(), hamburg.overdue_after()), (date(2027, 10, 30), date(2027, 11, 1)));
}

#[test]
fn a_later_review_follows_a_version_that_takes_open_duties_over() {
    let from = date(2026, 9, 1);
    let book = varied(PolicyKey::ContinuationReview, "months", 3, from, OpenDuties::Replan);
    let rules = |day| Rules::new(&book, Calendar::Nation, day);
    let (opened, _) = let_time_pass(in_delivery(T0), date(2026, 8, 10));
    let decided = done(opened.decide_review(continuation(), &rules(date(2026, 9, 2))));
    let cited = |slot| {
        let duty =
            decided.duties().iter().find(|duty| duty.kind() == DutyKind::ContinuationReview && duty.slot() == slot);
        duty.unwrap().deadline().explanation.rule_version.clone()
    };
    assert_eq!(cited(1), "federal/CONTINUATION_REVIEW/1", "what was computed before stays until it is planned again");
    assert_eq!(cited(2), "federal/CONTINUATION_REVIEW/1", "scheduled when the first opened, before the version began");
    let later = discussed(proposed_on(T0), true, T0);
    let later = done(later.admit(admit_decision(Some(T0)), &by_anna(&profile(), &rules(from))));
    let review = deadline(&later, DutyKind::ContinuationReview);
    assert_eq!(review.explanation.rule_version, "musterstadt/CONTINUATION_REVIEW/1");
}

#[test]
fn a_shorter_interval_on_the_way_goes_on_after_the_review_that_is_there() {
    let book = varied(PolicyKey::ContinuationReview, "months", 3, date(2026, 9, 1), OpenDuties::Replan);
    let rules = |day| Rules::new(&book, Calendar::Nation, day);
    let decide = |episode: Episode, day| {
        let (opened, _) = let_time_pass(episode, day);
        done(opened.decide_review(continuation(), &rules(day)))
    };
    // The second review was scheduled when the first opened, under the interval of six months.
    let once = decide(in_delivery(T0), date(2026, 8, 10));
    let twice = done(once.decide_review(continuation(), &rules(date(2027, 3, 1))));
    let due: Vec<_> = twice.duties().iter().filter(|duty| duty.kind() == DutyKind::ContinuationReview).collect();
    let due: Vec<_> = due.into_iter().map(|duty| (duty.slot(), duty.deadline().due_on())).collect();
    assert_eq!(due, [(1, date(2026, 9, 9)), (2, date(2027, 3, 9)), (3, date(2027, 6, 9))]);
}

#[test]
fn without_a_rule_there_is_no_date() {
    let empty = Book::default();
    let rules = Rules::new(&empty, Calendar::Nation, T0);
    let refused =
        discussed(proposed_on(T0), true, T0).admit(admit_decision(None), &by_anna(&profile(), &rules)).unwrap_err();
    assert_eq!(refused, Refused::NoRule(NoRule::NotInForce { key: PolicyKey::AdmissionCriteria, fact_on: T0 }));
}

#[test]
fn what_is_overdue_escalates_at_the_interval_of_its_first_late_day() {
    let opened = |day| let_time_pass(unplanned(T0), day).0;
    let (last, day) = (date(2026, 9, 10), date(2026, 9, 14));
    let escalations = |valid_from| {
        let book = varied(PolicyKey::Escalation, "interval_days", 2, valid_from, OpenDuties::Keep);
        let rules = |day| Rules::new(&book, Calendar::Nation, day);
        let mut episode = opened(last);
        let next = |episode: &Episode| episode.timetable(0, &rules(day)).unwrap().due[0].next_step.unwrap();
        let seen = next(&episode);
        let duty = episode.duties().iter().find(|duty| duty.kind() == DutyKind::ContinuationReview).unwrap();
        let step = |round| Step { duty: duty.name().clone(), step: DutyStep::Escalate, round };
        let (first, second) = (step(1), step(2));
        let taken = episode.take_step(&first, &rules(add_days(last, 1))).unwrap();
        assert!(taken.taken);
        episode = taken.episode;
        let early = episode.clone().take_step(&second, &rules(date(2026, 9, 12))).unwrap();
        assert!(!early.taken, "a day before the second round");
        let taken = episode.take_step(&second, &rules(date(2026, 9, 13))).unwrap();
        (seen.on, seen.round, taken.taken, next(&taken.episode).on)
    };
    // Late from 11.09. on: every other day under the version of that day, weekly under the one before it.
    assert_eq!(escalations(add_days(last, 1)), (date(2026, 9, 13), 1, true, date(2026, 9, 15)));
    assert_eq!(escalations(add_days(last, 2)), (date(2026, 9, 11), 1, false, date(2026, 9, 18)));
}

#[test]
fn who_gets_access_is_said_by_the_criteria_of_the_decision() {
    let criteria = |change: &[(&str, Value)], valid_from| {
        let mut version = federal::of(PolicyKey::AdmissionCriteria).unwrap().pop().unwrap();
        version.jurisdiction = Jurisdiction::Jobcenter("musterstadt".to_owned());
        version.valid_from = valid_from;
        for (name, value) in change {
            version.parameters = version.parameters.with(name, value.clone());
        }
        Book::federal().unwrap().with(version)
    };
    let admit = |book: &Book, basis, profile: &Profile| {
        let decision = AdmitDecision { basis, ..admit_decision(Some(PROPOSED)) };
        let proposed = discussed(proposed_on(PROPOSED), true, T0);
        let admitted = proposed.admit(decision, &by_anna(profile, &Rules::new(book, Calendar::Nation, T0)))?.episode;
        let under = admitted.care().unwrap().admission.access.under.clone();
        assert_eq!(under.fact_on, T0, "the day of the decision chooses, not that of the assignment");
        Ok(under.policy)
    };
    let (here, refused) = (Ok("musterstadt/ADMISSION_CRITERIA/2".to_owned()), Err(Refused::CriteriaNotMet));
    let (needs, severe) = (AdmissionBasis::ComplexProfile, AdmissionBasis::ThreeSevereObstacles);
    let shipped = Book::federal().unwrap();
    assert_eq!(admit(shipped, needs, &profile()).as_deref(), Ok("federal/ADMISSION_CRITERIA/2"));
    // Two of the three needs are severe.
    assert_eq!(admit(shipped, severe, &profile()), refused);
    let obstacles = ("access_rule", Value::Code("SEVERE_OBSTACLES".to_owned()));
    assert_eq!(admit(&criteria(std::slice::from_ref(&obstacles), T0), severe, &profile()), refused);
    let two = criteria(&[obstacles, ("least", Value::Number(2))], T0);
    assert_eq!(admit(&two, severe, &profile()), here);
    assert_eq!(admit(&two, needs, &profile()), refused, "obstacles count there");
    let four = |from| criteria(&[("least", Value::Number(4))], from);
    assert_eq!(admit(&four(T0), needs, &profile()), refused);
    assert_eq!(admit(&four(add_days(T0, 1)), needs, &profile()).as_deref(), Ok("federal/ADMISSION_CRITERIA/2"));
    let careful = criteria(&[("prophylaxis", Value::Flag(false))], T0);
    assert_eq!(admit(shipped, AdmissionBasis::Prophylaxis, &profile()).as_deref(), Ok("federal/ADMISSION_CRITERIA/2"));
    assert_eq!(admit(&careful, AdmissionBasis::Prophylaxis, &profile()), refused);
    let mut simple = profile();
    simple.profile_type = ProfileType::Foerderprofil;
    assert_eq!(admit(shipped, needs, &simple), refused);
    // Only the legislator may let any profile in: a federal version is tried.
    let mut open = federal::of(PolicyKey::AdmissionCriteria).unwrap().pop().unwrap();
    open.version = 9;
    open.valid_from = T0;
    open.parameters = open.parameters.with("complex_profile", Value::Flag(false));
    assert_eq!(admit(&shipped.with(open), needs, &simple).as_deref(), Ok("federal/ADMISSION_CRITERIA/9"));
}
