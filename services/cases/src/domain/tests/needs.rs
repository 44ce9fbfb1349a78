//! Needs for action: what a profile may say of them, and what counts where access depends on obstacles.

use lotse_kernel::{
    legal::Calendar,
    policy::{Book, PolicyKey, Value, federal},
};

use super::support::*;
use crate::domain::{
    episode::AdmitDecision,
    records::{Assessment, NeedForAction, Profile},
    refused::Refused,
    rules::Rules,
    vocabulary::{AdmissionBasis, EpisodePhase, KeyGroup, ObstacleHolder, PlacementObstacle},
};

fn faults(needs: &[NeedForAction]) -> Vec<String> {
    NeedForAction::faults(needs, "needs").into_iter().map(|fault| fault.field).collect()
}

/// What the partner has, which is a circumstance of the person.
fn of_the_partner(obstacle: PlacementObstacle) -> NeedForAction {
    NeedForAction { holder: ObstacleHolder::Partner, ..need(KeyGroup::Circumstances, obstacle, 3) }
}

fn in_words(text: &str) -> NeedForAction {
    NeedForAction { text: text.to_owned(), ..need(KeyGroup::Motivation, PlacementObstacle::Other, 1) }
}

#[test]
fn an_obstacle_is_named_once_for_each_holder() {
    let debts = || need(KeyGroup::Circumstances, PlacementObstacle::Debts, 2);
    assert_eq!(faults(&[debts(), of_the_partner(PlacementObstacle::Debts)]), [""; 0]);
    let other_words = NeedForAction { text: text(), severity: 1, ..debts() };
    assert_eq!(faults(&[debts(), other_words]), ["needs[1].obstacle"], "words make no other obstacle");
    // Outside the catalogue the words are the name.
    assert_eq!(faults(&[in_words("Haft"), in_words("Umzug")]), [""; 0]);
    assert_eq!(faults(&[in_words("Haft"), in_words(" "), in_words("Haft ")]), ["needs[1].text", "needs[2].obstacle"]);
}

#[test]
fn what_another_member_has_is_a_circumstance_of_the_person() {
    for key_group in KeyGroup::ALL.iter().copied() {
        let need = NeedForAction { key_group, ..of_the_partner(PlacementObstacle::Health) };
        let expected: &[&str] = if key_group == KeyGroup::Circumstances { &[] } else { &["needs[0].key_group"] };
        assert_eq!(faults(&[need]), expected, "{key_group}");
    }
}

#[test]
fn turns_are_counted_from_one_and_given_once() {
    let turns = |turns: [Option<i32>; 3]| {
        let mut needs = profile().needs;
        for (need, turn) in needs.iter_mut().zip(turns) {
            need.priority = turn;
        }
        faults(&needs)
    };
    for right in [[None; 3], [None, Some(1), None], [Some(2), None, Some(1)], [Some(3), Some(1), Some(2)]] {
        assert_eq!(turns(right), [""; 0], "{right:?}");
    }
    assert_eq!(turns([Some(1), Some(1), None]), ["needs[1].priority"]);
    assert_eq!(turns([Some(5), Some(5), None]), ["needs[0].priority", "needs[1].priority"], "each once");
    assert_eq!(turns([Some(1), None, Some(3)]), ["needs[2].priority"]);
    assert_eq!(turns([Some(0), Some(2), Some(3)]), ["needs[0].priority"]);
}

#[test]
fn an_assessment_says_what_is_worked_on_first() {
    let complete = |profile: Profile| {
        let episode = in_phase(EpisodePhase::Assessment, T0);
        episode.complete_assessment(Assessment { profile, ..assessment(T0) }, T0)
    };
    let undecided = Profile { established_on: T0, ..profile() };
    assert_eq!(fields(complete(undecided.clone()).unwrap_err()), ["assessment.profile.needs"]);
    let mut first = undecided.clone();
    first.needs[2].priority = Some(1);
    let found = done(complete(first));
    assert_eq!(found.assessment().unwrap().profile.needs[2].priority, Some(1));
    let nothing = Profile { needs: Vec::new(), ..undecided };
    assert_eq!(done(complete(nothing)).phase(), EpisodePhase::Planning, "where nothing is needed nothing comes first");
}

#[test]
fn three_severe_obstacles_lie_in_the_person_or_in_the_benefit_unit() {
    let mut version = federal::of(PolicyKey::AdmissionCriteria).unwrap().pop().unwrap();
    version.version = 9;
    version.valid_from = PROPOSED;
    version.parameters = version.parameters.with("access_rule", Value::Code("SEVERE_OBSTACLES".to_owned()));
    let book = Book::federal().unwrap().with(version);
    let admit = |needs: Vec<NeedForAction>| {
        let profile = Profile { needs, ..profile() };
        let decision = AdmitDecision { basis: AdmissionBasis::ThreeSevereObstacles, ..admit_decision(Some(PROPOSED)) };
        let rules = Rules::new(&book, Calendar::Nation, T0);
        discussed(proposed_on(PROPOSED), true, T0).admit(decision, &by_anna(&profile, &rules)).map(|_| ())
    };
    let own = [PlacementObstacle::Housing, PlacementObstacle::Health];
    let own = || own.map(|obstacle| need(KeyGroup::Circumstances, obstacle, 3)).to_vec();
    let with = |more: NeedForAction| [own(), vec![more]].concat();
    assert_eq!(admit(own()), Err(Refused::CriteriaNotMet));
    assert_eq!(admit(with(of_the_partner(PlacementObstacle::AddictionRisk))), Ok(()));
    assert_eq!(
        admit(with(of_the_partner(PlacementObstacle::Health))),
        Ok(()),
        "the illness of two people is two obstacles"
    );
    let light = NeedForAction { severity: 2, ..of_the_partner(PlacementObstacle::AddictionRisk) };
    assert_eq!(admit(with(light)), Err(Refused::CriteriaNotMet));
    let again = NeedForAction { text: text(), ..own().remove(0) };
    assert_eq!(admit(with(again)), Err(Refused::CriteriaNotMet), "one obstacle in other words stays one");
}
