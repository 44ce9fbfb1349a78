//! T13: whether an integration into work lasts is asked month by month, and unknown is never a no.

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::add_days,
    duty::{DutyKind, DutyState},
    policy::PolicyKey,
};

use super::{
    replan::{replanned, taking},
    support::*,
};
use crate::domain::{
    duties::Duty,
    episode::Episode,
    records::{Aftercare, Employment},
    refused::Refused,
    vocabulary::{EmploymentContinuity, EpisodePhase, HandoverReceiver, ReopeningExtent, TechnicalEnd, VoidReason},
};

/// The first month after T0, and the last.
const FIRST: Date = date(2026, 4, 30);
const LAST: Date = date(2026, 9, 30);

fn months(episode: &Episode) -> Vec<&Duty> {
    let asked = |duty: &&Duty| duty.kind() == DutyKind::ContinuousEmployment && !duty.is_replaced();
    let mut found: Vec<_> = episode.duties().iter().filter(asked).collect();
    found.sort_by_key(|duty| duty.slot());
    found
}

fn closed(receiver: HandoverReceiver) -> Episode {
    let ended = done(in_delivery(T0).end(integrated(T0), &on(T0)));
    done(ended.accept_handover(receiver, text(), &on(T0)))
}

fn in_aftercare() -> Episode {
    let note = closing_note(Some(Aftercare::JobStart { started_on: T0 }));
    let ended = done(in_delivery(T0).end(note, &on(T0)));
    done(ended.accept_handover(HandoverReceiver::PlacementOfficer, text(), &on(T0)))
}

fn answered(episode: Episode, month: i32, employment: Employment, today: Date) -> Episode {
    done(episode.record_employment_status(answer(month, employment), bernd(), today))
}

fn continuity(episode: &Episode) -> EmploymentContinuity {
    episode.integration().unwrap().continuity()
}

#[test]
fn each_of_six_months_is_asked_for_as_it_ends() {
    let ended = in_delivery(T0).end(integrated(T0), &on(T0)).unwrap();
    assert!(codes(&ended).contains(&"INTEGRATION_KNOWN"));
    let episode = ended.episode;
    let due: Vec<_> = months(&episode).iter().map(|duty| duty.deadline().due_on()).collect();
    let ends = [FIRST, date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31), LAST];
    assert_eq!(due, ends);
    let first = months(&episode)[0].deadline();
    assert_eq!(
        (first.opens_on, first.overdue_after()),
        (date(2026, 4, 25), date(2026, 5, 18)),
        "1 and 14 May are free"
    );
    assert_eq!(first.explanation.rule_version, "federal/CONTINUOUS_EMPLOYMENT/1");
    assert_eq!(first.explanation.fact_on, Some(T0));
    assert!(months(&episode).iter().all(|duty| duty.owner() == Some(&anna())));
}

#[test]
fn aftercare_with_a_job_start_is_an_integration_as_well() {
    assert_eq!(in_aftercare().integration().unwrap().integrated_on, T0);
    let set = closing_note(Some(Aftercare::SetDate { until: LAST }));
    assert!(done(in_delivery(T0).end(set, &on(T0))).integration().is_none());
}

#[test]
fn a_lasting_integration_has_its_day() {
    let field = ["closing_record.integration_date"];
    let note = crate::domain::records::ClosingNote { integrated_on: None, ..integrated(T0) };
    assert_eq!(fields(in_delivery(T0).end(note, &on(T0)).unwrap_err()), field);
    assert_eq!(fields(in_delivery(T0).end(integrated(PROPOSED), &on(T0)).unwrap_err()), field);
    let other = crate::domain::records::ClosingNote { integrated_on: Some(T0), ..closing_note(None) };
    assert_eq!(fields(in_delivery(T0).end(other, &on(T0)).unwrap_err()), field, "no integration");
    let aftercare = Some(Aftercare::JobStart { started_on: T0 });
    let twice = crate::domain::records::ClosingNote { aftercare, ..integrated(T0) };
    assert_eq!(fields(in_delivery(T0).end(twice, &on(T0)).unwrap_err()), field, "aftercare says so");
}

#[test]
fn no_month_is_asked_for_before_the_key_figure() {
    let day = date(2010, 12, 31);
    let episode = done(in_delivery(day).end(integrated(day), &on(day)));
    assert!(months(&episode).is_empty() && episode.integration().is_none());
    let day = date(2011, 1, 1);
    assert_eq!(months(&done(in_delivery(day).end(integrated(day), &on(day)))).len(), 6);
}

#[test]
fn the_placement_officer_is_asked_once_the_episode_is_closed() {
    let receiver = HandoverReceiver::None;
    let episode = closed(receiver);
    assert_eq!((episode.phase(), episode.lead_officer()), (EpisodePhase::Closed, None));
    assert!(months(&episode).iter().all(|duty| duty.owner() == Some(&bernd()) && duty.is_unsettled()));
    let timetable = episode.timetable(0, &on(T0)).unwrap();
    assert!(!timetable.finished && timetable.due.len() == 6, "the workflow goes on asking");
    // What is open when aftercare ends is told to the placement officer, who did not hear of it before.
    let (waiting, _) = let_time_pass(in_aftercare(), FIRST);
    assert_eq!((months(&waiting)[0].stored_state(), months(&waiting)[0].owner()), (DutyState::Open, Some(&anna())));
    let passed = done(waiting.complete_aftercare(text(), String::new(), FIRST));
    let first = months(&passed)[0];
    assert_eq!(
        (first.stored_state(), first.owner(), first.state_on(FIRST)),
        (DutyState::Scheduled, Some(&bernd()), DutyState::Open)
    );
    let (_, told) = let_time_pass(passed, FIRST);
    assert_eq!(told.len(), 1, "{told:?}");
}

#[test]
fn six_months_with_a_job_are_a_yes_and_end_the_procedure() {
    let mut episode = closed(HandoverReceiver::PlacementOfficer);
    assert_eq!(continuity(&episode), EmploymentContinuity::Unknown);
    for (month, at) in
        (1..).zip([FIRST, date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31), LAST])
    {
        let job = if month > 3 { Employment::OtherJob } else { Employment::SameJob };
        let before = episode.clone();
        episode = answered(episode, month, job, at);
        assert!(episode.wakes_since(&before));
        assert_eq!(
            continuity(&episode),
            if month == 6 { EmploymentContinuity::Yes } else { EmploymentContinuity::Unknown }
        );
    }
    assert!(episode.timetable(0, &on(LAST)).unwrap().finished);
    assert_eq!(episode.followed_integration(), Some((LAST, EmploymentContinuity::Yes)));
}

#[test]
fn unknown_is_an_answer_and_never_a_no() {
    let mut episode = closed(HandoverReceiver::PlacementOfficer);
    episode = answered(episode, 1, Employment::Unknown, FIRST);
    assert_eq!(
        (months(&episode)[0].stored_state(), continuity(&episode)),
        (DutyState::Done, EmploymentContinuity::Unknown)
    );
    for month in 2..=6 {
        episode = answered(episode, month, Employment::SameJob, add_days(LAST, 1));
    }
    assert_eq!(continuity(&episode), EmploymentContinuity::Unknown);
    // What comes out later counts, and is not late again.
    let told = episode.record_employment_status(answer(1, Employment::SameJob), bernd(), add_days(LAST, 90)).unwrap();
    assert!(told.events[0].event.text_de().ends_with("beschäftigt, dieselbe Stelle."));
    assert_eq!(continuity(&told.episode), EmploymentContinuity::Yes);
    assert_eq!(told.episode.integration().unwrap().months[0].answers.len(), 2);
}

#[test]
fn one_month_without_a_job_is_a_no_whatever_the_others_are() {
    let since = date(2026, 4, 20);
    let episode = answered(closed(HandoverReceiver::PlacementOfficer), 1, Employment::Without { since }, FIRST);
    assert_eq!(continuity(&episode), EmploymentContinuity::No);
    assert_eq!(continuity(&answered(episode, 2, Employment::Unknown, LAST)), EmploymentContinuity::No);
    for wrong in [add_days(T0, -1), add_days(FIRST, 1)] {
        let refused = closed(HandoverReceiver::PlacementOfficer)
            .record_employment_status(answer(1, Employment::Without { since: wrong }), bernd(), LAST)
            .unwrap_err();
        assert_eq!(fields(refused), ["answer.not_employed_since_date"], "{wrong}");
    }
    let ahead = closed(HandoverReceiver::PlacementOfficer)
        .record_employment_status(answer(1, Employment::Without { since: FIRST }), bernd(), add_days(FIRST, -1))
        .unwrap_err();
    assert_eq!(fields(ahead), ["answer.not_employed_since_date"]);
}

#[test]
fn what_nobody_answers_stays_overdue_and_can_be_answered_late() {
    let (episode, told) = let_time_pass(closed(HandoverReceiver::PlacementOfficer), date(2026, 6, 10));
    assert!(
        told.iter().any(|(_, text)| text.starts_with("Überfällig: Feststellung der Beschäftigung Nr. 1")),
        "{told:?}"
    );
    assert_eq!(months(&episode)[0].state_on(date(2026, 6, 10)), DutyState::Overdue);
    let late = episode.record_employment_status(answer(1, Employment::SameJob), bernd(), date(2026, 6, 10)).unwrap();
    assert_eq!((months(&late.episode)[0].days_late(), months(&late.episode)[0].stored_state()), (23, DutyState::Done));
    // The working date of what is overdue of a closed episode is the placement officer's.
    let (episode, _) = let_time_pass(closed(HandoverReceiver::PlacementOfficer), date(2026, 6, 10));
    let duty = months(&episode)[0].name().clone();
    let answer = crate::domain::duties::LateAnswer { on: date(2026, 6, 17), reason: text(), by: bernd(), leads: false };
    assert!(episode.set_working_date(&duty, answer, &on(date(2026, 6, 10))).is_ok());
}

#[test]
fn a_month_is_answered_once_it_is_asked_for() {
    let episode = closed(HandoverReceiver::PlacementOfficer);
    for (month, today) in [(1, date(2026, 4, 24)), (0, LAST), (7, LAST), (-1, LAST)] {
        let early = episode.clone().record_employment_status(answer(month, Employment::SameJob), bernd(), today);
        assert_eq!(fields(early.unwrap_err()), ["month"], "{month}");
    }
    assert!(episode.record_employment_status(answer(1, Employment::SameJob), bernd(), date(2026, 4, 25)).is_ok());
}

#[test]
fn a_month_that_was_over_before_anybody_knew_is_nobodys_omission() {
    let told_on = date(2026, 6, 5);
    let note = closing_note(Some(Aftercare::JobStart { started_on: T0 }));
    let episode = done(in_delivery(T0).end(note, &on(told_on)));
    assert_eq!(months(&episode).iter().map(|duty| duty.slot()).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
    assert_eq!(episode.integration().unwrap().months.len(), 6);
    let known = answered(episode, 1, Employment::SameJob, told_on);
    assert_eq!(known.integration().unwrap().months[0].answers.len(), 1);
}

#[test]
fn nobody_asks_without_an_integration_or_after_a_technical_end() {
    let without = in_phase(EpisodePhase::Closed, T0);
    let refused = without.record_employment_status(answer(1, Employment::SameJob), bernd(), LAST).unwrap_err();
    assert_eq!(refused, Refused::EmploymentNotAsked);
    let died = done(in_aftercare().end_technically(TechnicalEnd::Deceased, String::new(), bernd(), FIRST));
    assert!(months(&died).iter().all(|duty| duty.void_reason() == Some(VoidReason::TechnicalEnd)));
    assert!(died.timetable(0, &on(FIRST)).unwrap().finished);
    let refused = died.clone().record_employment_status(answer(1, Employment::SameJob), bernd(), LAST).unwrap_err();
    assert_eq!(refused, Refused::EmploymentNotAsked);
    assert_eq!(died.followed_integration(), Some((LAST, EmploymentContinuity::Unknown)));
    let mistaken = done(in_aftercare().end_technically(TechnicalEnd::Duplicate, String::new(), bernd(), FIRST));
    assert_eq!(mistaken.followed_integration(), None, "figures do not count what never was");
}

#[test]
fn an_end_that_was_wrong_takes_its_questions_along() {
    let today = add_days(T0, 1);
    let waits = |it: &Episode| -> Vec<_> {
        months(it).iter().map(|duty| (duty.is_unsettled(), duty.owner().cloned())).collect()
    };
    // The hand-over was wrong: the case manager is asked again.
    let again = reopened(closed(HandoverReceiver::PlacementOfficer), ReopeningExtent::Closing, today).episode;
    assert_eq!(waits(&again), vec![(true, Some(anna())); 6]);
    // So is after a death that was reported in error.
    let died = done(in_aftercare().end_technically(TechnicalEnd::Deceased, String::new(), bernd(), T0));
    let alive = reopened(died, ReopeningExtent::Closing, today).episode;
    assert_eq!(waits(&alive), vec![(true, Some(anna())); 6]);
    // The end itself was wrong: there was no integration, and a later one is asked for anew.
    let care = reopened(closed(HandoverReceiver::PlacementOfficer), ReopeningExtent::EndOfCare, today).episode;
    assert!(months(&care).iter().all(|duty| duty.void_reason() == Some(VoidReason::EndUndone)));
    assert!(care.integration().is_none());
    let next = done(care.end(integrated(today), &on(today)));
    assert_eq!(months(&next).len(), 12);
    let next = answered(next, 1, Employment::SameJob, FIRST);
    assert_eq!(months(&next)[6].stored_state(), DutyState::Done);
}

#[test]
fn a_version_moves_the_months_that_wait_also_of_a_closed_episode() {
    let version = taking(PolicyKey::ContinuousEmployment, "grace_working_days", 3, T0);
    let moved = replanned(closed(HandoverReceiver::PlacementOfficer), &version, T0);
    let last: Vec<_> = months(&moved.record).iter().map(|duty| duty.deadline().overdue_after()).take(2).collect();
    assert_eq!(last, [date(2026, 5, 6), date(2026, 6, 3)]);
    assert_eq!(moved.changes.len(), 6);
}
