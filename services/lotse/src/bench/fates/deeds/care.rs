//! Rows 5b to 12: the work with the person, and who does it.

use lotse_cases::domain::{
    episode::{Act, Episode, TakingOver},
    records::{
        AllianceTurn, Assessment, AssessmentNotes, AssessmentTalk, BenefitUnitView, Finding, HandoverPackage,
        LifeChange, Strength, ThirdPartySource, Transparency, WorkingAlliance,
    },
    vocabulary::{AllianceState, CaseManagerChangeReason, ObstacleHolder},
};
use lotse_kernel::dates::add_days;

use super::{Scene, manager};
use crate::bench::fates::{
    chance::Chance,
    people::{profile, words},
};

/// What was found before any work began.
pub(super) const FOUND: &str = "wohnen";

pub(super) fn record_first_talk(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let days = if chance.errs() { chance.between(-60, 5) } else { -chance.between(0, 2) };
    it.record_first_talk(add_days(scene.today, days), scene.today)
}

pub(super) fn refer_back(it: Episode, scene: &Scene<'_>) -> Act {
    it.refer_back(words(), scene.today)
}

pub(super) fn agree_alliance(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let shown = Transparency {
        procedure_explained: !chance.errs(),
        role_disclosed: true,
        data_protection_explained: !chance.errs(),
    };
    let alliance =
        WorkingAlliance { rules: words(), preconditions: words(), attainability: words(), agreed_on: scene.today };
    it.agree_alliance(shown, alliance, scene.today)
}

pub(super) fn record_alliance_turn(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let state = *chance.one_of(AllianceState::ALL);
    let days = if chance.errs() { chance.between(-400, 1) } else { 0 };
    let turned_on = add_days(scene.today, days);
    let recorded_by = manager(&it, scene, chance);
    it.record_alliance_turn(AllianceTurn { state, reason: words(), turned_on, recorded_by }, scene.today)
}

pub(super) fn complete_assessment(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let later = i32::from(chance.errs());
    let mut profile = profile(add_days(scene.today, later), chance);
    if chance.errs() {
        profile.needs.iter_mut().for_each(|need| need.priority = None);
    }
    let of_others = chance.one_in(4);
    if let Some(need) = profile.needs.iter_mut().find(|_| of_others) {
        need.holder = ObstacleHolder::Partner;
    }
    let unit = BenefitUnitView { situation: words(), enables: words() };
    let assessment = Assessment {
        talks: talks(scene, chance),
        profile,
        findings: findings(scene, chance),
        strengths: strengths(chance),
        notes: AssessmentNotes::default(),
        benefit_unit: (of_others && !chance.errs()).then_some(unit),
        completed_on: scene.today,
    };
    it.complete_assessment(assessment, scene.today)
}

/// A talk of today; or none, one that lies ahead or before any assignment, or two of one day.
fn talks(scene: &Scene<'_>, chance: &mut Chance) -> Vec<AssessmentTalk> {
    let talk = |days| AssessmentTalk { held_on: add_days(scene.today, days), companions: vec![words()] };
    if !chance.errs() {
        return vec![talk(0)];
    }
    match chance.below(4) {
        0 => Vec::new(),
        1 => vec![talk(1)],
        2 => vec![talk(-4_000)],
        _ => vec![talk(0), talk(0)],
    }
}

/// One finding, now and then of a third party; or none, two of one key, or an answer that comes before the question or only tomorrow.
fn findings(scene: &Scene<'_>, chance: &mut Chance) -> Vec<Finding> {
    let finding = |third_party| Finding { key: FOUND.to_owned(), text: words(), third_party };
    let told = |asked: i32, received: i32| {
        finding(Some(ThirdPartySource {
            body: words(),
            asked_on: Some(add_days(scene.today, asked)),
            received_on: add_days(scene.today, received),
            referral: None,
        }))
    };
    if !chance.errs() {
        return vec![if chance.one_in(3) { told(-40, -5) } else { finding(None) }];
    }
    match chance.below(4) {
        0 => Vec::new(),
        1 => vec![finding(None), finding(None)],
        2 => vec![told(0, -1)],
        _ => vec![told(-5, 1)],
    }
}

/// A strength that carries more or less; or the same one twice.
fn strengths(chance: &mut Chance) -> Vec<Strength> {
    let strength = Strength { key: "geduld".to_owned(), text: words(), rating: chance.between(1, 4) };
    vec![strength; if chance.errs() { 2 } else { 1 }]
}

pub(super) fn record_life_change(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let days = if chance.errs() { chance.between(-400, 1) } else { chance.between(-10, 0) };
    let occurred_on = add_days(scene.today, days);
    let recorded_by = manager(&it, scene, chance);
    it.record_life_change(LifeChange { occurred_on, text: words() }, recorded_by, scene.today)
}

pub(super) fn change_case_manager(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let ordinary = [CaseManagerChangeReason::Leaves, CaseManagerChangeReason::PersonsWish];
    let reason = *chance.one_of(&ordinary);
    hand_to(it, reason, scene, chance)
}

pub(super) fn forward_to_specialised(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    hand_to(it, CaseManagerChangeReason::Specialised, scene, chance)
}

fn hand_to(it: Episode, reason: CaseManagerChangeReason, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let anybody = chance.errs();
    let to = chance.one_of(if anybody { scene.people.all() } else { scene.people.managers() }).clone();
    let days = if chance.errs() { chance.between(-60, 5) } else { 0 };
    let package = HandoverPackage { situation: words(), agreements: String::new(), next_steps: words() };
    let informed_on = add_days(scene.today, days);
    let changed_by = manager(&it, scene, chance);
    it.change_case_manager(TakingOver { case_manager: to, reason, package, informed_on }, changed_by, scene.today)
}
