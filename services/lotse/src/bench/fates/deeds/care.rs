//! Rows 5b to 12: the work with the person, and who does it.

use lotse_cases::domain::{
    episode::{Act, Episode, TakingOver},
    records::{Assessment, Finding, HandoverPackage, LifeChange, Transparency},
    vocabulary::CaseManagerChangeReason,
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
    it.agree_alliance(shown, words(), words(), scene.today)
}

pub(super) fn complete_assessment(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let later = i32::from(chance.errs());
    let mut findings = vec![Finding { key: FOUND.to_owned(), text: words() }; if chance.errs() { 2 } else { 1 }];
    findings.truncate(if chance.errs() { 0 } else { 2 });
    let mut profile = profile(add_days(scene.today, later), chance);
    if chance.errs() {
        profile.needs.iter_mut().for_each(|need| need.priority = None);
    }
    let assessment = Assessment { profile, findings, strengths: vec![words()], completed_on: scene.today };
    it.complete_assessment(!chance.errs(), assessment, scene.today)
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
