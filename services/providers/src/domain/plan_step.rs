//! The step of a plan that a referral is part of.

/// A step of the plan of an episode, by the keys that cases gives it (R181).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanStep {
    /// Key of the goal in the plan.
    pub goal_key: String,
    /// Key of the step within the goal.
    pub step_key: String,
}
