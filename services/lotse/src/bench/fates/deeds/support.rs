//! Rows 5a, 20 and 22: who leads, the dates of accompanying care, and crises.

use lotse_cases::domain::{
    episode::{AccompanimentDecision, Act, CrisisKnown, Episode},
    records::{CrisisContact, Support},
    vocabulary::{CrisisKind, SupportVariant, VariantSwitchAnswer},
};
use lotse_kernel::{dates::add_days, names::StaffName};

use super::{Scene, manager};
use crate::bench::fates::{chance::Chance, people::words};

/// One of the two officers.
fn officer(it: &Episode, scene: &Scene<'_>, chance: &mut Chance) -> StaffName {
    if chance.one_in(2) { it.placement_officer().clone() } else { manager(it, scene, chance) }
}

/// Mostly to the variant that is not that of now.
pub(super) fn propose_variant_switch(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let accompanies = it.care().is_some_and(|care| care.support_variant == SupportVariant::Accompanying);
    let full = accompanies != chance.errs();
    let to = if full { Support::Full } else { Support::Accompanying { planned_dates: chance.between(1, 3) } };
    let by = officer(&it, scene, chance);
    it.propose_variant_switch(to, words(), by, &scene.place.rules(scene.today))
}

pub(super) fn answer_variant_switch(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let any = chance.one_in(4);
    let answer = if any { *chance.one_of(VariantSwitchAnswer::ALL) } else { VariantSwitchAnswer::Agreed };
    let by = officer(&it, scene, chance);
    it.answer_variant_switch(answer, words(), by, scene.today)
}

pub(super) fn record_accompanying_date(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let days = if chance.errs() { chance.between(-60, 3) } else { -chance.between(0, 2) };
    it.record_accompanying_date(add_days(scene.today, days), words(), &scene.place.rules(scene.today))
}

pub(super) fn plan_further_dates(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let decision = AccompanimentDecision::Further { dates: chance.between(1, 2), reason: words() };
    it.decide_accompaniment(decision, scene.today)
}

pub(super) fn finish_accompaniment(it: Episode, scene: &Scene<'_>) -> Act {
    it.decide_accompaniment(AccompanimentDecision::Done { reason: words() }, scene.today)
}

pub(super) fn record_crisis(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let days = if chance.errs() { chance.between(-400, 3) } else { -chance.between(0, 5) };
    let kind = *chance.one_of(CrisisKind::ALL);
    let known = CrisisKnown { kind, occurred_on: add_days(scene.today, days), text: words() };
    let by = officer(&it, scene, chance);
    it.record_crisis(known, by, &scene.place.rules(scene.today))
}

pub(super) fn record_crisis_contact(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let days = if chance.errs() { chance.between(-60, 3) } else { 0 };
    let recorded_by = officer(&it, scene, chance);
    let contact = CrisisContact { contacted_on: add_days(scene.today, days), text: words(), recorded_by };
    it.record_crisis_contact(&contact, scene.today)
}
