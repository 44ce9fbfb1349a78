//! The plan that a person brought from case management: while benefits run, the placement officer keeps it up to date (R111, T5).

use jiff::civil::Date;
use lotse_kernel::{duty::DutyKind, names::StaffName};
use serde::{Deserialize, Serialize};

use super::{Scene, State, Watch};
use crate::domain::{
    duties::Duty,
    refused::{FieldCheck, Refused},
    rules::NoRule,
    vocabulary::{DutyOutcome, UnwatchedReason, VoidReason},
};

/// An update of the plan that was recorded (R111).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanUpdate {
    /// The day on which it was issued to the person.
    pub issued_on: Date,
    /// Who issued it.
    pub issued_by: StaffName,
    /// Days after the last day in time.
    pub days_late: i32,
}

/// An update as it is told, before anybody knows whether it was late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanIssued {
    /// The day on which it was issued to the person.
    pub issued_on: Date,
    /// Who issued it.
    pub issued_by: StaffName,
}

impl Watch {
    /// The update of the plan that is planned or due.
    #[must_use]
    pub fn plan_duty(&self) -> Option<&Duty> {
        self.waiting(DutyKind::PlanUpdate)
    }

    /// Whether there is a plan to keep up to date.
    ///
    /// # Errors
    /// `NoPlanToUpdate`.
    pub const fn updatable(&self) -> Result<(), Refused> {
        if self.facts.plan_issued_on.is_some() { Ok(()) } else { Err(Refused::NoPlanToUpdate) }
    }

    /// Whether it can be told that the person is gone: somebody has to check, or to keep a plan up to date. While case management goes on its
    /// episode tells so.
    ///
    /// # Errors
    /// `NotWatched`.
    pub fn endable(&self) -> Result<(), Refused> {
        let in_care = self.facts.state == State::Unwatched { reason: UnwatchedReason::InCaseManagement };
        let has_plan = self.facts.plan_issued_on.is_some();
        if self.is_watched() || (has_plan && !in_care) { Ok(()) } else { Err(Refused::NotWatched) }
    }

    /// The next update counts from the same day as it did in case management.
    pub(super) fn plan_taken(mut self, issued_on: Date, scene: &Scene<'_>) -> Result<Self, NoRule> {
        self.facts.plan_slot += 1;
        self.facts.plan_issued_on = Some(issued_on);
        self.facts.plan_left_on = None;
        let deadline = scene.rules.plan_update(issued_on, self.facts.plan_slot)?;
        self.duties.schedule(&self.case, scene.owner, deadline);
        Ok(self)
    }

    pub(super) fn plan_updated(mut self, issued: PlanIssued, scene: &Scene<'_>) -> Result<Self, Refused> {
        let since = self.facts.plan_issued_on.ok_or(Refused::NoPlanToUpdate)?;
        let PlanIssued { issued_on, issued_by } = issued;
        let mut fields = FieldCheck::default();
        fields.require(issued_on <= scene.rules.today(), "issue_date", "must not be in the future");
        fields.require(issued_on >= since, "issue_date", "must not be before the plan that it updates");
        fields.finish()?;
        let days_late = self.duties.done(DutyKind::PlanUpdate, DutyOutcome::Updated, issued_on);
        self.facts.plan_updates.push(PlanUpdate { issued_on, issued_by, days_late });
        Ok(self.plan_taken(issued_on, scene)?)
    }

    /// An end of care was undone (row 24): the plan is kept up to date there again.
    pub(super) fn plan_back(mut self, scene: &Scene<'_>) -> Self {
        self.duties.void(DutyKind::PlanUpdate, VoidReason::PassedOn, scene.rules.today());
        self.facts.plan_issued_on = None;
        self.facts.plan_left_on = None;
        self
    }

    /// An end was undone by which the person was taken for gone (row 24): what they had is kept up to date from where it was.
    pub(super) fn plan_found(self, scene: &Scene<'_>) -> Result<Self, NoRule> {
        match self.facts.plan_left_on {
            Some(issued_on) if self.facts.plan_issued_on.is_none() => self.plan_taken(issued_on, scene),
            Some(_) | None => Ok(self),
        }
    }

    /// Case management has made another plan, which is kept up to date there.
    pub(super) fn planned(mut self, issued_on: Date) -> Self {
        self.duties.done(DutyKind::PlanUpdate, DutyOutcome::Updated, issued_on);
        self.facts.plan_issued_on = None;
        self.facts.plan_left_on = None;
        self
    }
}
