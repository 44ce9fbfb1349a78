//! Row 10: what an assessment has to hold, and since when.

use jiff::civil::{Date, date};
use lotse_kernel::dates::add_days;

use super::support::*;
use crate::domain::{
    episode::Episode,
    records::{
        Assessment, AssessmentTalk, BenefitUnitView, Finding, LifeChange, NeedForAction, Strength, ThirdPartySource,
    },
    vocabulary::{EpisodePhase, KeyGroup, ObstacleHolder, PlacementObstacle},
};

/// A day in the assessment of an episode that was assigned on T0.
const TODAY: Date = date(2026, 3, 30);

fn begun() -> Episode {
    in_phase(EpisodePhase::Assessment, T0)
}

/// What is wrong with an assessment that is completed today.
fn faults(episode: Episode, change: impl FnOnce(&mut Assessment)) -> Vec<String> {
    let mut wrong = assessment(TODAY);
    change(&mut wrong);
    match episode.complete_assessment(wrong, TODAY) {
        Ok(_) => Vec::new(),
        Err(refused) => fields(refused),
    }
}

fn talks(days: &[Date]) -> Vec<AssessmentTalk> {
    days.iter().map(|held_on| AssessmentTalk { held_on: *held_on, companions: vec![text()] }).collect()
}

#[test]
fn an_assessment_is_held_with_the_person_and_its_keys_are_unique() {
    let twice = |wrong: &mut Assessment| {
        wrong.talks.clear();
        wrong.profile.established_on = add_days(TODAY, 1);
        wrong.findings.push(wrong.findings[0].clone());
        wrong.strengths.push(Strength { rating: 4, ..wrong.strengths[0].clone() });
    };
    let expected = [
        "assessment.talks",
        "assessment.profile.established_date",
        "assessment.findings[1].key",
        "assessment.strengths[1].key",
    ];
    assert_eq!(faults(begun(), twice), expected);
    assert_eq!(faults(begun(), |wrong| wrong.findings.clear()), ["assessment.findings"]);
}

#[test]
fn talks_lie_between_the_assignment_and_today_each_on_its_own_day() {
    let of = |days: &[Date]| faults(begun(), |assessment| assessment.talks = talks(days));
    assert_eq!(of(&[T0, add_days(TODAY, -3), TODAY]), [""; 0]);
    let before = add_days(T0, -1);
    assert_eq!(of(&[before, before]), ["assessment.talks[0].held_date", "assessment.talks[1].held_date"], "each once");
    assert_eq!(
        of(&[before, add_days(TODAY, 1), TODAY, TODAY]),
        ["assessment.talks[0].held_date", "assessment.talks[1].held_date", "assessment.talks[3].held_date"]
    );
}

#[test]
fn after_a_change_of_life_the_talks_are_new_ones() {
    let occurred_on = add_days(TODAY, -7);
    let change = LifeChange { occurred_on, text: text() };
    let again = || done(in_delivery(T0).record_life_change(change.clone(), anna(), TODAY));
    let of = |day| faults(again(), |assessment| assessment.talks = talks(&[day]));
    assert_eq!(of(add_days(occurred_on, -1)), ["assessment.talks[0].held_date"]);
    assert_eq!(of(occurred_on), [""; 0]);
}

#[test]
fn a_third_party_answers_after_it_was_asked_and_in_this_case() {
    let referral = |case: &str| format!("{case}/referrals/018f3e5c-1a2b-7c3d-8e4f-000000000009").parse().unwrap();
    let here = name().case().to_string();
    let source = ThirdPartySource {
        body: "Berufsförderungswerk".to_owned(),
        asked_on: Some(add_days(TODAY, -20)),
        received_on: add_days(TODAY, -2),
        referral: Some(referral(&here)),
    };
    let of = |source: ThirdPartySource| faults(begun(), |assessment| assessment.findings[0].third_party = Some(source));
    assert_eq!(of(source.clone()), [""; 0]);
    let unasked = ThirdPartySource { asked_on: None, referral: None, ..source.clone() };
    assert_eq!(of(unasked), [""; 0], "counselling that began by itself counts as well");
    let later = ThirdPartySource { asked_on: Some(add_days(TODAY, -1)), ..source.clone() };
    assert_eq!(of(later), ["assessment.findings[0].third_party.asked_date"]);
    let ahead = ThirdPartySource { received_on: add_days(TODAY, 1), ..source.clone() };
    assert_eq!(of(ahead), ["assessment.findings[0].third_party.received_date"]);
    let elsewhere = "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e10";
    let other = ThirdPartySource { referral: Some(referral(elsewhere)), ..source };
    assert_eq!(of(other), ["assessment.findings[0].third_party.referral"]);
}

#[test]
fn where_another_member_has_an_obstacle_the_benefit_unit_is_looked_at() {
    let partner = NeedForAction {
        holder: ObstacleHolder::Partner,
        ..need(KeyGroup::Circumstances, PlacementObstacle::AddictionRisk, 3)
    };
    let with_partner = |assessment: &mut Assessment| assessment.profile.needs.push(partner.clone());
    assert_eq!(faults(begun(), with_partner), ["assessment.benefit_unit"]);
    let view = BenefitUnitView { situation: text(), enables: text() };
    let looked_at = |assessment: &mut Assessment| {
        with_partner(assessment);
        assessment.benefit_unit = Some(view.clone());
    };
    assert_eq!(faults(begun(), looked_at), [""; 0]);
}

#[test]
fn what_was_said_is_kept_as_it_was_said() {
    let mut said = assessment(TODAY);
    said.talks = talks(&[T0, TODAY]);
    said.notes.wishes = "Arbeit am Vormittag".to_owned();
    said.benefit_unit = Some(BenefitUnitView { situation: text(), enables: text() });
    said.findings.push(Finding { key: "kraft".to_owned(), ..said.findings[0].clone() });
    let kept = done(begun().complete_assessment(Assessment { completed_on: T0, ..said.clone() }, TODAY));
    assert_eq!(kept.assessment(), Some(&said), "its day is that of the act");
}
