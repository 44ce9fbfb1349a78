//! Row 11 and T5: the plan is issued, and has to be kept up to date from that day on.

use jiff::civil::Date;
use lotse_kernel::duty::DutyKind;

use super::{Act, Active, Episode, Stage, State};
use crate::domain::{
    duties::Duty,
    events::Event,
    records::{Goal, IntegrationPlan},
    refused::FieldCheck,
    rules::{NoRule, Rules},
    vocabulary::{DutyOutcome, EpisodePhase, VoidReason},
};

impl Episode {
    /// Row 11: activates the plan: at least one goal, each with a due date and resting on a finding (R61 to R66, R188). From its issue on it is
    /// kept up to date (T5).
    ///
    /// # Errors
    /// `WrongPhase`; `Fields` when goals are missing, rest on no finding, are due before the issue, or the issue is in the future; `NoRule` when
    /// no version says by when the plan is updated.
    pub fn activate_plan(mut self, goals: Vec<Goal>, issued_on: Date, rules: &Rules<'_>) -> Act {
        let today = rules.today();
        let State::Active(Active { stage, admission, reassessments, .. }) = &mut self.facts.state else {
            return Err(self.wrong_phase(&[EpisodePhase::Planning]));
        };
        let Stage::Planning { alliance, assessment } = stage else {
            return Err(self.wrong_phase(&[EpisodePhase::Planning]));
        };
        let mut check = FieldCheck::default();
        check.require(!goals.is_empty(), "plan.goals", "must not be empty");
        check.require(issued_on <= today, "plan.issue_date", "must not be in the future");
        check.require(issued_on >= admission.assigned_on, "plan.issue_date", "must not be before the assignment");
        let follows = reassessments.last().is_none_or(|before| issued_on >= before.recorded_on);
        check.require(follows, "plan.issue_date", "must not be before the change of life that it follows");
        for (index, goal) in goals.iter().enumerate() {
            let due = format!("plan.goals[{index}].due_date");
            check.require(goal.due_on > issued_on, due, "must be after the issue date");
            let rests = assessment.findings.iter().any(|finding| finding.key == goal.finding_key);
            check.require(rests, format!("plan.goals[{index}].finding_key"), "must be the key of a finding");
        }
        check.finish()?;
        let count = goals.len();
        let plan = IntegrationPlan { goals, issued_on, activated_on: today };
        *stage = Stage::Delivery { alliance: alliance.clone(), assessment: assessment.clone(), plan };
        let days_late = self.keep_current(issued_on, rules)?;
        Ok(self.with(Event::PlanActivated { goals: count, days_late }))
    }

    /// The update of the plan that waits.
    pub(in crate::domain) fn plan_update(&self) -> Option<&Duty> {
        self.duties.of(DutyKind::PlanUpdate).find(|duty| duty.is_unsettled())
    }

    /// T5: a plan belongs to the person. At an end after which the person is still looked after here its update passes to the placement officer,
    /// as a duty of the person.
    pub(super) fn pass_plan_on(&mut self, today: Date) -> Option<Event> {
        let due_on = self.plan_update()?.deadline().due_on();
        self.duties.void(DutyKind::PlanUpdate, VoidReason::PassedOn, today);
        Some(Event::PlanUpdatePassedOn { due_on })
    }

    /// T5: what was issued on a day is the update that was waited for, and the next one counts from that day. Whoever leads keeps the plan up to
    /// date. Gives the days it was late.
    fn keep_current(&mut self, issued_on: Date, rules: &Rules<'_>) -> Result<i32, NoRule> {
        let days_late = self.duties.done(DutyKind::PlanUpdate, DutyOutcome::Updated, issued_on);
        let Some(owner) = self.lead_officer().cloned() else { return Ok(days_late) };
        let before = self.duties.of(DutyKind::PlanUpdate).count();
        let slot = i32::try_from(before).unwrap_or(i32::MAX).saturating_add(1);
        let deadline = rules.plan_update(issued_on, slot)?;
        self.duties.schedule(&self.name, &owner, deadline);
        Ok(days_late)
    }
}
