//! What a policy version that takes open duties over does to a watch when it begins (R8).

use lotse_kernel::{
    duty::DutyKind,
    policy::{OpenDuties, PolicyKey, PolicyVersion},
};

use super::Watch;
use crate::domain::{
    replan::{Plan, Replanned},
    rules::{NoRule, Rules},
};

/// The kinds of the duties of people outside case management that a version reaches when it begins.
#[must_use]
pub const fn duties_reached(version: &PolicyVersion) -> &'static [DutyKind] {
    match (version.transition.open_duties, version.key) {
        (OpenDuties::Replan, PolicyKey::EligibilityRecheck) => &[DutyKind::EligibilityRecheck],
        (OpenDuties::Replan, PolicyKey::PlanUpdate) => &[DutyKind::PlanUpdate],
        (OpenDuties::Replan, PolicyKey::TeamDecision) => &[DutyKind::TeamDecision],
        (OpenDuties::Replan, PolicyKey::Escalation) => {
            &[DutyKind::EligibilityRecheck, DutyKind::PlanUpdate, DutyKind::TeamDecision]
        }
        (OpenDuties::Replan | OpenDuties::Keep, _) => &[],
    }
}

impl Watch {
    /// Takes over what is planned or due, where a version decides about it as of the day of the rules: it is void and begins anew where its
    /// dates are others, unless it is overdue; and of what is overdue it is told when it escalates on another day.
    ///
    /// # Errors
    /// [`NoRule`] when a date cannot be computed.
    pub fn replan(mut self, version: &PolicyVersion, rules: &Rules<'_>) -> Result<Replanned<Self>, NoRule> {
        let mut plan = Plan::new(version, rules, self.case.clone(), std::mem::take(&mut self.duties));
        match version.key {
            PolicyKey::Escalation => plan.escalations(duties_reached(version))?,
            PolicyKey::PlanUpdate => {
                if let Some(issued_on) = self.facts.plan_issued_on {
                    plan.kind(DutyKind::PlanUpdate, issued_on)?;
                }
            }
            PolicyKey::TeamDecision => {
                if let Some(completed_on) = self.team_duty().map(|duty| duty.deadline().due_on()) {
                    plan.kind(DutyKind::TeamDecision, completed_on)?;
                }
            }
            PolicyKey::EligibilityRecheck => {
                if let Some(last_check_on) = self.facts.last_check_on {
                    plan.kind(DutyKind::EligibilityRecheck, last_check_on)?;
                }
            }
            _ => {}
        }
        Ok(plan.done(|duties| Self { duties, ..self }))
    }
}
