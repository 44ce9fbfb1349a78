//! Steps of time: guards, rounds, audiences, and what wakes the workflow.

use jiff::civil::date;
use lotse_kernel::{
    dates::add_days,
    deadlines::escalation::LastEscalation,
    duty::{DutyKind, DutyState, DutyStep, next_wake},
    names::DutyName,
};

use super::support::*;
use crate::domain::{
    episode::{Audience, Episode, Step},
    vocabulary::{EpisodePhase, TechnicalEnd},
};

fn duty(episode: &Episode, kind: DutyKind) -> DutyName {
    episode.duties().iter().find(|duty| duty.kind() == kind).unwrap().name().clone()
}

#[test]
fn the_workflow_tells_a_technical_end_from_a_closing() {
    let ended = in_delivery(T0).end_technically(TechnicalEnd::Deceased, String::new(), bernd(), T0).unwrap();
    let timetable = ended.episode.timetable(1, &on(T0)).unwrap();
    assert_eq!((timetable.finished, timetable.phase.as_str()), (true, "ENDED_TECHNICALLY"));
}

fn step(duty: &DutyName, step: DutyStep, round: i32) -> Step {
    Step { duty: duty.clone(), step, round }
}

#[test]
fn an_opening_tells_the_owner_and_wants_a_letter() {
    let episode = in_delivery(T0);
    let review = duty(&episode, DutyKind::ContinuationReview);
    let open = step(&review, DutyStep::Open, 1);
    let early = episode.clone().take_step(&open, &on(date(2026, 8, 9))).unwrap();
    assert_eq!((early.taken, &early.episode), (false, &episode));
    let opened = episode.take_step(&open, &on(date(2026, 8, 10))).unwrap();
    assert!(opened.taken && opened.letter_wanted);
    assert_eq!(opened.audiences, [Audience::Staff(anna())]);
    assert!(!opened.episode.clone().take_step(&open, &on(date(2026, 8, 10))).unwrap().taken);
    let reviews = opened.episode.duties().iter().filter(|duty| duty.kind() == DutyKind::ContinuationReview).count();
    assert_eq!(reviews, 2, "the next slot is scheduled when one opens");
}

#[test]
fn an_undecided_proposal_reminds_both_and_escalates_to_the_team_lead() {
    let episode = discussed(proposed_on(PROPOSED), true, T0);
    let proposal = duty(&episode, DutyKind::ProposalDecision);
    assert_eq!(next_wake(&episode.timetable(1, &on(T0)).unwrap(), T0), Some(date(2026, 3, 30)));
    let reminded = episode.take_step(&step(&proposal, DutyStep::Remind, 1), &on(date(2026, 3, 30))).unwrap();
    assert_eq!(reminded.audiences, [Audience::Staff(bernd()), Audience::Staff(anna())]);
    let escalated =
        reminded.episode.take_step(&step(&proposal, DutyStep::Escalate, 1), &on(date(2026, 3, 31))).unwrap();
    assert_eq!(escalated.audiences, [Audience::Staff(bernd()), Audience::TeamLead]);
    let again = escalated.episode.take_step(&step(&proposal, DutyStep::Escalate, 2), &on(date(2026, 4, 6))).unwrap();
    assert!(!again.taken);
    assert!(again.episode.take_step(&step(&proposal, DutyStep::Escalate, 2), &on(date(2026, 4, 7))).unwrap().taken);
}

#[test]
fn an_outage_is_made_up_with_one_escalation() {
    let day = date(2026, 10, 12);
    let episode = unplanned(T0);
    let review = duty(&episode, DutyKind::ContinuationReview);
    let episode = episode.take_step(&step(&review, DutyStep::Open, 1), &on(day)).unwrap().episode;
    let next = episode.timetable(0, &on(day)).unwrap().due[0].next_step.unwrap();
    assert_eq!((next.step, next.round, next.on), (DutyStep::Escalate, 1, date(2026, 10, 9)));
    let episode = episode.take_step(&step(&review, next.step, next.round), &on(day)).unwrap().episode;
    let notices = episode.duties().get(&review).unwrap().notices();
    assert_eq!(notices.last_escalation, Some(LastEscalation { round: 1, on: day }));
    assert_eq!(next_wake(&episode.timetable(0, &on(day)).unwrap(), day), Some(date(2026, 10, 16)));
}

#[test]
fn steps_that_do_not_fit_change_nothing() {
    let episode = in_delivery(T0);
    let late = date(2030, 1, 1);
    for duty in episode.duties().iter() {
        for kind in [DutyStep::Remind, DutyStep::Escalate, DutyStep::Miss] {
            let answer = episode.clone().take_step(&step(duty.name(), kind, 1), &on(late)).unwrap();
            assert!(!answer.taken, "{kind} of {:?}", duty.status());
        }
        let unknown_round = episode.clone().take_step(&step(duty.name(), DutyStep::Open, 2), &on(late)).unwrap();
        assert!(!unknown_round.taken);
    }
    let foreign: DutyName = format!("{}/duties/018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f", name()).parse().unwrap();
    assert!(!episode.take_step(&step(&foreign, DutyStep::Open, 1), &on(late)).unwrap().taken);
}

#[test]
fn overdue_is_derived_and_an_opening_does_not_wait() {
    let episode = in_delivery(T0);
    let review = episode.duties().iter().find(|duty| duty.kind() == DutyKind::ContinuationReview).unwrap();
    assert_eq!(review.state_on(date(2026, 8, 9)), DutyState::Scheduled);
    assert_eq!(review.state_on(date(2026, 8, 10)), DutyState::Open);
    assert_eq!(review.state_on(date(2026, 9, 10)), DutyState::Open);
    assert_eq!(review.state_on(date(2026, 9, 11)), DutyState::Overdue);
    assert_eq!(review.stored_state(), DutyState::Scheduled);
}

#[test]
fn only_acts_that_change_the_waiting_wake() {
    let wakes = |before: &Episode, after: &Episode| after.wakes_since(before);
    let admitted = admitted_on(T0);
    assert!(wakes(&discussed(proposed_on(T0), true, T0), &admitted));
    let talked = done(admitted.clone().record_first_talk(T0, T0));
    assert!(wakes(&admitted, &talked));
    let allied = done(talked.clone().agree_alliance(shown(), alliance(T0), T0));
    assert!(!wakes(&talked, &allied));
    let planning = in_phase(EpisodePhase::Planning, T0);
    assert!(!wakes(&allied, &planning));
    let delivery = in_delivery(T0);
    assert!(wakes(&planning, &delivery), "the plan has to be kept up to date");
    let closing = done(delivery.clone().end(closing_note(None), &on(T0)));
    assert!(wakes(&delivery, &closing));
    assert!(wakes(&closing, &in_phase(EpisodePhase::Closed, T0)));
}

#[test]
fn a_late_assignment_lets_time_open_what_is_past() {
    let today = add_days(T0, 200);
    let episode = discussed(proposed_on(T0), true, T0);
    let episode = done(episode.admit(admit_decision(Some(T0)), &by_anna(&profile(), &on(today))));
    assert_eq!(next_wake(&episode.timetable(0, &on(today)).unwrap(), today), Some(today));
    let steps: Vec<_> = episode
        .timetable(0, &on(today))
        .unwrap()
        .steps_due(today)
        .iter()
        .map(|(entry, next)| (entry.kind, next.step))
        .collect();
    assert!(steps.contains(&(DutyKind::ContinuationReview, DutyStep::Open)));
    assert!(steps.contains(&(DutyKind::FirstTalk, DutyStep::Escalate)));
}
