//! Row 22: a crisis is answered by contact, and nothing ends over it in silence.

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
    refused::Refused,
    vocabulary::{EpisodePhase, VoidReason},
};

fn contacts(episode: &Episode) -> Vec<&Duty> {
    episode.duties().iter().filter(|duty| duty.kind() == DutyKind::CrisisContact && !duty.is_replaced()).collect()
}

#[test]
fn a_crisis_asks_for_contact_within_three_working_days() {
    let aftercare = in_phase(EpisodePhase::Aftercare, T0);
    let decided = aftercare.record_crisis(crisis(T0), anna(), &on(T0)).unwrap();
    assert_eq!(codes(&decided), ["CRISIS_RECORDED"]);
    let episode = decided.episode;
    // T0 is a Monday.
    let duty = contacts(&episode)[0];
    assert_eq!((duty.deadline().due_on(), duty.owner()), (add_days(T0, 3), Some(&anna())));
    assert_eq!((duty.stored_state(), duty.deadline().explanation.fact_on), (DutyState::Open, Some(T0)));
    assert_eq!(episode.clone().complete_aftercare(text(), T0).unwrap_err(), Refused::CrisisOpen);
    // Nobody makes contact: it escalates and decides nothing.
    let late = add_days(T0, 5);
    let (episode, told) = let_time_pass(episode, late);
    assert!(told.iter().any(|(_, text)| text.starts_with("Überfällig: Kontakt nach einer Krise Nr. 1")), "{told:?}");
    let episode = done(episode.record_crisis_contact(&crisis_contact(late), late));
    assert_eq!((contacts(&episode)[0].stored_state(), contacts(&episode)[0].days_late()), (DutyState::Done, 2));
    assert!(episode.complete_aftercare(text(), late).is_ok());
}

#[test]
fn who_did_not_record_it_is_told_by_time() {
    let episode = done(in_phase(EpisodePhase::Aftercare, T0).record_crisis(crisis(T0), bernd(), &on(T0)));
    assert_eq!(contacts(&episode)[0].stored_state(), DutyState::Scheduled);
    let (_, told) = let_time_pass(episode, T0);
    assert_eq!(told.len(), 1, "{told:?}");
}

#[test]
fn one_contact_answers_every_crisis_that_waits() {
    let second = add_days(T0, 1);
    let episode = done(in_delivery(T0).record_crisis(crisis(T0), anna(), &on(T0)));
    let episode = done(episode.record_crisis(crisis(T0), anna(), &on(second)));
    assert_eq!(contacts(&episode).iter().map(|duty| duty.slot()).collect::<Vec<_>>(), [1, 2]);
    // A version that takes open duties over counts each from its own day.
    let moved = replanned(episode.clone(), &taking(PolicyKey::CrisisContact, "working_days", 1, second), second);
    let due: Vec<_> = contacts(&moved.record).iter().map(|duty| duty.deadline().due_on()).collect();
    assert_eq!(due, [second, add_days(T0, 2)]);

    let early = episode.clone().record_crisis_contact(&crisis_contact(T0), second).unwrap_err();
    assert_eq!(fields(early), ["contact.contact_date"]);
    let episode = done(episode.record_crisis_contact(&crisis_contact(second), second));
    assert!(contacts(&episode).iter().all(|duty| duty.stored_state() == DutyState::Done));
    assert!(episode.care().unwrap().crises.iter().all(|crisis| crisis.contact.is_some()));
    let none = episode.record_crisis_contact(&crisis_contact(second), second).unwrap_err();
    assert_eq!(none, Refused::NoOpenCrisis);
}

#[test]
fn a_crisis_has_its_day_in_care() {
    for occurred_on in [add_days(T0, -1), add_days(T0, 1)] {
        let refused = in_delivery(T0).record_crisis(crisis(occurred_on), anna(), &on(T0)).unwrap_err();
        assert_eq!(fields(refused), ["crisis.occurred_date"]);
    }
    // The end of the episode leaves the contact undone, and says so.
    let open = done(in_delivery(T0).record_crisis(crisis(T0), anna(), &on(T0)));
    let ended = done(open.end(closing_note(None), &on(T0)));
    assert_eq!(contacts(&ended)[0].void_reason(), Some(VoidReason::EpisodeEnded));
}
