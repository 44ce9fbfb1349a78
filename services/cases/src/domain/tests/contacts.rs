//! R122: contacts that are planned for aftercare are duties of the case manager, and each has its outcome.

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::add_days,
    duty::{DutyKind, DutyState},
};

use super::support::*;
use crate::domain::{
    duties::Duty,
    episode::{ContactRecord, Episode},
    records::Aftercare,
    vocabulary::{ContactOutcome, HandoverReceiver, ReopeningExtent, TechnicalEnd, VoidReason},
};

/// A Wednesday and a Saturday.
const DAYS: [Date; 2] = [date(2026, 4, 8), date(2026, 5, 9)];
const UNTIL: Date = date(2026, 6, 30);

fn contacts(episode: &Episode) -> Vec<&Duty> {
    let mut found: Vec<_> = episode.duties().iter().filter(|duty| duty.kind() == DutyKind::AftercareContact).collect();
    found.sort_by_key(|duty| duty.slot());
    found
}

fn ended() -> Episode {
    done(in_delivery(T0).end(with_contacts(UNTIL, &DAYS), &on(T0)))
}

fn in_aftercare() -> Episode {
    done(ended().accept_handover(HandoverReceiver::PlacementOfficer, text(), &on(T0)))
}

fn voids(episode: &Episode) -> Vec<Option<VoidReason>> {
    contacts(episode).into_iter().map(Duty::void_reason).collect()
}

#[test]
fn each_planned_day_is_a_duty_of_the_case_manager() {
    let episode = in_aftercare();
    let days: Vec<_> = contacts(&episode).iter().map(|duty| (duty.slot(), duty.deadline().due_on())).collect();
    assert_eq!(days, [(1, DAYS[0]), (2, DAYS[1])]);
    assert!(contacts(&episode).iter().all(|duty| duty.owner() == Some(&anna())));
    let first = contacts(&episode)[0];
    // What was to be done on a day can be told when the day is over.
    assert_eq!((first.deadline().opens_on, first.deadline().overdue_after()), (DAYS[0], date(2026, 4, 9)));
    assert_eq!(contacts(&episode)[1].deadline().overdue_after(), date(2026, 5, 11), "a Monday");
    let (late, told) = let_time_pass(episode, date(2026, 4, 10));
    assert!(
        told.iter().any(|(_, text)| text.starts_with("Überfällig: Kontakt in der Nachbetreuung Nr. 1")),
        "{told:?}"
    );
    let held = late.record_aftercare_contact(contact(1, DAYS[0]), anna(), date(2026, 4, 10)).unwrap();
    assert_eq!(codes(&held), ["AFTERCARE_CONTACT_RECORDED"]);
    assert_eq!(
        (contacts(&held.episode)[0].stored_state(), contacts(&held.episode)[0].days_late()),
        (DutyState::Done, 0)
    );
    let made = held.episode.closing().unwrap().contacts[0].made.clone().unwrap();
    assert_eq!((made.outcome, made.contacted_on, made.recorded_by), (ContactOutcome::Held, DAYS[0], anna()));
}

#[test]
fn days_are_planned_within_aftercare_each_once() {
    let field = |at: usize| format!("closing_record.aftercare.contact_dates[{at}]");
    let wrong = [T0, add_days(UNTIL, 1), DAYS[0], DAYS[0], UNTIL];
    let refused = in_delivery(T0).end(with_contacts(UNTIL, &wrong), &on(T0)).unwrap_err();
    assert_eq!(fields(refused), [field(0), field(1), field(3)]);
    let without = crate::domain::records::ClosingNote { aftercare: None, ..with_contacts(UNTIL, &DAYS[..1]) };
    assert_eq!(fields(in_delivery(T0).end(without, &on(T0)).unwrap_err()), [field(0)], "there is no aftercare");
}

#[test]
fn a_further_contact_is_planned_while_aftercare_runs() {
    let today = date(2026, 4, 20);
    let planned = in_aftercare().plan_aftercare_contact(today, &on(today)).unwrap();
    assert_eq!(codes(&planned), ["AFTERCARE_CONTACT_PLANNED"]);
    let episode = planned.episode;
    assert_eq!((contacts(&episode)[2].slot(), contacts(&episode)[2].deadline().due_on()), (3, today));
    assert_eq!(episode.closing().unwrap().contacts[2].agreed_on, today);
    for wrong in [add_days(today, -1), add_days(UNTIL, 1), DAYS[1], today] {
        let refused = episode.clone().plan_aftercare_contact(wrong, &on(today)).unwrap_err();
        assert_eq!(fields(refused), ["planned_date"], "{wrong}");
    }
    // The day of a contact that was made is free again.
    let held = done(episode.record_aftercare_contact(contact(3, today), anna(), today));
    assert!(held.plan_aftercare_contact(today, &on(today)).is_ok());
}

#[test]
fn who_was_not_reached_was_looked_for_on_the_day() {
    let missed = |contacted_on| ContactRecord { outcome: ContactOutcome::NotReached, ..contact(1, contacted_on) };
    let early = in_aftercare().record_aftercare_contact(missed(add_days(DAYS[0], -1)), anna(), DAYS[0]).unwrap_err();
    assert_eq!(fields(early), ["contact_date"]);
    let tried = done(in_aftercare().record_aftercare_contact(missed(DAYS[0]), anna(), DAYS[0]));
    assert_eq!(contacts(&tried)[0].stored_state(), DutyState::Done);
    // A contact that comes about earlier is one all the same.
    assert!(in_aftercare().record_aftercare_contact(contact(1, T0), anna(), T0).is_ok());
    for (number, day) in [(1, DAYS[0]), (0, DAYS[0]), (9, DAYS[0])] {
        let refused = tried.clone().record_aftercare_contact(contact(number, day), anna(), day).unwrap_err();
        assert_eq!(fields(refused), ["number"], "{number}");
    }
    for day in [add_days(T0, -1), add_days(DAYS[0], 1)] {
        let refused = in_aftercare().record_aftercare_contact(contact(1, day), anna(), DAYS[0]).unwrap_err();
        assert_eq!(fields(refused), ["contact_date"], "{day}");
    }
}

#[test]
fn what_is_promised_does_not_wait_for_the_hand_over() {
    let held = done(ended().record_aftercare_contact(contact(1, DAYS[0]), anna(), DAYS[0]));
    assert_eq!(contacts(&held)[0].stored_state(), DutyState::Done);
}

#[test]
fn contacts_that_are_left_are_void_for_their_reason() {
    let checked = done(in_aftercare().complete_aftercare(text(), String::new(), DAYS[0]));
    assert_eq!(voids(&checked), [Some(VoidReason::AftercareEnded); 2]);
    let died = done(in_aftercare().end_technically(TechnicalEnd::Deceased, String::new(), bernd(), DAYS[0]));
    assert_eq!(voids(&died), [Some(VoidReason::TechnicalEnd); 2]);
    // The contact of a crisis comes first: what was planned until it is due gives way, and what comes later stays.
    let monday = date(2026, 4, 6);
    let crisis = done(in_aftercare().record_crisis(crisis(monday), anna(), &on(monday)));
    assert_eq!(voids(&crisis), [Some(VoidReason::CrisisContact), None]);
}

#[test]
fn contacts_come_back_with_the_aftercare_that_was_closed_in_error() {
    let checked = done(in_aftercare().complete_aftercare(text(), String::new(), T0));
    let again = reopened(checked.clone(), ReopeningExtent::Closing, T0).episode;
    assert_eq!(voids(&again), [None, None]);
    let waits =
        |it: &Episode| -> Vec<_> { contacts(it).iter().map(|duty| (duty.status(), duty.owner().cloned())).collect() };
    assert_eq!(waits(&again), waits(&in_aftercare()));
    // With the end of care they never were, and those of the next end have other numbers.
    let care = reopened(checked, ReopeningExtent::EndOfCare, T0).episode;
    assert!(contacts(&care).iter().all(|duty| !duty.is_unsettled()));
    let next = done(care.end(with_contacts(UNTIL, &DAYS), &on(T0)));
    let numbers: Vec<_> = next.closing().unwrap().contacts.iter().map(|contact| contact.number).collect();
    assert_eq!(numbers, [3, 4]);
    assert!(contacts(&next)[2].is_unsettled() && contacts(&next)[3].is_unsettled());
}

#[test]
fn an_end_without_aftercare_plans_none() {
    let closed = in_delivery(T0).end(closing_note(Some(Aftercare::SetDate { until: UNTIL })), &on(T0)).unwrap().episode;
    assert!(contacts(&closed).is_empty());
}
