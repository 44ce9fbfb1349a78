//! What lies beside a review as the contract shows it.

use jiff::civil::Date;
use lotse_platform::etag;
use lotse_proto::cases as contract;

use crate::{
    convert_assessment,
    convert_episode::{self, day},
    convert_plan, convert_profile, convert_progress,
    domain::{duties::Duty, episode::ReviewBasis, progress::Profiles, records::Profile, vocabulary::ProgressChange},
    store::{duties::Listed, episodes::Stored},
};

/// What lies beside the review of an episode of that team, on a day.
#[must_use]
pub fn basis(
    stored: &Stored,
    basis: &ReviewBasis<'_>,
    profiles: &Profiles,
    (team, today): (&str, Date),
) -> contract::ReviewBasis {
    let duty = |duty: &Duty| convert_episode::listed_duty(&Listed { duty: duty.clone(), team: team.to_owned() }, today);
    let span = stored.episode.span(Some(basis.since), today);
    contract::ReviewBasis {
        episode: stored.episode.name().to_string(),
        etag: etag::of(stored.version),
        review: basis.review.map(duty),
        assignment_date: day(basis.assigned_on()),
        progress: Some(convert_progress::progress(&stored.episode, span, profiles)),
        plan: basis.plan.map(|(plan, _)| convert_plan::plan(plan)),
        plan_in_force: basis.plan.is_some_and(|(_, in_force)| in_force),
        plan_revisions: basis.revisions.iter().copied().map(convert_plan::revision).collect(),
        deviations: basis.deviations.iter().copied().map(convert_plan::deviation).collect(),
        reassessments: basis.reassessments.iter().copied().map(convert_assessment::reassessment).collect(),
        profiles: profiles.steps().map(step).collect(),
        accompaniments: basis.care.accompaniments.iter().map(convert_episode::accompaniment).collect(),
        reviews: basis.care.reviews.iter().map(convert_episode::review).collect(),
        extensions: basis.care.extensions.iter().map(convert_episode::extension).collect(),
        limit: basis.limit.map(duty),
    }
}

fn step((profile, change): (&Profile, Option<ProgressChange>)) -> contract::ProfileStep {
    contract::ProfileStep {
        profile: Some(convert_profile::profile(profile)),
        change: change.map_or(0, convert_progress::change),
    }
}
