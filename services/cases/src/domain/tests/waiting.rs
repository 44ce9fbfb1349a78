//! Rows 3 and 3b: the waiting list.

use jiff::civil::Date;
use lotse_kernel::{
    dates::add_days,
    duty::{DutyKind, DutyState},
};

use super::support::*;
use crate::domain::{
    episode::{AdmitDecision, Deciding, Places, TurnTaken},
    refused::Refused,
    vocabulary::{EpisodePhase, RefusalReason},
};

/// The day on which a place becomes free.
const LATER: Date = jiff::civil::date(2026, 5, 4);

fn free() -> Places {
    Places { caseload: 74, ..FULL }
}

#[test]
fn a_place_that_is_not_there_is_waited_for_where_a_list_is_kept() {
    let profile = profile();
    let admit = |list: bool, places| {
        let rules = if list { with_list(T0) } else { on(T0) };
        let by = Deciding { places, ..by_anna(&profile, &rules) };
        done(discussed(proposed_on(PROPOSED), true, T0).admit(admit_decision(None), &by))
    };
    let (waits, begins) = (EpisodePhase::Waitlisted, EpisodePhase::EntryConsultation);
    assert_eq!(admit(true, FULL).phase(), waits);
    assert_eq!(admit(false, FULL).phase(), begins, "without a list the caseload is shown and no guard");
    assert_eq!(admit(true, free()).phase(), begins);
    assert_eq!(admit(true, Places { ahead: 1, ..free() }).phase(), waits, "what is free belongs to who waits already");
    // Half a post has 37 places.
    let half = |caseload| Places { caseload, ahead: 0, full_time_percent: 50 };
    assert_eq!(admit(true, half(36)).phase(), begins);
    assert_eq!(admit(true, half(37)).phase(), waits);
    assert_eq!(admit(true, half(37)).waiting_place().unwrap().capacity, 37);
    // How full the case manager was is kept with every admission, also where no list is.
    for (list, places, filled) in [(false, FULL, (75, 75)), (true, free(), (74, 75)), (false, half(40), (40, 37))] {
        let episode = admit(list, places);
        let occupancy = &episode.care().unwrap().admission.occupancy;
        assert_eq!((occupancy.caseload, occupancy.capacity), filled);
        assert_eq!(occupancy.under.policy, "federal/CASELOAD_RATIO/1");
    }
}

#[test]
fn who_waits_is_decided_about_and_not_assigned() {
    let (profile, rules) = (profile(), with_list(T0));
    let by = Deciding { places: FULL, ..by_anna(&profile, &rules) };
    let before = discussed(proposed_on(PROPOSED), true, T0);
    let decided = before.clone().admit(admit_decision(Some(PROPOSED)), &by).unwrap();
    assert_eq!(codes(&decided), ["EPISODE_WAITLISTED"]);
    let episode = decided.episode;
    assert!(episode.wakes_since(&before));
    assert_eq!((episode.assigned_on(), episode.lead_officer()), (None, Some(&bernd())));
    let duties: Vec<_> = episode.duties().iter().map(|duty| (duty.kind(), duty.stored_state())).collect();
    assert_eq!(duties, [(DutyKind::ProposalDecision, DutyState::Done)], "T16 is answered, nothing else has begun");
    let timetable = episode.timetable(0, &on(LATER)).unwrap();
    assert!(!timetable.finished && timetable.due.is_empty() && timetable.phase == "WAITLISTED");
    let place = episode.waiting_place().unwrap();
    assert_eq!((place.since, place.capacity, place.access.caseload), (T0, 75, 75));
    assert_eq!(place.under.policy, "federal/CASELOAD_RATIO/1");
    assert_eq!(place.access.under.policy, "musterstadt/ADMISSION_CRITERIA/2");
}

#[test]
fn a_place_is_taken_in_order_or_with_a_reason() {
    let (profile, rules) = (profile(), with_list(LATER));
    let take = |places, reason: &str| {
        let by = Deciding { places, ..by_anna(&profile, &rules) };
        waitlisted_on(T0).admit_from_waiting_list(turn(reason), &by)
    };
    assert_eq!(take(FULL, "").unwrap_err(), Refused::CaseloadFull { caseload: 75, capacity: 75 });
    assert_eq!(take(Places { ahead: 2, ..free() }, " ").unwrap_err(), Refused::NotNextInLine { ahead: 2 });
    for (places, reason, sentence) in [
        (free(), "", "Von der Warteliste genommen der Reihe nach, dort seit Montag, 09.03.2026."),
        (FULL, "Gefahr", "Von der Warteliste genommen außer der Reihe, dort seit Montag, 09.03.2026."),
        (
            Places { ahead: 2, ..free() },
            "Gefahr",
            "Von der Warteliste genommen außer der Reihe, dort seit Montag, 09.03.2026.",
        ),
    ] {
        let taken = take(places, reason).unwrap();
        assert_eq!(codes(&taken), ["WAITING_ENDED", "EPISODE_ADMITTED"]);
        assert_eq!(taken.events[0].event.text_de(), sentence);
        let episode = taken.episode;
        assert_eq!((episode.phase(), episode.assigned_on()), (EpisodePhase::EntryConsultation, Some(LATER)));
        let place = episode.waiting_place().unwrap();
        assert_eq!((place.since, place.exception_reason.as_str()), (T0, reason));
        let occupancy = &episode.care().unwrap().admission.occupancy;
        assert_eq!(occupancy.caseload, places.caseload, "that of the turn and not of the decision before it");
        let talk = episode.duties().iter().find(|duty| duty.kind() == DutyKind::FirstTalk).unwrap();
        assert_eq!(talk.deadline().due_on(), add_days(LATER, 14), "counted from the assignment");
        let kinds = [DutyKind::FirstTalk, DutyKind::ContinuationReview, DutyKind::RegularMaximum];
        assert!(kinds.iter().all(|kind| episode.duties().iter().any(|duty| duty.kind() == *kind)));
    }
    // A jobcenter that has given up its list admits whoever is on it.
    let by = Deciding { places: FULL, ..by_anna(&profile, &rules) };
    let given_up = Deciding { rules: &on(LATER), ..by };
    assert!(waitlisted_on(T0).admit_from_waiting_list(turn(""), &given_up).is_ok());
}

#[test]
fn the_assignment_is_neither_in_the_future_nor_before_the_waiting() {
    let (profile, rules) = (profile(), with_list(LATER));
    let by = Deciding { places: free(), ..by_anna(&profile, &rules) };
    for (day, right) in [(add_days(T0, -1), false), (T0, true), (LATER, true), (add_days(LATER, 1), false)] {
        let taken = TurnTaken { assigned_on: Some(day), ..turn("") };
        match waitlisted_on(T0).admit_from_waiting_list(taken, &by) {
            Ok(decided) => assert!(right && decided.episode.assigned_on() == Some(day), "{day}"),
            Err(Refused::Fields(faults)) => assert!(!right && faults[0].field == "assignment_date", "{day}"),
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_list_is_left_by_ones_own_wish_or_by_the_lead() {
    let (profile, rules) = (profile(), with_list(LATER));
    let (anna, lead) = (by_anna(&profile, &rules), by_doris(&profile, &rules));
    let remove = |reason, by: &Deciding<'_>| waitlisted_on(T0).remove_from_waiting_list(refusal(reason), by);
    for reason in RefusalReason::ALL.iter().copied() {
        let own = reason == RefusalReason::Withdrawn;
        assert_eq!(remove(reason, &anna).is_ok(), own, "two votes were for it: {reason}");
        let removed = remove(reason, &lead).unwrap();
        assert_eq!(codes(&removed), ["WAITING_LIST_LEFT", "EPISODE_REFUSED"]);
        assert_eq!(removed.episode.phase(), EpisodePhase::Refused);
        assert_eq!(removed.episode.waiting_place().map(|place| place.since), Some(T0), "that the person waited stays");
        assert!(removed.episode.timetable(0, &rules).unwrap().finished);
    }
    assert_eq!(remove(RefusalReason::NotYet, &anna).unwrap_err(), Refused::NotTheDecider);
    let voted = Deciding { leads: true, ..anna };
    assert_eq!(remove(RefusalReason::NotYet, &voted).unwrap_err(), Refused::FourEyes);
}

#[test]
fn a_dissent_may_end_on_the_list() {
    let (profile, rules) = (profile(), with_list(T0));
    let episode = done(proposed_on(PROPOSED).schedule_discussion(T0, anna(), bernd(), &bernd(), T0));
    let episode = done(episode.cast_vote(anna(), Ballot::new(true, text()), T0));
    let episode = done(episode.cast_vote(bernd(), Ballot::new(false, text()), T0));
    let decision = AdmitDecision { deviation_reason: text(), ..admit_decision(None) };
    let decided = episode.admit(decision, &Deciding { places: FULL, ..by_doris(&profile, &rules) }).unwrap();
    assert_eq!(codes(&decided), ["DISSENT_DECIDED", "EPISODE_WAITLISTED"]);
}
