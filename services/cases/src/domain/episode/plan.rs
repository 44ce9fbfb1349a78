//! Row 11 and T5: the plan is issued, and has to be kept up to date from that day on.

use std::collections::BTreeSet;

use jiff::civil::Date;
use lotse_kernel::{duty::DutyKind, names::StaffName};

use super::{
    Act, Active, Episode, Stage, State,
    steps::{check_promises, check_steps},
};
use crate::domain::{
    duties::Duty,
    events::{Event, PlanRevised},
    records::{Assessment, DroppedGoal, Goal, GoalAttainment, IntegrationPlan, PlanRevision},
    refused::{FieldCheck, Refused},
    rules::{NoRule, Rules},
    vocabulary::{DutyOutcome, EpisodePhase, GoalLevel, GoalOutcome, VoidReason},
};

/// The field of the day of issue.
const ISSUED: &str = "plan.issue_date";

/// A new version of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The goals of the new version, with those that stay.
    pub goals: Vec<Goal>,
    /// Those that are given up.
    pub dropped: Vec<DroppedGoal>,
    /// Why.
    pub reason: String,
    /// The day on which it was issued to the person.
    pub issued_on: Date,
}

impl Episode {
    /// Row 11: activates the plan: at least one goal, each with a due date and resting on a finding (R61 to R66, R188). From its issue on it is
    /// kept up to date (T5).
    ///
    /// # Errors
    /// `WrongPhase`; `Fields` when goals are missing, rest on no finding, are due before the issue, or the issue is in the future; `NoRule` when
    /// no version says by when the plan is updated.
    pub fn activate_plan(mut self, goals: Vec<Goal>, issued_on: Date, rules: &Rules<'_>) -> Act {
        let today = rules.today();
        let version = self.next_version();
        let given_up_on = self.care().and_then(Active::plan_given_up_on);
        let State::Active(Active { stage, admission, .. }) = &mut self.facts.state else {
            return Err(self.wrong_phase(&[EpisodePhase::Planning]));
        };
        let Stage::Planning { alliance, assessment } = stage else {
            return Err(self.wrong_phase(&[EpisodePhase::Planning]));
        };
        let mut check = FieldCheck::default();
        check.require(issued_on <= today, ISSUED, "must not be in the future");
        check.require(issued_on >= admission.assigned_on, ISSUED, "must not be before the assignment");
        let follows = given_up_on.is_none_or(|before| issued_on >= before);
        check.require(follows, ISSUED, "must not be before the plan before it was given up");
        check_goals(&mut check, &goals, issued_on, assessment, None);
        check.finish()?;
        let count = goals.len();
        let goals = goals.into_iter().map(|goal| goal.with_records_of(None)).collect();
        let plan = IntegrationPlan { version, goals, issued_on, activated_on: today };
        *stage = Stage::Delivery { alliance: alliance.clone(), assessment: assessment.clone(), plan };
        self.ask_by_plan(rules);
        let days_late = self.keep_current(issued_on, version, rules)?;
        Ok(self.with(Event::PlanActivated { goals: count, days_late }))
    }

    /// T5: issues a new version of the plan, which is the update that was waited for (R63, R111). Goals are known by their keys; one that is left
    /// out was determined before, or is given up with a reason. What was recorded of goals and steps stays with their keys, and the version before is kept.
    ///
    /// # Errors
    /// `WrongPhase`, `NotTheLead`; `Fields` as for [`Episode::activate_plan`], and where a goal vanishes or comes back under an old key;
    /// `NoRule` when no version says by when the plan is updated.
    pub fn revise_plan(mut self, revision: Revision, revised_by: StaffName, rules: &Rules<'_>) -> Act {
        const PHASES: &[EpisodePhase] = &[EpisodePhase::Delivery];
        let (today, version) = (rules.today(), self.next_version());
        let leads = self.lead_officer() == Some(&revised_by);
        let before = self.care().into_iter().flat_map(Active::versions_before);
        let former: BTreeSet<String> = before.flat_map(|plan| &plan.goals).map(|goal| goal.key.clone()).collect();
        let State::Active(Active { stage, case_manager, plan_revisions, .. }) = &mut self.facts.state else {
            return Err(self.wrong_phase(PHASES));
        };
        let Stage::Delivery { assessment, plan, .. } = stage else { return Err(self.wrong_phase(PHASES)) };
        if !leads && revised_by != *case_manager {
            return Err(Refused::NotTheLead);
        }
        let Revision { goals, dropped, reason, issued_on } = revision;
        let mut check = FieldCheck::default();
        check.require(issued_on <= today, ISSUED, "must not be in the future");
        check.require(issued_on >= plan.issued_on, ISSUED, "must not be before the version that it revises");
        check_goals(&mut check, &goals, issued_on, assessment, Some(plan));
        for (index, goal) in goals.iter().enumerate() {
            let returns = plan.goal(&goal.key).is_none() && former.contains(&goal.key);
            check.require(
                !returns,
                format!("plan.goals[{index}].key"),
                "must not be that of a goal of a former version",
            );
        }
        let stays = |key: &str| goals.iter().any(|goal| goal.key == key);
        let mut given_up = BTreeSet::new();
        for (index, goal) in dropped.iter().enumerate() {
            let is_open = plan.goal(&goal.key).is_some_and(|before| !before.is_settled());
            let is_left_out = is_open && !stays(&goal.key) && given_up.insert(&goal.key);
            let rule = "must be the key of a goal that the new version leaves out and nobody has determined, each once";
            check.require(is_left_out, format!("dropped_goals[{index}].key"), rule);
        }
        let vanishes = |goal: &Goal| !stays(&goal.key) && !given_up.contains(&goal.key) && !goal.is_settled();
        let complete = !plan.goals.iter().any(vanishes);
        check.require(complete, "dropped_goals", "must name each goal that is left out and was not determined before");
        check.finish()?;
        let added = goals.iter().filter(|goal| plan.goal(&goal.key).is_none()).count();
        let differs = |goal: &&Goal| plan.goal(&goal.key).is_some_and(|before| !goal.says_the_same_as(before));
        let changed = goals.iter().filter(differs).count();
        let goals = goals.into_iter().map(|goal| {
            let before = plan.goal(&goal.key);
            goal.with_records_of(before)
        });
        let goals: Vec<Goal> = goals.collect();
        let count = dropped.len();
        for DroppedGoal { key, reason } in dropped {
            let (outcome, determined_on, recorded_by) = (GoalOutcome::Dropped, issued_on, revised_by.clone());
            let attainment = GoalAttainment { outcome, determined_on, reason, recorded_by };
            plan.goals
                .iter_mut()
                .filter(|goal| goal.key == key)
                .for_each(|goal| goal.attainments.push(attainment.clone()));
        }
        let next = IntegrationPlan { version, goals, issued_on, activated_on: today };
        let before = std::mem::replace(plan, next);
        plan_revisions.push(PlanRevision { plan: before, reason, revised_on: today, revised_by });
        self.ask_by_plan(rules);
        let days_late = self.keep_current(issued_on, version, rules)?;
        Ok(self.with(Event::PlanRevised(PlanRevised { version, added, changed, dropped: count, days_late })))
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
    fn keep_current(&mut self, issued_on: Date, version: i32, rules: &Rules<'_>) -> Result<i32, NoRule> {
        let days_late = self.duties.done(DutyKind::PlanUpdate, DutyOutcome::Updated, issued_on);
        if let Some(owner) = self.lead_officer().cloned() {
            self.duties.schedule(&self.name, &owner, rules.plan_update(issued_on, version)?);
        }
        Ok(days_late)
    }

    /// The number of the version that comes next; the update of each has its number.
    fn next_version(&self) -> i32 {
        let before = self.duties.of(DutyKind::PlanUpdate).count();
        i32::try_from(before).unwrap_or(i32::MAX).saturating_add(1)
    }
}

/// The goals of a version: at least one, each with a key of its own, a day after the issue, a finding, and steps that can be done in their order. What stays as it was keeps its day.
fn check_goals(
    check: &mut FieldCheck,
    goals: &[Goal],
    issued_on: Date,
    assessment: &Assessment,
    before: Option<&IntegrationPlan>,
) {
    check.require(!goals.is_empty(), "plan.goals", "must not be empty");
    let mut keys = BTreeSet::new();
    for (index, goal) in goals.iter().enumerate() {
        let field = |name| format!("plan.goals[{index}].{name}");
        check.require(keys.insert(&goal.key), field("key"), "must be unique");
        let same = before.and_then(|plan| plan.goal(&goal.key)).is_some_and(|before| before.due_on == goal.due_on);
        check.require(same || goal.due_on > issued_on, field("due_date"), "must be after the issue date");
        let rests = assessment.findings.iter().any(|finding| finding.key == goal.finding_key);
        check.require(rests, field("finding_key"), "must be the key of a finding");
        check_steps(check, index, goal, issued_on, before.and_then(|plan| plan.goal(&goal.key)));
    }
    check_promises(check, goals);
    check_levels(check, goals);
}

/// A basic goal is reached by its partial goals (R61), so that in a plan that has one each partial goal names the one it serves.
fn check_levels(check: &mut FieldCheck, goals: &[Goal]) {
    let basic = |goal: &&Goal| goal.level == GoalLevel::Basic;
    for (index, goal) in goals.iter().enumerate() {
        let mut require = |fact, rule| check.require(fact, format!("plan.goals[{index}].basic_goal_key"), rule);
        match &goal.basic_goal_key {
            Some(_) if basic(&goal) => require(false, "must be empty for a basic goal"),
            Some(key) => {
                let serves = goals.iter().filter(basic).any(|basic| basic.key == *key);
                require(serves, "must be the key of a basic goal of the plan");
            }
            None => {
                let may_lack = basic(&goal) || !goals.iter().any(|goal| basic(&goal));
                require(may_lack, "must name the basic goal that the goal serves, because the plan has one");
            }
        }
    }
}
