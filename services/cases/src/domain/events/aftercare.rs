//! What the timeline keeps of aftercare and of the months after an integration into work.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::vocabulary::{ContactOutcome, EmploymentStatus};

/// T13: an integration into work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integrated {
    /// The day on which the job began.
    pub integrated_on: Date,
    /// How many months are asked for.
    pub months: usize,
}

/// T13: the answer for a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmploymentTold {
    /// Number of the month, from 1.
    pub month: i32,
    /// Its last day.
    pub ends_on: Date,
    /// Whether the person was employed.
    pub status: EmploymentStatus,
    /// Days after the last day in time; 0 for an answer that corrects another one.
    pub days_late: i32,
}

/// R122: a contact that is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPlanned {
    /// The day for which it is planned.
    pub planned_on: Date,
}

/// R122: what became of a planned contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactTold {
    /// Whether there was contact.
    pub outcome: ContactOutcome,
    /// The day of the contact, or of the last attempt.
    pub contacted_on: Date,
    /// Days after the last day in time.
    pub days_late: i32,
}
