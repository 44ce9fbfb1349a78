//! The integration plan, its versions, how far its goals are attained, and what became of its steps (R61 to R66, R180, R181, R188).

use jiff::civil::Date;
use lotse_kernel::names::StaffName;
use serde::{Deserialize, Serialize};

use crate::domain::vocabulary::{GoalLevel, GoalOutcome, StepOutcome, StepParty};

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
    /// Key of the basic goal that a partial one serves (R61); nothing for a basic goal, or where the plan has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basic_goal_key: Option<String>,
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
        self.as_told() == other.as_told()
    }

    /// What was agreed, without what became of it.
    fn as_told(&self) -> Self {
        let steps = self.steps.iter().cloned().map(|step| PlanStep { slot: 0, results: Vec::new(), ..step }).collect();
        Self { slot: 0, attainments: Vec::new(), steps, ..self.clone() }
    }

    /// The step of a key.
    #[must_use]
    pub fn step(&self, key: &str) -> Option<&PlanStep> {
        self.steps.iter().find(|step| step.key == key)
    }

    /// The goal with what was recorded of it and of its steps in the version before, and with nothing else: what was determined, done or given up
    /// stays so. Nothing is known yet of a new one.
    #[must_use]
    pub fn with_records_of(mut self, before: Option<&Self>) -> Self {
        for step in &mut self.steps {
            let known = before.and_then(|before| before.step(&step.key));
            (step.slot, step.results) = known.map(|known| (known.slot, known.results.clone())).unwrap_or_default();
        }
        (self.slot, self.attainments) =
            before.map(|before| (before.slot, before.attainments.clone())).unwrap_or_default();
        self
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
    /// Number of the duty that asks for it on its day (T6); 0 before the plan was issued.
    pub slot: i32,
    /// What became of it, oldest first; the last one counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<StepResult>,
}

impl PlanStep {
    /// Whether it was done or given up, so that nobody waits for it any more.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.results.last().is_some_and(|last| last.outcome != StepOutcome::NotDone)
    }

    /// The day on which it was done, if it was.
    #[must_use]
    pub fn done_on(&self) -> Option<Date> {
        self.results.last().filter(|last| last.outcome == StepOutcome::Done).map(|last| last.determined_on)
    }
}

/// What became of a step (R181).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepResult {
    /// What.
    pub outcome: StepOutcome,
    /// The day on which it was done, or else the day on which that was found.
    pub determined_on: Date,
    /// Why it was not done or is given up; a note where it was done, which may be empty.
    pub reason: String,
    /// Who recorded it.
    pub recorded_by: StaffName,
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
