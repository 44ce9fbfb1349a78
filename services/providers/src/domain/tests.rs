//! The table of states and verbs, and the story of a referral in time.

mod versions;

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::add_days,
    deadlines::{Deadline, escalation::LastEscalation},
    defaults::Months,
    duty::{DutyKind, DutyState, DutyStep, NextStep, Timetable},
    legal::{Calendar, Surroundings},
    names::{CaseName, EpisodeName, OfferName, ProviderName, ReferralName},
};
use uuid::Uuid;

use super::{
    referral::{Referral, ReferralState, Refused, Word},
    timetable::{self, AskedStep, Taken},
    vocabulary::{BreakOffReason, DeclineReason, ReferralResult, RevokeReason, UnmetNeed},
};

/// A Monday.
const SENT: Date = date(2026, 3, 2);
/// Ten working days later, a Monday.
const ANSWER_DUE: Date = date(2026, 3, 16);
const STARTED: Date = date(2026, 4, 1);

/// Federal law and the holidays of the whole country.
fn around(today: Date) -> Surroundings<'static> {
    Surroundings::of_release(today, Calendar::Nation).unwrap()
}

fn deadline(referral: &Referral) -> Option<Deadline> {
    timetable::deadline(referral, around(SENT)).unwrap()
}

fn timetable(referral: &Referral, today: Date) -> Timetable {
    timetable::timetable(referral, around(today)).unwrap()
}

fn take(referral: Referral, asked: AskedStep, today: Date) -> (Referral, Taken) {
    timetable::take(referral, asked, around(today)).unwrap()
}

fn reported(referral: Referral, on: Date) -> Result<(Referral, bool), Refused> {
    referral.reported(on, around(on))
}

fn draft() -> Referral {
    let case: CaseName = format!("jobcenters/musterstadt/cases/{}", Uuid::from_u128(1)).parse().unwrap();
    let provider = ProviderName::new(case.jobcenter_name().clone(), Uuid::from_u128(2));
    Referral::draft(
        ReferralName::new(case.clone(), Uuid::from_u128(3)),
        OfferName::new(provider, Uuid::from_u128(4)),
        EpisodeName::new(case, Uuid::from_u128(5)),
        None,
        None,
    )
}

fn sent() -> Referral {
    draft().send(SENT).unwrap()
}

fn silent() -> Referral {
    take(sent(), escalation(1), date(2026, 3, 17)).0
}

fn accepted() -> Referral {
    sent().answered(date(2026, 3, 10), Word::Accept).unwrap()
}

fn running() -> Referral {
    accepted().started(STARTED).unwrap()
}

fn asked() -> Referral {
    take(running(), opening(0), date(2026, 6, 17)).0
}

fn escalation(round: i32) -> AskedStep {
    AskedStep { kind: DutyKind::ProviderAnswer, reports: 0, step: DutyStep::Escalate, round }
}

fn opening(reports: i32) -> AskedStep {
    AskedStep { kind: DutyKind::ProviderReport, reports, step: DutyStep::Open, round: 1 }
}

fn every_state() -> Vec<Referral> {
    let all = vec![
        draft(),
        sent(),
        silent(),
        accepted(),
        sent().answered(SENT, Word::Decline(DeclineReason::NoPlace)).unwrap(),
        running(),
        asked(),
        running().completed(STARTED, ReferralResult::Attained).unwrap(),
        running().broken_off(STARTED, BreakOffReason::Person).unwrap(),
        draft().revoked(SENT, RevokeReason::Error).unwrap(),
    ];
    let codes: Vec<_> = all.iter().map(|referral| referral.state.code()).collect();
    assert_eq!(
        codes,
        [
            "DRAFT",
            "SENT",
            "NO_ANSWER",
            "ACCEPTED",
            "DECLINED",
            "RUNNING",
            "REPORT_DUE",
            "COMPLETED",
            "BROKEN_OFF",
            "REVOKED"
        ]
    );
    all
}

/// A verb with its day.
type Verb = fn(Referral, Date) -> Result<Referral, Refused>;

#[test]
fn every_verb_in_every_state() {
    let late = date(2026, 12, 1);
    let verbs: [(&str, Verb, &str); 8] = [
        ("send", |r, on| r.send(on), "DRAFT"),
        ("accept", |r, on| r.answered(on, Word::Accept), "SENT,NO_ANSWER"),
        ("decline", |r, on| r.answered(on, Word::Decline(DeclineReason::Other)), "SENT,NO_ANSWER"),
        ("start", Referral::started, "ACCEPTED"),
        ("report", |r, on| reported(r, on).map(|(r, _)| r), "RUNNING,REPORT_DUE"),
        ("complete", |r, on| r.completed(on, ReferralResult::Attained), "RUNNING,REPORT_DUE"),
        ("break off", |r, on| r.broken_off(on, BreakOffReason::Other), "RUNNING,REPORT_DUE"),
        ("revoke", |r, on| r.revoked(on, RevokeReason::Error), "DRAFT,SENT,NO_ANSWER,ACCEPTED"),
    ];
    for (name, verb, allowed) in verbs {
        for referral in every_state() {
            let state = referral.state.code();
            let fits = allowed.split(',').any(|code| code == state);
            let done = verb(referral, late);
            assert_eq!(done.is_ok(), fits, "{name} in {state}");
            if let Err(refused) = done {
                assert_eq!(refused, Refused::WrongState { state, allowed });
            }
        }
    }
}

#[test]
fn no_day_lies_before_the_event_it_follows() {
    let early = date(2026, 3, 1);
    assert_eq!(sent().answered(early, Word::Accept), Err(Refused::TooEarly { earliest: SENT }));
    assert_eq!(accepted().started(SENT), Err(Refused::TooEarly { earliest: date(2026, 3, 10) }));
    assert_eq!(reported(running(), SENT), Err(Refused::TooEarly { earliest: STARTED }));
    assert_eq!(running().completed(SENT, ReferralResult::Attained), Err(Refused::TooEarly { earliest: STARTED }));
    assert_eq!(running().broken_off(SENT, BreakOffReason::Person), Err(Refused::TooEarly { earliest: STARTED }));
}

#[test]
fn silence_is_noted_on_the_day_after_and_escalates_weekly_until_it_only_stays_visible() {
    let table = timetable(&sent(), SENT);
    let entry = &table.due[0];
    assert_eq!((entry.kind, entry.state, entry.due_on), (DutyKind::ProviderAnswer, DutyState::Open, ANSWER_DUE));
    assert_eq!(entry.next_step, Some(NextStep { on: date(2026, 3, 17), step: DutyStep::Escalate, round: 1 }));
    assert_eq!(take(sent(), escalation(1), ANSWER_DUE), (sent(), Taken::Nothing));
    assert_eq!(take(sent(), escalation(2), date(2026, 12, 1)), (sent(), Taken::Nothing), "no round is left out");

    let mut referral = silent();
    assert_eq!(referral.unmet_need, Some(UnmetNeed::NoAnswer));
    assert_eq!(take(referral.clone(), escalation(1), date(2026, 3, 17)), (referral.clone(), Taken::Before));
    let next = timetable(&referral, date(2026, 3, 17)).due[0].next_step;
    assert_eq!(next, Some(NextStep { on: date(2026, 3, 24), step: DutyStep::Escalate, round: 2 }));
    let day = |round| add_days(ANSWER_DUE, 1 + 7 * (round - 1));
    for round in 2..=84 / 7 {
        assert_eq!(take(referral.clone(), escalation(round), add_days(day(round), -1)).1, Taken::Nothing);
        let (later, taken) = take(referral, escalation(round), day(round));
        assert_eq!(taken, Taken::Now);
        referral = later;
    }
    let table = timetable(&referral, date(2026, 12, 1));
    assert_eq!((table.due[0].next_step, table.due[0].state, table.finished), (None, DutyState::Overdue, false));
}

#[test]
fn a_late_answer_is_taken_and_the_unmet_need_stays() {
    let late = silent().answered(date(2026, 4, 30), Word::Accept).unwrap();
    assert_eq!(late.state.code(), "ACCEPTED");
    assert_eq!(late.unmet_need, Some(UnmetNeed::NoAnswer));
    assert_eq!(late.silent_under.as_deref(), Some("federal/REFERRAL/1"));
    assert!(timetable(&late, date(2026, 4, 30)).due.is_empty());
}

#[test]
fn each_refusal_tells_the_planning_what_was_missing() {
    for reason in DeclineReason::ALL {
        let declined = sent().answered(SENT, Word::Decline(*reason)).unwrap();
        assert_eq!(declined.unmet_need, Some(reason.unmet_need()));
        assert!(timetable(&declined, SENT).finished);
        // Silence said only that nobody knew; the late refusal says what the planning is to count.
        let late = silent().answered(date(2026, 4, 30), Word::Decline(*reason)).unwrap();
        assert_eq!(late.unmet_need, Some(reason.unmet_need()));
    }
}

#[test]
fn an_unmet_need_outlives_the_referral() {
    let revoked = silent().revoked(date(2026, 4, 30), RevokeReason::ALL[0]).unwrap();
    assert_eq!(revoked.unmet_need, Some(UnmetNeed::NoAnswer));
}

#[test]
fn reports_are_counted_from_the_start_and_never_from_the_last_report() {
    // Due 1 July, opened two weeks before.
    let table = timetable(&running(), STARTED);
    assert_eq!(table.due[0].next_step, Some(NextStep { on: date(2026, 6, 17), step: DutyStep::Open, round: 1 }));
    assert_eq!((table.due[0].due_on, table.due[0].state), (date(2026, 7, 1), DutyState::Scheduled));
    assert_eq!(asked().state.code(), "REPORT_DUE");

    let (early, settles) = reported(running(), date(2026, 6, 16)).unwrap();
    assert_eq!((early, settles), (running(), false));
    // Opened by its date even when nobody took the step.
    let (on_time, settles) = reported(running(), date(2026, 6, 17)).unwrap();
    assert_eq!((on_time.state.delivery().unwrap().reports, settles), (1, true));
    let (late, _) = reported(asked(), date(2026, 9, 30)).unwrap();
    let second = deadline(&late).unwrap();
    assert_eq!((second.slot, second.due_on()), (2, date(2026, 10, 1)));
    assert_eq!(take(late.clone(), opening(0), date(2026, 9, 30)), (late.clone(), Taken::Nothing), "old news");
    assert_eq!(take(late, opening(1), date(2026, 9, 30)).1, Taken::Now);
}

#[test]
fn a_missing_report_escalates() {
    let round = |round| AskedStep { step: DutyStep::Escalate, round, ..opening(0) };
    assert_eq!(take(asked(), round(1), date(2026, 7, 1)).1, Taken::Nothing);
    let (late, taken) = take(asked(), round(1), date(2026, 7, 2));
    assert_eq!((late.state.code(), taken), ("REPORT_DUE", Taken::Now));
    assert!(matches!(late.state, ReferralState::ReportDue(_, Some(LastEscalation { round: 1, .. }))));
    assert_eq!(take(late.clone(), opening(0), date(2026, 7, 2)).1, Taken::Before);
    assert_eq!(timetable(&late, date(2026, 7, 2)).due[0].next_step.unwrap().on, date(2026, 7, 9));
    assert_eq!(late.unmet_need, None, "a late report is no unmet need");
}

#[test]
fn an_agreed_interval_moves_the_reports() {
    let monthly = Referral { report_interval: Some(Months(1)), ..running() };
    assert_eq!(deadline(&monthly).unwrap().due_on(), date(2026, 5, 1));
}

#[test]
fn what_was_reached_stays_known_after_the_end() {
    let revoked = accepted().revoked(STARTED, RevokeReason::NeedGone).unwrap().state;
    assert_eq!(revoked.sending().unwrap().sent_on, SENT);
    assert_eq!(revoked.answer().unwrap().answered_on, date(2026, 3, 10));
    assert_eq!((revoked.delivery(), revoked.ended_on()), (None, Some(STARTED)));
    let declined = sent().answered(SENT, Word::Decline(DeclineReason::NoMoney)).unwrap().state;
    assert_eq!(declined.ended_on(), Some(SENT));
}
