//! Row 21: the hand-over after the end of care waits for somebody who accepts it, and is never forgotten.

use jiff::civil::Date;
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
    records::{Aftercare, ClosingNote},
    vocabulary::{EndReason, EpisodePhase, HandoverReceiver, ReopeningExtent, TechnicalEnd, VoidReason},
};

/// Ten working days after T0, a Monday.
const DUE: i32 = 14;

fn ended(note: ClosingNote) -> Episode {
    done(in_delivery(T0).end(note, &on(T0)))
}

fn accepted(episode: Episode, day: Date) -> Episode {
    done(episode.accept_handover(HandoverReceiver::PlacementOfficer, text(), &on(day)))
}

/// The acceptances there have been, replaced ones left out.
fn acceptances(episode: &Episode) -> Vec<&Duty> {
    episode.duties().iter().filter(|duty| duty.kind() == DutyKind::HandoverAcceptance && !duty.is_replaced()).collect()
}

#[test]
fn a_hand_over_that_nobody_accepts_escalates() {
    let episode = ended(closing_note(None));
    let duty = acceptances(&episode)[0];
    assert_eq!((duty.deadline().due_on(), duty.owner()), (add_days(T0, DUE), Some(&bernd())));
    assert_eq!((duty.stored_state(), duty.deadline().explanation.fact_on), (DutyState::Scheduled, Some(T0)));
    // Time opens it on the same day, which tells the placement officer.
    let (episode, told) = let_time_pass(episode, T0);
    assert!(told[0].1.starts_with("Annahme der Übergabe möglich"), "{told:?}");
    assert_eq!(let_time_pass(episode.clone(), add_days(T0, DUE)).1.len(), 0, "in time until the day itself");
    let late = add_days(T0, DUE + 2);
    let (episode, told) = let_time_pass(episode, late);
    assert!(told[0].1.starts_with("Überfällig: Annahme der Übergabe, 1. Eskalation"), "{told:?}");
    assert_eq!(episode.phase(), EpisodePhase::Closing, "what is overdue decides nothing");

    let decided = episode.accept_handover(HandoverReceiver::PlacementOfficer, text(), &on(late)).unwrap();
    assert_eq!(decided.events[0].event.text_de(), "Übergabe an die Arbeitsvermittlung angenommen, 2 Tage verspätet.");
    let duty = acceptances(&decided.episode)[0];
    assert_eq!((duty.stored_state(), duty.days_late()), (DutyState::Done, 2));
}

#[test]
fn who_does_not_stay_is_seen_to_by_the_case_manager() {
    let elsewhere = ClosingNote { reason: EndReason::CompetenceChanged, ..closing_note(None) };
    let in_work = closing_note(Some(Aftercare::JobStart { started_on: T0 }));
    for note in [elsewhere, in_work] {
        let episode = ended(note);
        assert_eq!(acceptances(&episode)[0].owner(), Some(&anna()));
        // Another case manager takes the duty over with the rest.
        let taken = done(episode.change_case_manager(to_frida(T0), anna(), T0));
        assert_eq!(acceptances(&taken)[0].owner(), Some(&frida()));
    }
    let stays = done(ended(closing_note(None)).change_case_manager(to_frida(T0), anna(), T0));
    assert_eq!(acceptances(&stays)[0].owner(), Some(&bernd()));
}

#[test]
fn a_technical_end_leaves_nobody_to_accept() {
    let before = ended(closing_note(None));
    let dead = done(before.clone().end_technically(TechnicalEnd::Deceased, text(), bernd(), T0));
    assert_eq!(acceptances(&dead)[0].void_reason(), Some(VoidReason::TechnicalEnd));
    // Reported in error: the hand-over waits as it did, for the same person.
    assert_eq!(reopened(dead, ReopeningExtent::Closing, T0).episode.duties(), before.duties());
}

#[test]
fn a_hand_over_that_is_undone_waits_again() {
    let day = add_days(T0, 3);
    let (before, _) = let_time_pass(ended(closing_note(None)), day);
    let again = reopened(accepted(before.clone(), day), ReopeningExtent::Closing, day).episode;
    assert_eq!((again.phase(), again.duties()), (EpisodePhase::Closing, before.duties()));
    assert_eq!(acceptances(&accepted(again, day))[0].stored_state(), DutyState::Done);
}

#[test]
fn with_an_end_that_is_undone_its_hand_over_is_history() {
    let closed = accepted(ended(closing_note(None)), T0);
    let care = reopened(closed, ReopeningExtent::EndOfCare, T0).episode;
    let states = |episode: &Episode| acceptances(episode).iter().map(|duty| duty.stored_state()).collect::<Vec<_>>();
    assert_eq!(states(&care), [DutyState::Done]);
    let second = done(care.end(closing_note(None), &on(T0)));
    let slots: Vec<_> = acceptances(&second).iter().filter(|duty| duty.is_unsettled()).map(|it| it.slot()).collect();
    assert_eq!(slots, [2], "the second end asks for its own");
}

#[test]
fn a_version_that_takes_open_duties_over_moves_it() {
    let sooner = taking(PolicyKey::HandoverAcceptance, "working_days", 2, add_days(T0, 1));
    let moved = replanned(ended(closing_note(None)), &sooner, add_days(T0, 1));
    assert_eq!(acceptances(&moved.record)[0].deadline().due_on(), add_days(T0, 2));
    assert_eq!(acceptances(&moved.record)[0].owner(), Some(&bernd()));
}
