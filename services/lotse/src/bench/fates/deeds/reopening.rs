//! Row 24: a closing is to be undone, and another person says what becomes of it.

use lotse_cases::domain::{
    episode::{Act, Answering, Episode, ReopeningWanted},
    vocabulary::{ClosingError, ReopeningAnswer, ReopeningExtent},
};
use lotse_kernel::names::StaffName;

use super::{Scene, manager};
use crate::bench::fates::{
    chance::Chance,
    people::{words, words_or_none},
};

pub(super) fn propose(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let wanted = ReopeningWanted {
        error: *chance.one_of(ClosingError::ALL),
        extent: *chance.one_of(ReopeningExtent::ALL),
        reason: words(),
    };
    let by = manager(&it, scene, chance);
    it.propose_reopening(wanted, by, scene.newer, &scene.place.rules(scene.today))
}

pub(super) fn approve(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let who = if chance.errs() { manager(&it, scene, chance) } else { scene.people.lead().clone() };
    answer(it, ReopeningAnswer::Approved, who, scene, chance)
}

pub(super) fn decline(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let proposer = it.proposed_reopening().map(|proposed| proposed.proposed_by.clone());
    match proposer.filter(|_| chance.one_in(2)) {
        Some(proposer) => answer(it, ReopeningAnswer::Withdrawn, proposer, scene, chance),
        None => answer(it, ReopeningAnswer::Declined, scene.people.lead().clone(), scene, chance),
    }
}

fn answer(it: Episode, answer: ReopeningAnswer, who: StaffName, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let rules = scene.place.rules(scene.today);
    let leads = who == *scene.people.lead();
    it.answer_reopening(answer, words_or_none(chance), &Answering { who, leads, newer: scene.newer, rules: &rules })
}
