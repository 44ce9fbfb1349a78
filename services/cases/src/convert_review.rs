//! What lies beside a review as the contract shows it.

use jiff::civil::Date;
use lotse_platform::etag;
use lotse_proto::cases as contract;

use crate::{
    convert,
    convert_episode::{self, day, number},
    convert_plan,
    domain::{
        duties::Duty,
        episode::ReviewBasis,
        progress::{Movement, Progress, moved},
        records::Profile,
    },
    store::{duties::Listed, episodes::Stored},
};

/// What lies beside the review of an episode of that team, on a day.
#[must_use]
pub fn basis(
    stored: &Stored,
    basis: &ReviewBasis<'_>,
    progress: &Progress,
    (team, today): (&str, Date),
) -> contract::ReviewBasis {
    let duty = |duty: &Duty| convert_episode::listed_duty(&Listed { duty: duty.clone(), team: team.to_owned() }, today);
    let (before, now) = (progress.held_on(basis.last_review_on), progress.now());
    contract::ReviewBasis {
        episode: stored.episode.name().to_string(),
        etag: etag::of(stored.version),
        review: basis.review.map(duty),
        assignment_date: day(basis.assigned_on()),
        since_date: day(basis.since()),
        plan: basis.plan.map(|(plan, _)| convert_plan::plan(plan)),
        plan_in_force: basis.plan.is_some_and(|(_, in_force)| in_force),
        plan_revisions: basis.revisions.iter().copied().map(convert_plan::revision).collect(),
        deviations: basis.deviations.iter().copied().map(convert_plan::deviation).collect(),
        reassessments: basis.reassessments.iter().copied().map(convert_episode::reassessment).collect(),
        profile_before: before.map(convert::profile),
        profile_now: now.map(convert::profile),
        movement: movement(before.zip(now).map(|(before, now)| moved(before, now))),
        profiles: progress.steps().map(step).collect(),
        accompaniments: basis.care.accompaniments.iter().map(convert_episode::accompaniment).collect(),
        reviews: basis.care.reviews.iter().map(convert_episode::review).collect(),
        extensions: basis.care.extensions.iter().map(convert_episode::extension).collect(),
        limit: basis.limit.map(duty),
    }
}

fn step((profile, moved): (&Profile, Option<Movement>)) -> contract::ProfileStep {
    contract::ProfileStep { profile: Some(convert::profile(profile)), movement: movement(moved) }
}

fn movement(moved: Option<Movement>) -> i32 {
    moved.map_or(0, |moved| number!(contract::ProfileMovement, "PROFILE_MOVEMENT_", moved))
}
