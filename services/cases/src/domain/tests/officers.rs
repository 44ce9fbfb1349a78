//! Row 5b: another case manager takes over, and nothing that is open gets lost on the way.

use jiff::civil::date;
use lotse_kernel::{dates::add_days, duty::DutyKind};

use super::support::*;
use crate::domain::{
    duties::Duty,
    episode::{Episode, TakingOver},
    refused::Refused,
    vocabulary::{CaseManagerChangeReason, EpisodePhase},
};

/// Kind and owner of whatever is unsettled.
fn owners(episode: &Episode) -> Vec<(DutyKind, Option<String>)> {
    let open = episode.duties().iter().filter(|duty| duty.is_unsettled());
    open.map(|duty| (duty.kind(), duty.owner().map(ToString::to_string))).collect()
}

#[test]
fn whatever_is_planned_or_open_goes_over_and_no_date_moves() {
    let before = in_delivery(T0);
    let day = date(2026, 5, 4);
    let after = before.clone().change_case_manager(to_frida(day), anna(), day).unwrap();
    assert_eq!(codes(&after), ["CASE_MANAGER_CHANGED"]);
    let after = after.episode;
    assert_eq!((after.case_manager(), after.lead_officer()), (Some(&frida()), Some(&frida())));
    assert!(owners(&after).iter().all(|(_, owner)| *owner == Some(frida().to_string())), "{:?}", owners(&after));
    let dates = |episode: &Episode| episode.duties().iter().map(Duty::deadline).cloned().collect::<Vec<_>>();
    assert_eq!(dates(&after), dates(&before));
    assert!(!after.wakes_since(&before), "the workflow waits for the same days");
    assert_eq!(after.discussion(), before.discussion(), "who voted is history");
    let change = &after.care().unwrap().case_manager_changes[0];
    assert_eq!((&change.from, &change.to, &change.changed_by), (&anna(), &frida(), &anna()));

    // What begins later is hers as well, and she may hand on.
    let (later, _) = let_time_pass(after.clone(), date(2026, 9, 9));
    let decided = later.decide_review(continuation(), &on(date(2026, 9, 9))).unwrap().episode;
    assert!(owners(&decided).iter().all(|(_, owner)| *owner == Some(frida().to_string())));
    let back = TakingOver { case_manager: anna(), ..to_frida(day) };
    let again = after.change_case_manager(back, doris(), day).unwrap().episode;
    assert_eq!((again.case_manager(), again.care().unwrap().case_manager_changes.len()), (Some(&anna()), 2));
}

#[test]
fn aftercare_goes_over_with_its_duty() {
    let aftercare = in_phase(EpisodePhase::Aftercare, T0);
    let day = add_days(T0, 400);
    let after = aftercare.change_case_manager(to_frida(day), doris(), day).unwrap().episode;
    assert_eq!(owners(&after), [(DutyKind::AftercareEnd, Some(frida().to_string()))]);
}

#[test]
fn what_does_not_fit_is_told_by_field() {
    let day = date(2026, 5, 4);
    let field = |taking: TakingOver| fields(in_delivery(T0).change_case_manager(taking, anna(), day).unwrap_err());
    assert_eq!(field(TakingOver { case_manager: anna(), ..to_frida(day) }), ["case_manager"]);
    assert_eq!(field(TakingOver { case_manager: bernd(), ..to_frida(day) }), ["case_manager"]);
    assert_eq!(field(to_frida(add_days(day, 1))), ["informed_date"]);
    assert_eq!(field(to_frida(add_days(T0, -1))), ["informed_date"]);
    let changed = in_delivery(T0).change_case_manager(to_frida(day), anna(), day).unwrap().episode;
    let back = |informed_on| TakingOver { case_manager: anna(), ..to_frida(informed_on) };
    let refused = changed.clone().change_case_manager(back(add_days(day, -1)), doris(), day).unwrap_err();
    assert_eq!(fields(refused), ["informed_date"], "that was the change before");
    changed.change_case_manager(back(day), doris(), day).unwrap();
}

#[test]
fn a_specialised_case_manager_is_an_outcome_of_the_first_talk() {
    let to_specialist = || TakingOver { reason: CaseManagerChangeReason::Specialised, ..to_frida(T0) };
    let before = admitted_on(T0);
    let refused = before.clone().change_case_manager(to_specialist(), anna(), T0).unwrap_err();
    assert_eq!(refused, Refused::FirstTalkMissing);
    let talked = before.record_first_talk(T0, T0).unwrap().episode;
    let after = talked.change_case_manager(to_specialist(), anna(), T0).unwrap().episode;
    assert_eq!((after.phase(), after.lead_officer()), (EpisodePhase::EntryConsultation, Some(&frida())));
    let late = in_delivery(T0).change_case_manager(to_specialist(), anna(), T0).unwrap_err();
    assert!(matches!(late, Refused::WrongPhase { allowed: [EpisodePhase::EntryConsultation], .. }), "{late:?}");
}
