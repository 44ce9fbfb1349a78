//! Progress as the contract shows it.

use lotse_proto::cases as contract;

use crate::{
    convert_episode::{day, number},
    convert_profile,
    domain::{
        episode::Episode,
        progress::{self, Moved, Profiles, Span},
        records::{Assessment, NeedForAction, Strength},
        vocabulary::ProgressChange,
    },
};

/// What became of the person of an episode between two days; the profiles begin with the one that held on the first.
#[must_use]
pub fn progress(episode: &Episode, span: Span, profiles: &Profiles) -> contract::Progress {
    let (former, now) = (profiles.held_on(span.since), profiles.held_on(span.until));
    let (former_assessment, assessment) = (episode.assessment_on(span.since), episode.assessment_on(span.until));
    contract::Progress {
        name: episode.name().to_string(),
        since_date: day(span.since),
        until_date: day(span.until),
        former_profile: Some(convert_profile::profile(former)),
        profile: Some(convert_profile::profile(now)),
        profile_change: change(progress::of_profile(former.profile_type, now.profile_type)),
        needs: progress::of_needs(&former.needs, &now.needs).iter().filter_map(need).collect(),
        former_assessment_date: former_assessment.and_then(|found| day(found.completed_on)),
        assessment_date: assessment.and_then(|found| day(found.completed_on)),
        strengths: progress::of_strengths(strengths(former_assessment), strengths(assessment))
            .iter()
            .filter_map(strength)
            .collect(),
    }
}

fn strengths(assessment: Option<&Assessment>) -> &[Strength] {
    assessment.map_or(&[], |found| &found.strengths)
}

pub(crate) fn change(change: ProgressChange) -> i32 {
    number!(contract::ProgressChange, "PROGRESS_CHANGE_", change)
}

fn need(moved: &Moved<'_, NeedForAction>) -> Option<contract::NeedProgress> {
    let latest = moved.latest()?;
    let severity = |need: Option<&NeedForAction>| need.map_or(0, |need| need.severity);
    Some(contract::NeedProgress {
        obstacle: number!(contract::PlacementObstacle, "PLACEMENT_OBSTACLE_", latest.obstacle),
        holder: number!(contract::ObstacleHolder, "OBSTACLE_HOLDER_", latest.holder),
        text: latest.text.clone(),
        former_severity: severity(moved.former),
        severity: severity(moved.now),
        change: change(moved.change),
    })
}

fn strength(moved: &Moved<'_, Strength>) -> Option<contract::StrengthProgress> {
    let latest = moved.latest()?;
    let rating = |strength: Option<&Strength>| strength.map_or(0, |strength| strength.rating);
    Some(contract::StrengthProgress {
        key: latest.key.clone(),
        text: latest.text.clone(),
        former_rating: rating(moved.former),
        rating: rating(moved.now),
        change: change(moved.change),
    })
}
