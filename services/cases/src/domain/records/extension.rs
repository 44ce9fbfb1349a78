//! What is kept of an extension of the limit (R108).

use jiff::civil::Date;
use lotse_kernel::{deadlines::Deadline, names::StaffName};
use serde::{Deserialize, Serialize};

use super::DecidedUnder;
use crate::domain::vocabulary::{ExtensionAnswer, ExtensionReason};

/// An extension beyond the regular maximum (R108).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Exception reason.
    pub reason_code: ExtensionReason,
    /// Exception reason in words.
    pub reason: String,
    /// Prognosis of success.
    pub prognosis: String,
    /// The end of the limit before.
    pub from: Date,
    /// The new limit, with its computation.
    pub deadline: Deadline,
    /// Who proposed it.
    pub proposer: StaffName,
    /// The day of the proposal.
    pub proposed_on: Date,
    /// The answer; nothing while it waits.
    pub answered: Option<ExtensionAnswered>,
    /// The day on which care ended over the proposal.
    pub lapsed_on: Option<Date>,
}

impl Extension {
    /// Whether it waits for its answer.
    #[must_use]
    pub const fn waits(&self) -> bool {
        self.answered.is_none() && self.lapsed_on.is_none()
    }

    /// Whether it was approved.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        self.answered.as_ref().is_some_and(|answered| answered.answer == ExtensionAnswer::Approved)
    }
}

/// The answer to a proposed extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionAnswered {
    /// Which.
    pub answer: ExtensionAnswer,
    /// Words with it; given wherever it was declined.
    pub reason: String,
    /// Who answered.
    pub answered_by: StaffName,
    /// The day.
    pub answered_on: Date,
    /// The version that said who may approve; nothing where it was withdrawn.
    pub under: Option<DecidedUnder>,
}
