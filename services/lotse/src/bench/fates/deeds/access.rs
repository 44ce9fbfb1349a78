//! Rows 2 to 4: the way to a decision on access.

use jiff::civil::Date;
use lotse_cases::domain::{
    episode::{Act, AdmitDecision, Ballot, Deciding, Episode, Places, RefuseDecision, TurnTaken},
    records::{Discussion, Support},
    rules::Rules,
    vocabulary::{AdmissionBasis, RefusalReason},
};
use lotse_kernel::{dates::add_days, names::StaffName};

use super::{Scene, manager};
use crate::bench::fates::{
    chance::Chance,
    people::{words, words_or_none},
};

pub(super) fn schedule_discussion(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let days = if chance.errs() { chance.between(-20, -1) } else { chance.between(0, 20) };
    let (case_manager, officer) = (chance.one_of(scene.people.managers()).clone(), scene.people.officer());
    let named = if chance.errs() { chance.one_of(scene.people.all()) } else { officer };
    it.schedule_discussion(add_days(scene.today, days), case_manager, named.clone(), officer, scene.today)
}

pub(super) fn cast_vote(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let voter = if chance.one_in(2) { it.placement_officer().clone() } else { manager(&it, scene, chance) };
    let admit = !chance.one_in(4);
    it.cast_vote(voter, Ballot::new(admit, words()), scene.today)
}

/// Who decides, and whether that person leads the team.
fn decider(it: &Episode, scene: &Scene<'_>, chance: &mut Chance) -> (StaffName, bool) {
    let differ = it.discussion().is_some_and(Discussion::dissents);
    let lead = if differ { !chance.errs() } else { chance.one_in(8) };
    let who = if lead { scene.people.lead().clone() } else { manager(it, scene, chance) };
    let leads = who == *scene.people.lead() || chance.one_in(20);
    (who, leads)
}

fn deciding<'a>(it: &Episode, scene: &Scene<'a>, rules: &'a Rules<'a>, chance: &mut Chance) -> Deciding<'a> {
    let (decider, leads) = decider(it, scene, chance);
    let full_time_percent = if chance.one_in(4) { 50 } else { 100 };
    let ahead = i32::from(chance.one_in(4));
    let places = Places { caseload: chance.between(20, 80), ahead, full_time_percent };
    Deciding { decider, leads, profile: scene.profile, places, rules }
}

/// Mostly the day itself, now and then one before, and rarely one that does not fit.
fn assigned_on(today: Date, chance: &mut Chance) -> Option<Date> {
    if chance.errs() {
        return Some(add_days(today, chance.between(-100, 10)));
    }
    chance.one_in(3).then(|| add_days(today, chance.between(-10, 0)))
}

/// Mostly full support.
fn support(chance: &mut Chance) -> Support {
    if chance.one_in(4) { Support::Accompanying { planned_dates: chance.between(1, 3) } } else { Support::Full }
}

pub(super) fn admit(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let rules = scene.place.rules(scene.today);
    let any = chance.one_in(4);
    let basis = if any { *chance.one_of(AdmissionBasis::ALL) } else { AdmissionBasis::ComplexProfile };
    let decision = AdmitDecision {
        basis,
        deviation_reason: words_or_none(chance),
        support: support(chance),
        assigned_on: assigned_on(scene.today, chance),
    };
    let by = deciding(&it, scene, &rules, chance);
    it.admit(decision, &by)
}

fn no(chance: &mut Chance) -> RefuseDecision {
    let reason = *chance.one_of(RefusalReason::ALL);
    RefuseDecision { reason, text: words(), deviation_reason: words_or_none(chance) }
}

pub(super) fn refuse(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let rules = scene.place.rules(scene.today);
    let by = deciding(&it, scene, &rules, chance);
    it.refuse(no(chance), &by)
}

pub(super) fn admit_from_waiting_list(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let rules = scene.place.rules(scene.today);
    let exception_reason = if chance.one_in(3) { words() } else { String::new() };
    let turn = TurnTaken { assigned_on: assigned_on(scene.today, chance), exception_reason };
    let by = deciding(&it, scene, &rules, chance);
    it.admit_from_waiting_list(turn, &by)
}

pub(super) fn remove_from_waiting_list(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let rules = scene.place.rules(scene.today);
    let by = deciding(&it, scene, &rules, chance);
    it.remove_from_waiting_list(no(chance), &by)
}
