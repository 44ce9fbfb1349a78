//! The dated profile with its needs for action, and what holds for them whoever records it (R54, R55, R57).

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::{
    refused::FieldFault,
    vocabulary::{KeyGroup, ObstacleHolder, PlacementObstacle, ProfileType},
};

/// The dated profile (R54).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Profillage.
    pub profile_type: ProfileType,
    /// The day on which it was established.
    pub established_on: Date,
    /// Needs for action.
    pub needs: Vec<NeedForAction>,
}

/// Handlungsbedarf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedForAction {
    /// Key group the need belongs to.
    pub key_group: KeyGroup,
    /// What stands in the way (R55).
    pub obstacle: PlacementObstacle,
    /// Who has it.
    pub holder: ObstacleHolder,
    /// In words; empty where the obstacle says it all.
    pub text: String,
    /// From 1 (light) to 3 (severe).
    pub severity: i32,
    /// When it is its turn: 1 is worked on first (R57); nothing where that has not been set.
    pub priority: Option<i32>,
}

/// What makes a need the same one in another profile.
pub type NeedIdentity<'a> = (PlacementObstacle, ObstacleHolder, &'a str);

impl NeedForAction {
    /// The obstacle and who has it; of one outside the catalogue its words as well, because they are its only name.
    #[must_use]
    pub fn identity(&self) -> NeedIdentity<'_> {
        let words = if self.obstacle == PlacementObstacle::Other { self.text.trim() } else { "" };
        (self.obstacle, self.holder, words)
    }

    /// What is wrong with the needs of one profile, all at once; `path` is that of the list in the request.
    #[must_use]
    pub fn faults(needs: &[Self], path: &str) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut require = |holds: bool, index: usize, name: &str, rule| {
            if !holds {
                faults.push(FieldFault { field: format!("{path}[{index}].{name}"), rule });
            }
        };
        let (mut named, mut turns) = (BTreeSet::new(), BTreeSet::new());
        let all_turns = needs.iter().filter(|need| need.priority.is_some()).count();
        for (index, need) in needs.iter().enumerate() {
            let is_named = need.obstacle != PlacementObstacle::Other || !need.text.trim().is_empty();
            require(is_named, index, "text", "must name an obstacle that the catalogue does not have");
            require(named.insert(need.identity()), index, "obstacle", "must be named once for each holder");
            // What another member has is part of the circumstances in which the person looks for work, and never the person's own capacity.
            let is_circumstance = need.holder == ObstacleHolder::Person || need.key_group == KeyGroup::Circumstances;
            require(is_circumstance, index, "key_group", "must be circumstances where another member has the obstacle");
            if let Some(turn) = need.priority {
                let is_first = turns.insert(turn);
                require(is_first, index, "priority", "must be given once");
                let follows = usize::try_from(turn).is_ok_and(|turn| (1..=all_turns).contains(&turn));
                require(follows || !is_first, index, "priority", "must be counted from 1 without a gap");
            }
        }
        faults
    }
}

impl Profile {
    /// Whether somebody said what is worked on first (R57); where nothing is needed nobody has to.
    #[must_use]
    pub fn says_what_comes_first(&self) -> bool {
        self.needs.is_empty() || self.needs.iter().any(|need| need.priority.is_some())
    }
}
