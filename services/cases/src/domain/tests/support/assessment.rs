//! What is found of a person: profile, needs, assessment.

use jiff::civil::Date;

use super::{PROPOSED, text};
use crate::domain::{
    records::{
        Assessment, AssessmentNotes, AssessmentTalk, Finding, NeedForAction, Profile, Strength, WorkingAlliance,
    },
    vocabulary::{KeyGroup, ObstacleHolder, PlacementObstacle, ProfileType},
};

/// An obstacle of the person's own.
pub(in crate::domain::tests) fn need(key_group: KeyGroup, obstacle: PlacementObstacle, severity: i32) -> NeedForAction {
    let holder = ObstacleHolder::Person;
    NeedForAction { key_group, obstacle, holder, text: String::new(), severity, priority: None }
}

pub(in crate::domain::tests) fn profile() -> Profile {
    Profile {
        profile_type: ProfileType::Stabilisierungsprofil,
        established_on: PROPOSED,
        needs: vec![
            need(KeyGroup::Circumstances, PlacementObstacle::Housing, 3),
            need(KeyGroup::Circumstances, PlacementObstacle::Debts, 2),
            need(KeyGroup::WorkCapacity, PlacementObstacle::Health, 3),
        ],
    }
}

/// Its needs in the order in which they are worked on.
fn in_order(mut profile: Profile) -> Profile {
    for (need, turn) in profile.needs.iter_mut().zip(1..) {
        need.priority = Some(turn);
    }
    profile
}

pub(in crate::domain::tests) fn alliance(day: Date) -> WorkingAlliance {
    WorkingAlliance { rules: text(), preconditions: text(), attainability: text(), agreed_on: day }
}

/// Held and completed on a day.
pub(in crate::domain::tests) fn assessment(day: Date) -> Assessment {
    Assessment {
        talks: vec![AssessmentTalk { held_on: day, companions: Vec::new() }],
        profile: in_order(Profile { established_on: day, ..profile() }),
        findings: vec![Finding { key: "wohnen".to_owned(), text: text(), third_party: None }],
        strengths: vec![Strength { key: "geduld".to_owned(), text: text(), rating: 2 }],
        notes: AssessmentNotes::default(),
        benefit_unit: None,
        completed_on: day,
    }
}
