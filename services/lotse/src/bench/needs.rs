//! What most people in case management have to get out of the way first.

use lotse_cases::domain::{
    records::NeedForAction,
    vocabulary::{KeyGroup, ObstacleHolder, PlacementObstacle},
};

/// Three needs for action: as many as a complex profile must have (R19).
pub(super) fn three_needs() -> Vec<NeedForAction> {
    let need = |key_group, obstacle, priority| NeedForAction {
        key_group,
        obstacle,
        holder: ObstacleHolder::Person,
        text: String::new(),
        severity: 3,
        priority: Some(priority),
    };
    vec![
        need(KeyGroup::Circumstances, PlacementObstacle::Housing, 1),
        need(KeyGroup::Circumstances, PlacementObstacle::Debts, 2),
        need(KeyGroup::WorkCapacity, PlacementObstacle::Health, 3),
    ]
}
