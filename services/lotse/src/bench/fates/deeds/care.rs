//! Rows 5b to 12: the work with the person, and who does it.

use jiff::civil::Date;
use lotse_cases::domain::{
    episode::{Act, Determined, Episode, Revision, TakingOver},
    records::{Assessment, DroppedGoal, Finding, Goal, GoalAttainment, HandoverPackage, LifeChange, Transparency},
    vocabulary::{CaseManagerChangeReason, GoalLevel, GoalOutcome},
};
use lotse_kernel::dates::add_days;

use super::{Scene, manager};
use crate::bench::fates::{
    chance::Chance,
    people::{profile, words},
};

/// What was found before any work began.
const FOUND: &str = "wohnen";

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
    let assessment = Assessment {
        profile: profile(add_days(scene.today, later), chance),
        findings,
        strengths: vec![words()],
        completed_on: scene.today,
    };
    it.complete_assessment(!chance.errs(), assessment, scene.today)
}

pub(super) fn activate_plan(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let issued_on = add_days(scene.today, if chance.errs() { chance.between(-60, 5) } else { 0 });
    let due_on = add_days(issued_on, if chance.errs() { 0 } else { chance.between(1, 200) });
    let finding_key = if chance.errs() { "nichts" } else { FOUND }.to_owned();
    let goal = Goal { finding_key, ..goal("schulden", due_on) };
    let goals = if chance.errs() { Vec::new() } else { vec![goal] };
    it.activate_plan(goals, issued_on, &scene.place.rules(scene.today))
}

fn goal(key: &str, due_on: Date) -> Goal {
    Goal {
        key: key.to_owned(),
        text: words(),
        measure: words(),
        level: GoalLevel::ShortTerm,
        due_on,
        finding_key: FOUND.to_owned(),
        attainments: Vec::new(),
    }
}

/// The goals that stay, mostly with one more; some are given up, and now and then one vanishes.
pub(super) fn revise_plan(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let issued_on = add_days(scene.today, if chance.errs() { chance.between(-60, 5) } else { 0 });
    let before = it.plan().map(|plan| plan.goals.clone()).unwrap_or_default();
    let (mut goals, mut dropped) = (Vec::new(), Vec::new());
    for before in before {
        if chance.one_in(3) {
            if !chance.errs() {
                dropped.push(DroppedGoal { key: before.key, reason: words() });
            }
        } else {
            goals.push(before);
        }
    }
    let key = if chance.errs() { "schulden".to_owned() } else { format!("ziel-{}", scene.today) };
    goals.push(goal(&key, add_days(issued_on, chance.between(1, 200))));
    let revised_by = manager(&it, scene, chance);
    it.revise_plan(Revision { goals, dropped, reason: words(), issued_on }, revised_by, &scene.place.rules(scene.today))
}

pub(super) fn record_goal_attainment(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let keys: Vec<String> =
        it.plan().map(|plan| plan.goals.iter().map(|goal| goal.key.clone()).collect()).unwrap_or_default();
    let goal_key = if keys.is_empty() || chance.errs() { "nichts".to_owned() } else { chance.one_of(&keys).clone() };
    let days = if chance.errs() { chance.between(-400, 2) } else { 0 };
    let (outcome, determined_on) = (*chance.one_of(GoalOutcome::ALL), add_days(scene.today, days));
    let recorded_by = manager(&it, scene, chance);
    let attainment = GoalAttainment { outcome, determined_on, reason: words(), recorded_by };
    it.record_goal_attainment(Determined { goal_key, attainment }, scene.today)
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
