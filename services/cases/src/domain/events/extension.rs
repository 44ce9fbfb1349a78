//! What the events of an extension hold (row 18, R108).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::vocabulary::ExtensionReason;

/// An extension that is proposed, or withdrawn by the own side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionNamed {
    /// The limit that is proposed.
    pub until: Date,
    /// Why.
    pub reason: ExtensionReason,
}

/// An extension that somebody else answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionTold {
    /// The limit that was proposed.
    pub until: Date,
    /// Why it was proposed.
    pub reason: ExtensionReason,
    /// Days after the last day in time of the answer.
    pub days_late: i32,
}
