//! Units of periods, and how one counts on after another.

use serde::{Deserialize, Serialize};

/// Calendar months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Months(pub i32);

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
