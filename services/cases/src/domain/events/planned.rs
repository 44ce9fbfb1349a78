//! What events hold of what is planned: another version of a plan, the day of a duty, and a day that was computed anew.

use jiff::civil::Date;
use lotse_kernel::duty::DutyKind;
use serde::{Deserialize, Serialize};

/// A version of the plan (R63, R111).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRevised {
    /// Its number.
    pub version: i32,
    /// Goals that are new.
    pub added: usize,
    /// Goals that say something else than before.
    pub changed: usize,
    /// Goals that were given up.
    pub dropped: usize,
    /// Days after the last day in time.
    pub days_late: i32,
}

/// A duty and its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyDue {
    /// What it is about.
    pub kind: DutyKind,
    /// Number of the slot.
    pub slot: i32,
    /// The computed day.
    pub due_on: Date,
}

/// A duty that a policy version took over (R8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyReplanned {
    /// What it is about.
    pub kind: DutyKind,
    /// Number of the slot.
    pub slot: i32,
    /// The day that was computed before.
    pub from: Date,
    /// The day computed now; nothing when the duty is not needed any more.
    pub to: Option<Date>,
    /// The version by which it was computed now, as decisions cite it.
    pub policy: String,
}
