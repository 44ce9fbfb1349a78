//! The one file of defaults: intervals, opening days, notices and graces, each with its legal basis or the reason of the policy.
//!
//! The domain catalogue calls for local configuration on a federal default (R8). Where a policy governs, its versions are asked; these
//! are the parameters of what none governs yet (escalation, answer and report of a referral, the posting of a letter), and [`VERSION`]
//! is what an explanation cites. A changed value needs a new version.

use serde::{Deserialize, Serialize};

use crate::policy::rules::JobStartDay;

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

/// T1: the next check outside bFM follows the last at latest after this time.
pub const RECHECK_INTERVAL: Parameter<Months> =
    Parameter { value: Months(6), requirement: "R23", legal_basis: "HA 01/2008, Aufnahme; § 188 Abs. 2 BGB" };

/// T1: a check counts for the next due date from so many days before it on.
pub const RECHECK_OPENING: Parameter<Days> =
    Parameter { value: Days(42), requirement: "R23", legal_basis: "örtliche Festlegung (Standard)" };

/// T5: plan and agreement are brought up to date at latest after this time.
pub const PLAN_UPDATE: Parameter<Months> =
    Parameter { value: Months(6), requirement: "R111", legal_basis: "§ 15 SGB II; § 188 Abs. 2 BGB" };

/// T5: an update may be made from so many days before its due date on, and earlier on every change.
pub const PLAN_UPDATE_OPENING: Parameter<Days> =
    Parameter { value: Days(30), requirement: "R111", legal_basis: "örtliche Festlegung (Standard)" };

/// T2: reviews follow each other at this distance from the assignment date.
pub const REVIEW_INTERVAL: Parameter<Months> =
    Parameter {
        value: Months(6), requirement: "R106, R107", legal_basis: "HA 01/2008, Fortführung; § 188 Abs. 2 BGB"
    };

/// T2: a review may be decided from so many days before its due date on.
pub const REVIEW_OPENING: Parameter<Days> =
    Parameter { value: Days(30), requirement: "R106", legal_basis: "örtliche Festlegung (Standard)" };

/// T2, T3, T4: due "mit Ablauf" of a day, overdue only after so many working days more.
pub const GRACE: Parameter<WorkingDays> =
    Parameter { value: WorkingDays(1), requirement: "R106", legal_basis: "örtliche Festlegung (Standard)" };

/// T3: the regular maximum.
pub const REGULAR_MAXIMUM: Parameter<Months> =
    Parameter { value: Months(24), requirement: "R108", legal_basis: "HA 01/2008, Fortführung; § 188 Abs. 2 BGB" };

/// T3: the limit opens with the first notice so long after the assignment date.
pub const REGULAR_MAXIMUM_OPENING: Parameter<Months> =
    Parameter { value: Months(21), requirement: "R108", legal_basis: "örtliche Festlegung (Standard)" };

/// T3: the second notice.
pub const REGULAR_MAXIMUM_REMINDER: Parameter<Months> =
    Parameter { value: Months(23), requirement: "R108", legal_basis: "örtliche Festlegung (Standard)" };

/// T4: the end of an extension opens so many days before.
pub const EXTENSION_OPENING: Parameter<Days> =
    Parameter { value: Days(30), requirement: "R108", legal_basis: "örtliche Festlegung (Standard)" };

/// T4: the longest single extension.
pub const EXTENSION_MAXIMUM: Parameter<Months> =
    Parameter { value: Months(24), requirement: "R108", legal_basis: "örtliche Festlegung (Standard)" };

/// T4: the law leaves a choice after a short month; the earlier day is the safe one for a limit.
pub const EXTENSION_ANCHOR: Parameter<ContinuationAnchor> = Parameter {
    value: ContinuationAnchor::LikeNumberedDay,
    requirement: "R108",
    legal_basis: "§ 190 BGB i. V. m. § 188 Abs. 2 BGB",
};

/// T12: aftercare after a job start.
pub const AFTERCARE: Parameter<Months> =
    Parameter { value: Months(6), requirement: "R122", legal_basis: "§ 16g Abs. 2 SGB II" };

/// T12: the law does not say whether the day of the job start counts; not counted, nobody loses a day.
pub const JOB_START_DAY: Parameter<JobStartDay> = Parameter {
    value: JobStartDay::NotCounted,
    requirement: "R122",
    legal_basis: "§ 16g Abs. 2 SGB II i. V. m. § 187 Abs. 1 BGB",
};

/// T12: the closing check may be made from so many days before the end on.
pub const AFTERCARE_OPENING: Parameter<Days> =
    Parameter { value: Days(14), requirement: "R122", legal_basis: "örtliche Festlegung (Standard)" };

/// T16: a proposal is decided within this time.
pub const PROPOSAL: Parameter<Weeks> =
    Parameter { value: Weeks(4), requirement: "R17", legal_basis: "örtliche Festlegung (Standard)" };

/// T17: the first talk follows the assignment within this time.
pub const FIRST_TALK: Parameter<Weeks> =
    Parameter { value: Weeks(2), requirement: "R28", legal_basis: "örtliche Festlegung (Standard)" };

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
