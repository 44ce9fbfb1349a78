//! The one file of defaults: intervals, opening days, notices and graces, each with its legal basis or the reason of the policy.
//!
//! The domain catalogue calls for local configuration on a federal default (R8). Where a policy governs, its versions are asked; these
//! are the parameters of what none governs yet (escalation, answer and report of a referral, the posting of a letter), and [`VERSION`]
//! is what an explanation cites. A changed value needs a new version.

use serde::{Deserialize, Serialize};

/// Version of the parameters, as explanations cite it.
pub const VERSION: &str = "defaults/1";

/// A parameter with the ground it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter<T> {
    /// The value, with its unit in the type.
    pub value: T,
    /// The requirement it serves, for example `R106`.
    pub requirement: &'static str,
    /// The legal basis in the usual German citation, or the source of a policy.
    pub legal_basis: &'static str,
}

/// Calendar months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Months(pub i32);

/// Weeks of seven days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weeks(pub i32);

/// Calendar days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Days(pub i32);

/// Days on which people work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkingDays(pub i32);

crate::codes! {
    /// How a period counts on from the expiry of another when that expiry was the last day of a short month (§ 190 BGB).
    pub enum ContinuationAnchor {
        /// On the day of the same number: 28.02. and six months are 28.08.
        LikeNumberedDay = "LIKE_NUMBERED_DAY",
        /// From month's end to month's end: 28.02. and six months are 31.08.
        MonthEnd = "MONTH_END",
    }
}

/// T7a: a provider answers a referral within this time.
pub const PROVIDER_ANSWER: Parameter<WorkingDays> =
    Parameter { value: WorkingDays(10), requirement: "R97", legal_basis: "örtliche Festlegung (Standard)" };

/// T8: interim reports of a provider follow each other at this distance unless another was agreed; never more than six
/// months, the interval of the plan's update.
pub const REPORT_INTERVAL: Parameter<Months> = Parameter {
    value: Months(3),
    requirement: "R90",
    legal_basis: "RL § 16a SGB II, Nr. 9; örtliche Festlegung (Standard)",
};

/// T8: a report may be handed in from so many days before its due date on.
pub const REPORT_OPENING: Parameter<Days> =
    Parameter { value: Days(14), requirement: "R90", legal_basis: "örtliche Festlegung (Standard)" };

/// A letter that was made is posted, and its posting confirmed, within this time; then a reminder follows.
pub const LETTER_POSTING: Parameter<WorkingDays> =
    Parameter { value: WorkingDays(3), requirement: "R127", legal_basis: "örtliche Festlegung (Standard)" };

/// What is overdue escalates again after this time.
pub const ESCALATION_INTERVAL: Parameter<Days> =
    Parameter { value: Days(7), requirement: "R141", legal_basis: "örtliche Festlegung (Standard)" };
