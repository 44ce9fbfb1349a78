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

/// Whether a version reaches checks that are planned or due when it begins.
#[must_use]
pub fn is_reached(version: &PolicyVersion) -> bool {
    version.transition.open_duties == OpenDuties::Replan
        && matches!(version.key, PolicyKey::EligibilityRecheck | PolicyKey::Escalation)
}

impl Watch {
    /// Takes the check over that is planned or due, where a version decides about it as of the day of the rules: it is void and begins
    /// anew where its dates are others, unless it is overdue; and of one that is overdue it is told when it escalates on another day.
    ///
    /// # Errors
    /// [`NoRule`] when a date cannot be computed.
    pub fn replan(mut self, version: &PolicyVersion, rules: &Rules<'_>) -> Result<Replanned<Self>, NoRule> {
        let mut plan = Plan::new(version, rules, self.case.clone(), std::mem::take(&mut self.duties));
        match version.key {
            PolicyKey::Escalation => plan.escalations(&[DutyKind::EligibilityRecheck])?,
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
