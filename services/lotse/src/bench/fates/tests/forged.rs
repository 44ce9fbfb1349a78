//! Histories that no act leads to, each against the law that has to notice it.

use jiff::civil::{Date, date};
use lotse_cases::domain::{
    duties::Duty,
    episode::{Act, AdmitDecision, Ballot, Deciding, Episode, Facts, Places},
    records::{CriteriaSheet, Profile, Proposal, Support},
    vocabulary::{AdmissionBasis, SignalSource},
};
use lotse_kernel::{
    dates::add_days,
    duty::{DutyKind as Kind, DutyStep},
};
use serde_json::{Value, json};

use crate::bench::fates::{
    chance::Chance,
    deeds::{Scene, attempt},
    laws::{Cause, Moved, caught_up, episode_moved, in_sight, refused},
    people::{People, case, profile, words},
    place::{Place, all},
    rows::Deed,
};

const T0: Date = date(2026, 3, 9);

fn place() -> Place {
    all().unwrap().swap_remove(0)
}

fn done(act: Act) -> Episode {
    act.unwrap().episode
}

/// An episode in its entry consultation since t0.
fn admitted(place: &Place) -> Episode {
    let (people, rules) = (People::hired().unwrap(), place.rules(T0));
    let name = format!("{}/episodes/00000000-0000-7000-8000-000000000001", case(1).unwrap()).parse().unwrap();
    let officer = people.officer().clone();
    let proposal = Proposal {
        signal_source: SignalSource::PlacementTalk,
        criteria: CriteriaSheet { lacking_abilities: words(), reasons_in_person: words(), expected_progress: words() },
        proposed_on: T0,
        proposed_by: officer.clone(),
        placement_officer: officer.clone(),
        previous_episode: None,
    };
    let manager = people.managers()[0].clone();
    let it = Episode::propose(name, proposal, &rules).unwrap().episode;
    let it = done(it.schedule_discussion(T0, manager.clone(), officer.clone(), &officer, T0));
    let it = done(it.cast_vote(manager.clone(), Ballot::new(true, words()), T0));
    let it = done(it.cast_vote(officer, Ballot::new(true, words()), T0));
    let decision = AdmitDecision {
        basis: AdmissionBasis::Prospect,
        deviation_reason: words(),
        support: Support::Full,
        assigned_on: None,
    };
    let found: Profile = profile(T0, &mut Chance::of(1));
    let places = Places { caseload: 1, ahead: 0, full_time_percent: 100 };
    done(it.admit(decision, &Deciding { decider: manager, leads: false, profile: &found, places, rules: &rules }))
}

/// An episode with its duties, some of them changed or left out, as JSON; and with other facts.
fn forged(it: &Episode, facts: impl Fn(&mut Value), duty: impl Fn(Kind, &mut Value) -> bool) -> Episode {
    let mut told = serde_json::to_value(it.facts()).unwrap();
    facts(&mut told);
    let facts: Facts = serde_json::from_value(told).unwrap();
    let duties = it.duties().iter().filter_map(|of| {
        let mut told = serde_json::to_value(of).unwrap();
        duty(of.kind(), &mut told).then(|| serde_json::from_value::<Duty>(told).unwrap())
    });
    Episode::from_rows(it.name().clone(), facts, duties)
}

/// The same facts with duties forged.
fn with_duties(it: &Episode, duty: impl Fn(Kind, &mut Value) -> bool) -> Episode {
    forged(it, |_| {}, duty)
}

fn only(kind: Kind, change: impl Fn(&mut Value)) -> impl Fn(Kind, &mut Value) -> bool {
    move |of, told| {
        if of == kind {
            change(told);
        }
        true
    }
}

/// The law that notices what became of an episode.
fn noticed(before: &Episode, after: &Episode, cause: &Cause, place: &Place) -> &'static str {
    let today = add_days(T0, 1);
    let verdict = episode_moved(&Moved { before: Some(before), after, cause, today, place });
    verdict.map_or_else(|fault| fault.law, |()| "nothing")
}

#[test]
fn duties_that_were_tampered_with_are_noticed() {
    let place = place();
    let it = admitted(&place);
    let talk = Cause::Deed(Deed::RecordFirstTalk, None);
    let law = |after: &Episode| noticed(&it, after, &talk, &place);
    assert_eq!(law(&done(it.clone().record_first_talk(T0, add_days(T0, 1)))), "nothing");

    assert_eq!(law(&with_duties(&it, |kind, _| kind != Kind::RegularMaximum)), "no duty is lost");
    let moved = only(Kind::FirstTalk, |told| told["deadline"]["explanation"]["due_on"] = json!("2026-04-01"));
    assert_eq!(law(&with_duties(&it, moved)), "the dates of a duty do not move");
    let back = only(Kind::ProposalDecision, |told| told["status"] = json!("Open"));
    assert_eq!(law(&with_duties(&it, back)), "what is settled stays as it is");
    let settled = |days_late| {
        let done = json!({ "Done": { "outcome": "HELD", "done_on": "2026-03-10", "days_late": days_late } });
        only(Kind::FirstTalk, move |told| told["status"] = done.clone())
    };
    assert_eq!(law(&with_duties(&it, settled(3))), "the days late are those after the last day in time");
    let missed = json!({ "Missed": { "missed_on": "2026-03-10", "days_late": 0 } });
    let missed = only(Kind::FirstTalk, move |told| told["status"] = missed.clone());
    assert_eq!(law(&with_duties(&it, missed)), "only a review is missed, by the next one or its day");
    let void = json!({ "Void": { "reason": "TECHNICAL_END", "voided_on": "2026-03-10", "days_late": 0 } });
    let void = only(Kind::FirstTalk, move |told| told["status"] = void.clone());
    assert_eq!(law(&with_duties(&it, void)), "a duty is void for the reason that made it so");
    let escalated = only(Kind::FirstTalk, |told| told["notices"]["last_escalation"] = json!({ "round": 1, "on": T0 }));
    assert_eq!(law(&with_duties(&it, escalated)), "people do not take the steps of time");
    let alliance = Cause::Deed(Deed::AnswerExtension, None);
    assert_eq!(noticed(&it, &with_duties(&it, settled(0)), &alliance, &place), "a duty is done by what does it");
}

#[test]
fn a_duty_that_comes_twice_is_noticed() {
    let place = place();
    let it = admitted(&place);
    let twice = |change: fn(&mut Value)| {
        let copies = it.duties().iter().filter(|duty| duty.kind() == Kind::ContinuationReview).map(|duty| {
            let mut told = serde_json::to_value(duty).unwrap();
            told["name"] = json!(duty.name().to_string().replace(&duty.name().id().to_string(), OTHER));
            change(&mut told);
            serde_json::from_value::<Duty>(told).unwrap()
        });
        let duties = it.duties().iter().cloned().chain(copies);
        Episode::from_rows(it.name().clone(), it.facts().clone(), duties)
    };
    let law = |after: &Episode| noticed(&it, after, &Cause::Deed(Deed::DecideReview, None), &place);
    assert_eq!(law(&twice(|_| {})), "no duty is doubled: one revision follows the other");
    assert_eq!(law(&twice(|told| told["revision"] = json!(2))), "no duty is doubled: one of a place counts");
    let drifted = |told: &mut Value| {
        told["deadline"]["slot"] = json!(2);
        for (day, on) in [("due_on", "2027-03-10"), ("target_on", "2027-03-10"), ("overdue_after", "2027-03-11")] {
            told["deadline"]["explanation"][day] = json!(on);
        }
    };
    assert_eq!(law(&twice(drifted)), "the grid of reviews counts from t0");
}

/// The id of a duty that should not be there.
const OTHER: &str = "00000000-0000-7000-8000-00000000dead";

#[test]
fn a_phase_without_a_row_and_an_end_without_a_reason_are_noticed() {
    let place = place();
    let it = admitted(&place);
    let talk = Cause::Deed(Deed::RecordFirstTalk, None);
    let proposed = forged(&it, |facts| facts["state"] = json!("Proposed"), |_, _| true);
    assert_eq!(noticed(&it, &proposed, &talk, &place), "phases change along the rows of the table");
    let turn = forged(&it, |facts| facts["state"]["Active"]["first_talk_on"] = json!("2026-03-10"), |_, _| true);
    assert_eq!(noticed(&it, &turn, &Cause::Turn, &place), "neither time nor a policy version decides anything");

    let talked = done(it.record_first_talk(T0, T0));
    let back = Cause::Deed(Deed::ReferBack, None);
    let referred = done(talked.clone().refer_back(words(), add_days(T0, 1)));
    assert_eq!(noticed(&talked, &referred, &back, &place), "nothing");
    let silent = |facts: &mut Value| facts["state"]["ReferredBack"]["refer_back"]["reason"] = json!(" ");
    let silent = forged(&referred, silent, |_, _| true);
    assert_eq!(noticed(&talked, &silent, &back, &place), "who is referred back is told why");
    let left = forged(&referred, |_| {}, only(Kind::RegularMaximum, |told| told["status"] = json!("Scheduled")));
    assert_eq!(noticed(&talked, &left, &back, &place), "one limit runs while an episode is active");
}

#[test]
fn what_is_overdue_and_does_not_escalate_is_noticed() {
    let place = place();
    let it = admitted(&place);
    let today = add_days(T0, 40);
    let timetable = it.timetable(0, &place.rules(today)).unwrap();
    assert_eq!(in_sight(it.duties(), &timetable.due, today), Ok(()));
    let verdict = caught_up(it.duties(), &timetable.due, &place, today);
    assert_eq!(verdict.unwrap_err().law, "time leaves no step of a day");
    assert_eq!(timetable.steps_due(today)[0].1.step, DutyStep::Escalate);
    let early = it.timetable(0, &place.rules(T0)).unwrap();
    assert_eq!(in_sight(it.duties(), &early.due, today).unwrap_err().law, "what is late is overdue in the timetable");
    let skipped = only(Kind::FirstTalk, |told| {
        told["notices"] =
            json!({ "openings": 0, "reminded": true, "last_escalation": { "round": 1, "on": add_days(today, 9) } });
    });
    let skipped = with_duties(&it, skipped);
    let timetable = skipped.timetable(0, &place.rules(today)).unwrap();
    let verdict = caught_up(skipped.duties(), &timetable.due, &place, today);
    assert_eq!(verdict.unwrap_err().law, "what is overdue escalates at its interval");
    let noisy = only(Kind::FirstTalk, |told| {
        told["notices"] = json!({ "openings": 0, "reminded": true, "last_escalation": { "round": 9, "on": today } });
    });
    let noisy = with_duties(&it, noisy);
    let timetable = noisy.timetable(0, &place.rules(today)).unwrap();
    let verdict = caught_up(noisy.duties(), &timetable.due, &place, today);
    assert_eq!(verdict.unwrap_err().law, "what is overdue escalates no oftener than its interval says");
}

#[test]
fn a_refusal_for_a_phase_that_fits_is_noticed() {
    let place = place();
    let it = admitted(&place);
    let (people, found) = (People::hired().unwrap(), profile(T0, &mut Chance::of(1)));
    let scene = Scene { today: T0, people: &people, place: &place, profile: &found, newer: None };
    let tried = attempt(Deed::ActivatePlan, it.clone(), &scene, &mut Chance::of(1));
    let answer = tried.answer.unwrap_err();
    assert_eq!(refused(Deed::ActivatePlan, &answer, &it, &it), Ok(()));
    let law = |deed, after: &Episode| refused(deed, &answer, &it, after).unwrap_err().law;
    let in_place = "an act is refused for its phase where it has no row, and only there";
    assert_eq!(law(Deed::RecordFirstTalk, &it), in_place);
    let talked = done(it.clone().record_first_talk(T0, T0));
    assert_eq!(law(Deed::ActivatePlan, &talked), "a refused act leaves the episode as it was");
}
