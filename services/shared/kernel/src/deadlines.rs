//! The dates of each duty with their explanation: from the events of a case to opening, reminder, due day and last day in time.

pub mod escalation;
pub mod governed;
pub mod named;
#[cfg(test)]
pub(crate) mod shipped;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    defaults::Months,
    duty::DutyKind,
    explanation::{Explanation, Step, StepAction},
    legal::{Basis, Computation},
};

/// The dates of one duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// What it is about.
    pub kind: DutyKind,
    /// Number of the slot, from 1: the review after 18 months has 3.
    pub slot: i32,
    /// From this day on the duty may be done.
    pub opens_on: Date,
    /// A reminder on the way, if the rule knows one.
    pub reminds_on: Option<Date>,
    /// Due day, target, last day in time, and why.
    pub explanation: Explanation,
}

impl Deadline {
    fn of(kind: DutyKind, slot: i32, computation: Computation, basis: Basis<'_>) -> Self {
        let computed = computation.finish(basis);
        Self {
            kind,
            slot,
            opens_on: computed.opens_on,
            reminds_on: computed.reminds_on,
            explanation: computed.explanation,
        }
    }

    /// Whether another one tells the same days, whatever the reasons.
    #[must_use]
    pub fn has_days_of(&self, other: &Self) -> bool {
        let days = |of: &Self| (of.opens_on, of.reminds_on, of.target_on(), of.due_on(), of.overdue_after());
        days(self) == days(other)
    }

    /// The computed day.
    #[must_use]
    pub const fn due_on(&self) -> Date {
        self.explanation.due_on
    }

    /// The working day to aim for.
    #[must_use]
    pub const fn target_on(&self) -> Date {
        self.explanation.target_on
    }

    /// The working day to aim for as the rule has it: nothing was brought forward.
    #[must_use]
    pub fn ruled_target_on(&self) -> Date {
        let steps = || self.explanation.steps.iter().rev();
        if !steps().any(|step| step.action == StepAction::TargetBroughtForward) {
            return self.target_on();
        }
        steps().find(|step| step.action == StepAction::TargetWorkingDay).map_or(self.due_on(), |step| step.on)
    }

    /// The same with an earlier working day to aim for; from the rule's own on, with that. No other day moves.
    #[must_use]
    pub fn bring_forward(mut self, on: Date) -> Self {
        let ruled = self.ruled_target_on();
        self.explanation.steps.retain(|step| step.action != StepAction::TargetBroughtForward);
        self.explanation.target_on = on.min(ruled);
        if on < ruled {
            self.explanation.steps.push(Step { on, action: StepAction::TargetBroughtForward });
        }
        self
    }

    /// The last day that is still in time.
    #[must_use]
    pub const fn overdue_after(&self) -> Date {
        self.explanation.overdue_after
    }
}

/// How long an extension runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExtensionLength {
    /// Months from the expiry of the old limit.
    Months(Months),
    /// To a set day.
    Until(Date),
}
