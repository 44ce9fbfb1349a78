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
    episode::{AccompanimentDecision, Episode},
    records::Aftercare,
    refused::Refused,
    vocabulary::{EpisodePhase, HandoverReceiver, TechnicalEnd, VoidReason},
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
    assert_eq!(episode.clone().complete_aftercare(text(), String::new(), T0).unwrap_err(), Refused::CrisisOpen);
    // Nobody makes contact: it escalates and decides nothing.
    let late = add_days(T0, 5);
    let (episode, told) = let_time_pass(episode, late);
    assert!(
        told.iter()
            .any(|(_, text)| text.starts_with("Überfällig: Kontakt wegen Krise oder gefährdeten Arbeitsplatzes Nr. 1")),
        "{told:?}"
    );
    let episode = done(episode.record_crisis_contact(&crisis_contact(late), late));
    assert_eq!((contacts(&episode)[0].stored_state(), contacts(&episode)[0].days_late()), (DutyState::Done, 2));
    assert!(episode.complete_aftercare(text(), String::new(), late).is_ok());
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

    let early = episode.clone().record_crisis_contact(&crisis_contact(add_days(T0, -1)), second).unwrap_err();
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
}

#[test]
fn contact_answers_what_had_happened_by_then() {
    // Anna talked on the first day; what came on the next day waits on, though both were recorded before she wrote the talk down.
    let second = add_days(T0, 1);
    let episode = done(in_delivery(T0).record_crisis(crisis(T0), bernd(), &on(T0)));
    let episode = done(episode.record_crisis(crisis(second), bernd(), &on(second)));
    let talked = done(episode.record_crisis_contact(&crisis_contact(T0), second));
    let states: Vec<_> = contacts(&talked).iter().map(|duty| (duty.slot(), duty.stored_state())).collect();
    assert_eq!(states, [(1, DutyState::Done), (2, DutyState::Scheduled)]);
    // A crisis of which she heard in the talk itself is answered by it, whenever she records it.
    let heard = done(in_delivery(T0).record_crisis(crisis(T0), anna(), &on(second)));
    assert!(heard.record_crisis_contact(&crisis_contact(T0), second).is_ok());
}

#[test]
fn nothing_that_people_decide_ends_over_a_crisis() {
    let with = |episode: Episode| done(episode.record_crisis(crisis(T0), anna(), &on(T0)));
    let aftercare = Some(Aftercare::SetDate { until: add_days(T0, 90) });
    let open = with(in_delivery(T0));
    assert_eq!(open.clone().end(closing_note(aftercare), &on(T0)).unwrap_err(), Refused::CrisisOpen);
    let talked = with(done(admitted_on(T0).record_first_talk(T0, T0)));
    assert_eq!(talked.refer_back(text(), T0).unwrap_err(), Refused::CrisisOpen);
    let used_up = with(done(accompanied_on(T0, 1).record_accompanying_date(T0, text(), &on(T0))));
    let decision = AccompanimentDecision::Done { reason: text() };
    assert_eq!(used_up.decide_accompaniment(decision, T0).unwrap_err(), Refused::CrisisOpen);
    // Between end and hand-over it goes on with aftercare, and closes nothing.
    let receiver = HandoverReceiver::PlacementOfficer;
    let closing = |aftercare| with(done(in_delivery(T0).end(closing_note(aftercare), &on(T0))));
    assert_eq!(closing(None).accept_handover(receiver, text(), &on(T0)).unwrap_err(), Refused::CrisisOpen);
    let cared_for = done(closing(aftercare).accept_handover(receiver, text(), &on(T0)));
    assert_eq!(contacts(&cared_for)[0].stored_state(), DutyState::Open);
    // Death asks nobody.
    let died = done(open.end_technically(TechnicalEnd::Deceased, String::new(), bernd(), T0));
    assert_eq!(contacts(&died)[0].void_reason(), Some(VoidReason::TechnicalEnd));
}
