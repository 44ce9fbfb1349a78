//! Row 11 and T5: a plan is kept up to date from its issue on, by whoever leads.

use jiff::civil::date;
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
    duties::{Duty, Status},
    episode::Episode,
    records::{LifeChange, Support},
    vocabulary::{DutyOutcome, EpisodePhase, VariantSwitchAnswer},
};

fn updates(episode: &Episode) -> Vec<&Duty> {
    let mut updates: Vec<_> = episode.duties().iter().filter(|duty| duty.kind() == DutyKind::PlanUpdate).collect();
    updates.sort_by_key(|duty| duty.slot());
    updates
}

#[test]
fn a_plan_is_updated_within_six_months_of_its_issue() {
    assert!(updates(&in_phase(EpisodePhase::Planning, T0)).is_empty(), "nothing is issued yet");
    let issued_on = date(2026, 3, 7);
    let planning = in_phase(EpisodePhase::Planning, PROPOSED);
    let episode = done(planning.activate_plan(goals(issued_on), issued_on, &on(T0)));
    let duty = updates(&episode)[0];
    // It counts from the issue, not from the record. The day is a Monday, and the day before it opens a Saturday.
    assert_eq!((duty.slot(), duty.deadline().due_on(), duty.owner()), (1, date(2026, 9, 7), Some(&anna())));
    assert_eq!((duty.stored_state(), duty.deadline().opens_on), (DutyState::Scheduled, date(2026, 8, 8)));
    assert_eq!(duty.deadline().explanation.rule_version, "federal/PLAN_UPDATE/2");
    // Nobody updates it: it opens, escalates, and decides nothing.
    let (late, told) = let_time_pass(episode.clone(), date(2026, 9, 8));
    let told: Vec<_> = told.into_iter().filter(|(_, text)| text.contains("Aktualisierung des Plans")).collect();
    let opened = "Aktualisierung des Plans möglich, fällig am Montag, 07.09.2026.".to_owned();
    let escalated = "Überfällig: Aktualisierung des Plans, 1. Eskalation.".to_owned();
    assert_eq!(told, [(date(2026, 8, 8), opened), (date(2026, 9, 8), escalated)]);
    assert_eq!((late.phase(), late.plan()), (EpisodePhase::Delivery, episode.plan()));
}

#[test]
fn a_new_plan_is_the_update_of_the_one_before() {
    let (changed, issued) = (date(2026, 9, 1), date(2026, 9, 14));
    let before = in_delivery(T0);
    let change = LifeChange { occurred_on: changed, text: text() };
    let episode = done(before.clone().record_life_change(change, anna(), changed));
    assert_eq!(updates(&episode), updates(&before), "a plan that was given up is to be made again by the same day");
    let episode = done(episode.complete_assessment(assessment(issued), issued));
    let decided = episode.activate_plan(goals(issued), issued, &on(issued)).unwrap();
    // T0 plus six months is the 9th.
    assert_eq!(decided.events[0].event.text_de(), "Integrationsplan mit 1 Ziel aktiv, 5 Tage verspätet.");
    let [old, new] = updates(&decided.episode)[..] else { panic!("two updates") };
    let done = Status::Done { outcome: DutyOutcome::Updated, done_on: issued, days_late: 5 };
    assert_eq!((old.status(), new.slot(), new.deadline().due_on()), (done, 2, date(2027, 3, 14)));
}

#[test]
fn whoever_leads_keeps_the_plan_up_to_date() {
    let owner = |episode: &Episode| updates(episode)[0].owner().cloned();
    let switched = |episode: Episode, to| {
        let episode = done(episode.propose_variant_switch(to, text(), anna(), &on(T0)));
        done(episode.answer_variant_switch(VariantSwitchAnswer::Agreed, String::new(), bernd(), T0))
    };
    let full = in_delivery(T0);
    let accompanied = switched(full.clone(), Support::Accompanying { planned_dates: 2 });
    assert_eq!((owner(&full), owner(&accompanied)), (Some(anna()), Some(bernd())));
    let again = switched(accompanied.clone(), Support::Full);
    assert_eq!((owner(&again), updates(&again)[0].status()), (Some(anna()), Status::Scheduled));
    // Who takes the case over takes the plan of the case manager over, and not that of the placement officer.
    let taken = |episode: Episode| owner(&done(episode.change_case_manager(to_frida(T0), anna(), T0)));
    assert_eq!((taken(full), taken(accompanied)), (Some(frida()), Some(bernd())));
    // A declined switch moves nothing.
    let proposed = Support::Accompanying { planned_dates: 2 };
    let declined = done(in_delivery(T0).propose_variant_switch(proposed, text(), anna(), &on(T0)));
    let declined = done(declined.answer_variant_switch(VariantSwitchAnswer::Declined, text(), bernd(), T0));
    assert_eq!(owner(&declined), Some(anna()));
}

#[test]
fn a_version_that_takes_open_duties_over_moves_the_update_once() {
    let today = add_days(T0, 10);
    let moved = replanned(in_delivery(T0), &taking(PolicyKey::PlanUpdate, "months", 4, today), today);
    let due: Vec<_> =
        updates(&moved.record).iter().map(|duty| (duty.is_replaced(), duty.deadline().due_on())).collect();
    assert!(due.contains(&(true, date(2026, 9, 9))) && due.contains(&(false, date(2026, 7, 9))), "{due:?}");
}
