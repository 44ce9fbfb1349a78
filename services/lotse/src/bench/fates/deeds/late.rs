//! R141: whoever is late says when the work will be done.

use lotse_cases::domain::{
    duties::{Duty, LateAnswer},
    episode::{Act, Episode},
};
use lotse_kernel::{dates::add_days, duty::DutyState};

use super::Scene;
use crate::bench::fates::{chance::Chance, people::words};

/// For something that is overdue or, where nothing is or somebody gets it wrong, for anything; mostly by its owner.
pub(super) fn set_working_date(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let overdue: Vec<&Duty> =
        it.duties().iter().filter(|duty| duty.state_on(scene.today) == DutyState::Overdue).collect();
    let all: Vec<&Duty> = it.duties().iter().collect();
    let is_wrong = overdue.is_empty() || chance.errs();
    let duty = *chance.one_of(if is_wrong { &all } else { &overdue });
    let is_another = chance.errs();
    let owner = duty.owner().filter(|_| !is_another);
    let by = owner.unwrap_or_else(|| chance.one_of(scene.people.all())).clone();
    let days = if chance.errs() { chance.between(-3, 60) } else { chance.between(1, 20) };
    let answer = LateAnswer { on: add_days(scene.today, days), reason: words(), by, leads: chance.one_in(2) };
    let name = duty.name().clone();
    it.set_working_date(&name, answer, &scene.place.rules(scene.today))
}
