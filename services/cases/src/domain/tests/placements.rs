//! Placement proposals belong to the case: from the assignment to the end of aftercare, each with what came of it (R189).

use jiff::civil::{Date, date};
use lotse_kernel::dates::add_days;

use super::support::*;
use crate::domain::{
    episode::Episode,
    records::PlacementProposal,
    vocabulary::{EpisodePhase, PlacementOutcome as Outcome},
};

/// The day of the proposal, and a later one.
const DAYS: [Date; 2] = [date(2026, 4, 1), date(2026, 4, 15)];

fn proposed() -> Episode {
    done(in_delivery(T0).record_placement_proposal(placement_proposal(DAYS[0]), DAYS[0]))
}

fn resulted(episode: &Episode, outcome: Outcome, day: Date) -> Episode {
    done(episode.clone().record_placement_result(1, placement_result(outcome, day), day))
}

fn outcomes(episode: &Episode) -> Vec<Outcome> {
    episode.care().unwrap().placements[0].results.iter().map(|result| result.outcome).collect()
}

#[test]
fn a_job_is_proposed_in_care_and_in_aftercare_and_nobody_waits_for_it() {
    for phase in EpisodePhase::IN_CARE {
        let before = in_phase(*phase, T0);
        let proposal = PlacementProposal { answer_by: Some(add_days(T0, 7)), ..placement_proposal(T0) };
        let decided = before.clone().record_placement_proposal(proposal.clone(), T0).unwrap();
        let text = "Vermittlungsvorschlag Nr. 1 vom Montag, 09.03.2026, Rückmeldung bis Montag, 16.03.2026.";
        assert_eq!(decided.events[0].event.text_de(), text, "{phase}");
        assert_eq!((decided.episode.phase(), decided.episode.duties()), (*phase, before.duties()));
        assert!(!decided.episode.wakes_since(&before), "no date moves");
        let second = decided.episode.record_placement_proposal(placement_proposal(T0), T0).unwrap();
        assert_eq!(second.events[0].event.text_de(), "Vermittlungsvorschlag Nr. 2 vom Montag, 09.03.2026.");
        assert_eq!(second.episode.care().unwrap().placements[0], proposal);
    }
}

#[test]
fn one_result_follows_another_and_all_stay_readable() {
    let applied = resulted(&proposed(), Outcome::Applied, DAYS[0]);
    let invited = resulted(&applied, Outcome::Invited, DAYS[1]);
    let hired = invited.clone().record_placement_result(1, placement_result(Outcome::Hired, DAYS[1]), DAYS[1]).unwrap();
    let text = "Vermittlungsvorschlag Nr. 1: eingestellt zum Mittwoch, 29.04.2026.";
    assert_eq!(hired.events[0].event.text_de(), text);
    assert_eq!(outcomes(&hired.episode), [Outcome::Applied, Outcome::Invited, Outcome::Hired]);
    assert_eq!(hired.episode.phase(), EpisodePhase::Delivery, "that the job lasts is decided by people");
    // What was wrong is corrected by the next one.
    assert_eq!(
        outcomes(&resulted(&hired.episode, Outcome::RefusedByEmployer, DAYS[1])).last(),
        Some(&Outcome::RefusedByEmployer)
    );
}

#[test]
fn no_word_of_a_proposal_leaves_the_record() {
    let proposal = PlacementProposal {
        employer: "GEHEIM-GmbH".to_owned(),
        job_title: "GEHEIM-Beruf".to_owned(),
        ..placement_proposal(DAYS[0])
    };
    let decided = in_delivery(T0).record_placement_proposal(proposal, DAYS[0]).unwrap();
    let mut result = placement_result(Outcome::DeclinedByPerson, DAYS[0]);
    result.reason = "GEHEIM-Grund".to_owned();
    let declined = decided.episode.record_placement_result(1, result, DAYS[0]).unwrap();
    for happened in decided.events.iter().chain(&declined.events) {
        let told = format!("{} {}", happened.event.text_de(), happened.event.parameters().unwrap());
        assert!(!told.contains("GEHEIM"), "{told}");
    }
}

#[test]
fn what_is_wrong_of_a_proposal_is_told_by_field() {
    let wrong = |proposal| fields(in_delivery(T0).record_placement_proposal(proposal, DAYS[0]).unwrap_err());
    for day in [add_days(T0, -1), add_days(DAYS[0], 1)] {
        assert_eq!(wrong(placement_proposal(day)), ["proposal.proposal_date"], "{day}");
    }
    let early = PlacementProposal { answer_by: Some(add_days(T0, -1)), ..placement_proposal(T0) };
    assert_eq!(wrong(early), ["proposal.answer_by_date"]);
    for day in [T0, DAYS[0]] {
        let same = PlacementProposal { answer_by: Some(day), ..placement_proposal(day) };
        assert!(in_delivery(T0).record_placement_proposal(same, DAYS[0]).is_ok(), "{day}");
    }
}

#[test]
fn what_is_wrong_of_a_result_is_told_by_field() {
    let applied = resulted(&proposed(), Outcome::Applied, add_days(DAYS[0], 2));
    let wrong = |number, result| fields(applied.clone().record_placement_result(number, result, DAYS[1]).unwrap_err());
    for number in [i32::MIN, -1, 0, 2, i32::MAX] {
        assert_eq!(wrong(number, placement_result(Outcome::Applied, DAYS[1])), ["number"], "{number}");
    }
    // Before the result before, which is after the proposal; and in the future.
    for day in [add_days(DAYS[0], 1), add_days(DAYS[1], 1)] {
        assert_eq!(wrong(1, placement_result(Outcome::NoAnswer, day)), ["result.result_date"], "{day}");
    }
    let before = proposed().record_placement_result(1, placement_result(Outcome::Applied, T0), DAYS[1]).unwrap_err();
    assert_eq!(fields(before), ["result.result_date"]);
    for outcome in Outcome::ALL.iter().copied() {
        let mut result = placement_result(outcome, DAYS[1]);
        result.job_starts_on = if outcome == Outcome::Hired { None } else { Some(DAYS[1]) };
        assert_eq!(wrong(1, result), ["result.job_start_date"], "{outcome}");
        let mut result = placement_result(outcome, DAYS[1]);
        result.reason = " ".to_owned();
        let refused = applied.clone().record_placement_result(1, result, DAYS[1]).err().map(fields);
        let declined = outcome == Outcome::DeclinedByPerson;
        assert_eq!(refused, declined.then(|| vec!["result.reason".to_owned()]), "{outcome}");
    }
    let mut early = placement_result(Outcome::Hired, DAYS[1]);
    early.job_starts_on = Some(add_days(DAYS[0], -1));
    assert_eq!(wrong(1, early), ["result.job_start_date"]);
}
