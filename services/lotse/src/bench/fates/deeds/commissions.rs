//! Rows 7b and 8: somebody specialised beside the case manager.

use lotse_cases::domain::{
    episode::{Act, Commissioning, Episode},
    records::{Commissioned, Release},
    vocabulary::TargetGroup,
};
use lotse_kernel::dates::add_days;

use super::{Scene, manager};
use crate::bench::fates::{chance::Chance, people::words};

/// A colleague, who may be the case manager by mistake, or a third party.
pub(super) fn commission(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let to = if chance.one_in(2) {
        Commissioned::ThirdParty(words())
    } else {
        Commissioned::StaffMember(chance.one_of(scene.people.managers()).clone())
    };
    let days = if chance.errs() { 3 } else { -chance.between(0, 400) };
    let release = Release {
        released_on: add_days(scene.today, days),
        to_jobcenter: !chance.errs(),
        to_commissioned_body: !chance.errs(),
    };
    let target_group = *chance.one_of(TargetGroup::ALL);
    let by = manager(&it, scene, chance);
    let wanted = Commissioning { to, target_group, purpose: words(), legal_basis: words(), release };
    it.commission_specialised(wanted, by, scene.today)
}

pub(super) fn give_back(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let days = if chance.errs() { chance.between(-400, 3) } else { 0 };
    let by = manager(&it, scene, chance);
    it.return_commission(words(), add_days(scene.today, days), by, scene.today)
}
