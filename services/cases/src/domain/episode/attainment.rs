//! R180: how far a goal is attained, measured by the goal and not by its steps.

use super::{Act, Active, Episode, Stage, State};
use crate::domain::{
    events::Event, records::GoalAttainment, refused::FieldCheck, rules::Rules, vocabulary::EpisodePhase,
};

/// The attainment of a goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Determined {
    /// Key of the goal.
    pub goal_key: String,
    /// How far, when and why, and who recorded it.
    pub attainment: GoalAttainment,
}

impl Episode {
    /// Records how far a goal of the plan is attained, which answers the duty of its day (T6); for good, nobody is asked for its steps any more. It
    /// may be determined again: the last determination counts.
    ///
    /// # Errors
    /// `WrongPhase`; `Fields` when the plan has no such goal, or the day is not between its issue, or its determination before, and today.
    pub fn record_goal_attainment(mut self, determined: Determined, rules: &Rules<'_>) -> Act {
        const PHASES: &[EpisodePhase] = &[EpisodePhase::Delivery];
        let today = rules.today();
        let Determined { goal_key, attainment } = determined;
        let before = self.care().into_iter().flat_map(Active::versions_before);
        let first = before.filter(|plan| plan.goal(&goal_key).is_some()).map(|plan| plan.issued_on).min();
        let State::Active(Active { stage, .. }) = &mut self.facts.state else {
            return Err(self.wrong_phase(PHASES));
        };
        let Stage::Delivery { plan, .. } = stage else { return Err(self.wrong_phase(PHASES)) };
        let issued_on = first.unwrap_or(plan.issued_on);
        let goal = plan.goals.iter_mut().find(|goal| goal.key == goal_key);
        let (on, field) = (attainment.determined_on, "attainment.determination_date");
        let mut check = FieldCheck::default();
        check.require(goal.is_some(), "goal_key", "must be the key of a goal of the plan");
        check.require(on <= today, field, "must not be in the future");
        check.require(on >= issued_on, field, "must not be before the goal was issued");
        let last = goal.as_ref().and_then(|goal| goal.attainments.last());
        check.require(last.is_none_or(|last| on >= last.determined_on), field, "must not be before the one before");
        check.finish()?;
        let outcome = attainment.outcome;
        let Some(goal) = goal else { return Err(self.wrong_phase(PHASES)) };
        let level = goal.level;
        goal.attainments.push(attainment);
        let (slot, is_settled) = (goal.slot, goal.is_settled());
        self.answer_by_plan(slot, is_settled, on, today);
        self.ask_by_plan(rules);
        Ok(self.with(Event::GoalDetermined { level, outcome, determined_on: on }))
    }
}
