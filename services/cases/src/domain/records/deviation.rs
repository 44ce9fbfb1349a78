//! A deviation from the plan and how it was judged (row 13, R68).

use jiff::civil::Date;
use lotse_kernel::names::StaffName;
use serde::{Deserialize, Serialize};

use super::IntegrationPlan;
use crate::domain::vocabulary::{Currency, DeviationConsequence, DeviationReason};

/// How a deviation is judged: the questions in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// The day on which it happened.
    pub occurred_on: Date,
    /// What happened.
    pub text: String,
    /// Key of the goal it concerns; nothing where it concerns the plan as a whole.
    pub goal_key: Option<String>,
    /// First: whether the plan still fits.
    pub plan: Currency,
    /// And whether the agreement does.
    pub agreement: Currency,
    /// Second: whether there was an important reason.
    pub reason: DeviationReason,
    /// The reasons as the person gave them, and how they were weighed.
    pub reason_text: String,
    /// Third: what follows.
    pub consequence: DeviationConsequence,
    /// How social disadvantage and impairment were regarded (R69); empty where nothing follows from that.
    pub regard: String,
}

/// A deviation that was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deviation {
    /// How it was judged.
    pub judgement: Judgement,
    /// The day of the record.
    pub recorded_on: Date,
    /// Who recorded it.
    pub recorded_by: StaffName,
    /// The plan that was given up for a new one.
    pub plan: Option<IntegrationPlan>,
}
