//! The integration plan, its versions, and how far its goals are attained (R61 to R66, R180, R188).

use jiff::civil::Date;
use lotse_kernel::names::StaffName;
use serde::{Deserialize, Serialize};

use crate::domain::vocabulary::{GoalLevel, GoalOutcome, StepParty};

/// The integration plan (R61 to R66, R188).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntegrationPlan {
    /// Number of the version within the episode, from 1.
    pub version: i32,
    /// Goals; at least one.
    pub goals: Vec<Goal>,
    /// The day on which the plan document was issued to the person.
    pub issued_on: Date,
    /// The day on which the plan became active.
    pub activated_on: Date,
}

impl IntegrationPlan {
    /// The goal of a key.
    #[must_use]
    pub fn goal(&self, key: &str) -> Option<&Goal> {
        self.goals.iter().find(|goal| goal.key == key)
    }
}

/// A goal with a due date, resting on a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// Key of the goal, the same in every version of the plan.
    pub key: String,
    /// The goal in words.
    pub text: String,
    /// By what its attainment is told (R62, R180).
    pub measure: String,
    /// Level (R61).
    pub level: GoalLevel,
    /// The day by which it is checked (R62).
    pub due_on: Date,
    /// Key of the finding it rests on (R188).
    pub finding_key: String,
    /// The steps towards it, in their order (R61, R66, R181).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<PlanStep>,
    /// Number of the duty that asks for it on its day (T6); 0 before the plan was issued.
    pub slot: i32,
    /// How far it was attained, oldest first; the last one counts.
    pub attainments: Vec<GoalAttainment>,
}

impl Goal {
    /// Whether it was determined for good, so that a new version of the plan may leave it out without a word.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.attainments.last().is_some_and(|last| last.outcome != GoalOutcome::Partly)
    }

    /// Whether it says the same as another one, however far either is attained.
    #[must_use]
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let told = |goal: &Self| Self { slot: 0, attainments: Vec::new(), ..goal.clone() };
        told(self) == told(other)
    }
}

/// A step towards a goal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStep {
    /// Its key, unique within the goal.
    pub key: String,
    /// What is done.
    pub text: String,
    /// Who does it: what the jobcenter promises and what the person has to do stand side by side (R66).
    pub party: StepParty,
    /// The day by which it is done (R62).
    pub due_on: Date,
    /// Keys of the steps that have to be done before it (R181).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
}

/// How far a goal was attained on a day (R180).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoalAttainment {
    /// How far.
    pub outcome: GoalOutcome,
    /// The day of the determination.
    pub determined_on: Date,
    /// Why, by the measure of the goal.
    pub reason: String,
    /// Who recorded it.
    pub recorded_by: StaffName,
}

/// A goal that a new version of the plan gives up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedGoal {
    /// Its key in the version before.
    pub key: String,
    /// Why.
    pub reason: String,
}

/// A version of the plan that another one took the place of (R63, R111).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRevision {
    /// The version until then.
    pub plan: IntegrationPlan,
    /// Why it was revised.
    pub reason: String,
    /// The day of the record.
    pub revised_on: Date,
    /// Who revised it.
    pub revised_by: StaffName,
}
