//! R189: jobs are proposed, and something comes of them.

use lotse_cases::domain::{
    episode::{Act, Episode},
    records::{PlacementProposal, PlacementResult},
    vocabulary::PlacementOutcome,
};
use lotse_kernel::dates::add_days;

use super::{Scene, manager};
use crate::bench::fates::{chance::Chance, people::words};

/// Mostly of the last days, now and then with a day for the answer.
pub(super) fn propose(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let days = if chance.errs() { chance.between(-400, 3) } else { -chance.between(0, 3) };
    let proposed_on = add_days(scene.today, days);
    let answer_by = chance.one_in(2).then(|| add_days(proposed_on, if chance.errs() { -1 } else { 7 }));
    let recorded_by = manager(&it, scene, chance);
    let (employer, job_title, results) = (words(), words(), Vec::new());
    let proposal = PlacementProposal { employer, job_title, proposed_on, answer_by, results, recorded_by };
    it.record_placement_proposal(proposal, scene.today)
}

/// Of the last proposal, or of one that was never made.
pub(super) fn result(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let last = it.care().map_or(0, |care| care.placements.len());
    let number = if chance.errs() { chance.between(-1, 3) } else { i32::try_from(last).unwrap_or(i32::MAX) };
    let outcome = *chance.one_of(PlacementOutcome::ALL);
    let resulted_on = add_days(scene.today, if chance.errs() { chance.between(-400, 3) } else { 0 });
    let is_hired = (outcome == PlacementOutcome::Hired) != chance.errs();
    let job_starts_on = is_hired.then(|| add_days(resulted_on, 14));
    let reason = if chance.errs() { String::new() } else { words() };
    let recorded_by = manager(&it, scene, chance);
    let result = PlacementResult { outcome, resulted_on, job_starts_on, reason, recorded_by };
    it.record_placement_result(number, result, scene.today)
}
