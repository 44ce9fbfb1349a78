//! Two years with one extension and aftercare, told day by day.

use jiff::civil::date;
use lotse_kernel::{
    deadlines::ExtensionLength,
    defaults::Months,
    duty::{DutyKind, DutyState},
};

use super::support::*;
use crate::domain::{
    episode::{Decided, Episode, ReviewDecision},
    events::Event,
    records::{Aftercare, Employment},
    vocabulary::{DutyOutcome, EpisodePhase, HandoverReceiver, VoidReason},
};

#[test]
fn two_years_with_one_extension_and_aftercare() {
    let mut episode = unplanned(T0);
    for (decided_on, slot) in [(date(2026, 9, 7), 1), (date(2027, 3, 8), 2), (date(2027, 9, 9), 3)] {
        episode = let_time_pass(episode, decided_on).0;
        assert_eq!(episode.duties().decidable_review(decided_on).unwrap().slot(), slot);
        episode = done(episode.decide_review(continuation(), &on(decided_on)));
        assert_eq!(episode.timetable(0, &on(decided_on)).unwrap().round, slot);
    }
    let (episode, told) = let_time_pass(episode, date(2028, 2, 20));
    let told: Vec<String> = told.into_iter().map(|(on, text)| format!("{on} {text}")).collect();
    assert_eq!(
        told,
        [
            "2027-12-09 Entscheidung zur Höchstdauer möglich, fällig am Donnerstag, 09.03.2028.",
            "2028-02-08 Überprüfung der Fortführung Nr. 4 möglich, fällig am Donnerstag, 09.03.2028.",
            "2028-02-09 Erinnerung: Entscheidung zur Höchstdauer, fällig am Donnerstag, 09.03.2028.",
        ]
    );
    let day = date(2028, 2, 21);
    let episode = done(episode.decide_review(continuation(), &on(day)));
    let six = ExtensionLength::Months(Months(6));
    let episode = done(episode.propose_extension(longer(six), anna(), &on(day)));
    let episode = done(extension_approved(episode, day));
    let limit = episode.duties().limit().unwrap();
    assert_eq!((limit.kind(), limit.deadline().due_on()), (DutyKind::ExtensionEnd, date(2028, 9, 9)));
    assert_eq!(episode.care().unwrap().extensions.len(), 1);

    // Review 5 and the extension's end meet: one talk, two records (17a).
    let day = date(2028, 9, 1);
    let (episode, _) = let_time_pass(episode, day);
    let job = Aftercare::JobStart { started_on: date(2028, 8, 31) };
    let ended = episode.decide_review(ReviewDecision::End(closing_note(Some(job))), &on(day)).unwrap();
    assert_eq!(codes(&ended), ["REVIEW_DECIDED", "EPISODE_ENDED", "INTEGRATION_KNOWN"]);
    let mut outcomes: Vec<_> = ended
        .episode
        .duties()
        .iter()
        .filter(|duty| duty.deadline().due_on() >= day && duty.kind() != DutyKind::ContinuousEmployment)
        .map(|duty| (duty.kind(), duty.slot(), duty.stored_state(), duty.void_reason()))
        .collect();
    outcomes.sort_by_key(|(kind, slot, ..)| (*kind, *slot));
    assert_eq!(
        outcomes,
        [
            (DutyKind::ContinuationReview, 5, DutyState::Done, None),
            (DutyKind::ContinuationReview, 6, DutyState::Void, Some(VoidReason::EpisodeEnded)),
            (DutyKind::ExtensionEnd, 1, DutyState::Done, None),
            (DutyKind::HandoverAcceptance, 1, DutyState::Scheduled, None),
        ]
    );

    let handed =
        ended.episode.accept_handover(HandoverReceiver::PlacementOfficer, text(), &on(date(2028, 9, 5))).unwrap();
    assert_eq!(codes(&handed), ["HANDOVER_ACCEPTED", "AFTERCARE_BEGAN"]);
    let (episode, told) = let_time_pass(handed.episode, date(2029, 2, 28));
    let ends = "Ende der Nachbetreuung möglich, fällig am Mittwoch, 28.02.2029.";
    assert!(told.iter().any(|(_, text)| text == ends), "{told:?}");
    let last = date(2029, 2, 28);
    let closed = done(episode.complete_aftercare(text(), String::new(), last));
    assert_eq!(closed.phase(), EpisodePhase::Closed);
    // Six months after the job start are asked for, also behind the closing.
    assert!(!closed.timetable(0, &on(last)).unwrap().finished);
    let answered =
        |it: Episode, month| done(it.record_employment_status(answer(month, Employment::SameJob), bernd(), last));
    let episode = (1..=6).fold(closed, answered);
    assert!(episode.timetable(0, &on(last)).unwrap().finished);
    assert_eq!(episode.care().unwrap().reviews.len(), 5);
    let aftercare = episode.duties().iter().find(|duty| duty.kind() == DutyKind::AftercareEnd).unwrap();
    assert!(matches!(
        aftercare.status(),
        crate::domain::duties::Status::Done { outcome: DutyOutcome::Checked, days_late: 0, .. }
    ));
}

#[test]
fn a_review_escalates_weekly_and_is_decided_late() {
    let (episode, told) = let_time_pass(unplanned(T0), date(2026, 9, 24));
    let days: Vec<_> = told.iter().map(|(on, _)| *on).collect();
    assert_eq!(days, [date(2026, 8, 10), date(2026, 9, 11), date(2026, 9, 18)]);
    let duty = episode.duties().decidable_review(date(2026, 9, 24)).unwrap();
    assert_eq!((duty.notices().escalations(), duty.state_on(date(2026, 9, 24))), (2, DutyState::Overdue));
    let decided = episode.decide_review(continuation(), &on(date(2026, 9, 24))).unwrap();
    let review = decided.episode.duties().iter().find(|duty| duty.kind() == DutyKind::ContinuationReview).unwrap();
    assert_eq!(review.days_late(), 14);
}

#[test]
fn from_the_next_opening_the_newest_review_is_decided_and_the_older_missed() {
    let day = date(2027, 2, 8);
    let (episode, _) = let_time_pass(in_delivery(T0), day);
    let (decided, ended) = (episode.clone().decide_review(continuation(), &on(day)).unwrap(), episode);
    assert_eq!(codes(&decided), ["REVIEW_MISSED", "REVIEW_DECIDED"]);
    // Where care ends with it, an undone end takes it back (row 24).
    let ended = ended.decide_review(ReviewDecision::End(closing_note(None)), &on(day)).unwrap();
    let at_end = |decided: &Decided| matches!(decided.events[0].event, Event::ReviewMissed { at_end, .. } if at_end);
    assert_eq!((at_end(&decided), at_end(&ended)), (false, true));
    let states: Vec<_> = decided
        .episode
        .duties()
        .iter()
        .filter(|duty| duty.kind() == DutyKind::ContinuationReview)
        .map(|duty| (duty.slot(), duty.stored_state(), duty.days_late()))
        .collect();
    assert_eq!(states, [(1, DutyState::Missed, 151), (2, DutyState::Done, 0), (3, DutyState::Scheduled, 0)]);
}

#[test]
fn a_review_nobody_decides_is_missed_when_the_next_falls_due() {
    let (episode, told) = let_time_pass(in_delivery(T0), date(2027, 3, 9));
    assert_eq!(told.last().unwrap().1, "Überprüfung der Fortführung Nr. 1 versäumt, 180 Tage verspätet.");
    assert_eq!(episode.timetable(0, &on(date(2027, 3, 9))).unwrap().round, 1);
    assert_eq!(episode.duties().decidable_review(date(2027, 3, 9)).unwrap().slot(), 2);
}

#[test]
fn a_command_does_not_wait_for_the_workflow() {
    // No step was ever taken: Temporal was away for a year.
    let day = date(2027, 3, 1);
    let decided = in_delivery(T0).decide_review(continuation(), &on(day)).unwrap();
    assert_eq!(codes(&decided), ["REVIEW_MISSED", "REVIEW_DECIDED"]);
    let again = decided.episode.decide_review(continuation(), &on(day)).unwrap_err();
    assert_eq!(again, crate::domain::refused::Refused::ReviewNotOpen { opens_on: Some(date(2027, 8, 10)) });
}

#[test]
fn an_end_before_the_first_review_voids_what_was_scheduled() {
    let day = date(2026, 5, 4);
    let ended = in_delivery(T0).end(integrated(day), &on(day)).unwrap();
    assert_eq!(codes(&ended), ["EPISODE_ENDED", "PLAN_UPDATE_PASSED_ON", "INTEGRATION_KNOWN"]);
    let void: Vec<_> =
        ended.episode.duties().iter().filter_map(|duty| Some((duty.kind(), duty.void_reason()?))).collect();
    assert_eq!(
        void,
        [
            (DutyKind::GoalDue, VoidReason::EpisodeEnded),
            (DutyKind::PlanUpdate, VoidReason::PassedOn),
            (DutyKind::ContinuationReview, VoidReason::EpisodeEnded),
            (DutyKind::RegularMaximum, VoidReason::EpisodeEnded),
        ]
    );
    let closed = ended.episode.accept_handover(HandoverReceiver::None, text(), &on(day)).unwrap();
    assert_eq!(codes(&closed), ["HANDOVER_ACCEPTED", "EPISODE_CLOSED"]);
    assert_eq!(closed.episode.lead_officer(), None);
}

#[test]
fn a_death_ends_everything_and_keeps_what_was_known() {
    let day = date(2026, 10, 1);
    let (episode, _) = let_time_pass(in_delivery(T0), day);
    let ended =
        done(episode.end_technically(crate::domain::vocabulary::TechnicalEnd::Deceased, String::new(), bernd(), day));
    assert!(ended.plan().is_some());
    assert!(ended.duties().iter().all(|duty| !duty.is_unsettled()));
    let review = ended.duties().iter().find(|duty| duty.kind() == DutyKind::ContinuationReview).unwrap();
    assert_eq!((review.void_reason(), review.days_late()), (Some(VoidReason::TechnicalEnd), 21));
}
