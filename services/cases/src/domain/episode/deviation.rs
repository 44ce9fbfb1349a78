//! Row 13: a deviation from the plan is judged in one order (R68): is the plan current, what are the reasons, what follows.

use jiff::civil::Date;
use lotse_kernel::{duty::DutyState, names::StaffName};

use super::{Act, Active, Episode, Stage, State, admission::given};
use crate::domain::{
    events::Event,
    records::{Deviation, IntegrationPlan, Judgement},
    refused::{FieldCheck, Refused},
    vocabulary::{Currency, DeviationConsequence, DeviationReason, EpisodePhase},
};

impl Episode {
    /// Row 13: records a deviation. Where plan or agreement does not fit any more a plan has to be made again, whatever the reasons; nobody is
    /// held to a plan that life has overtaken (R111). With an important reason nothing follows; without one it may be handed to the legal track.
    ///
    /// # Errors
    /// `WrongPhase`; `Fields`, in the order of the questions, when the day is not between the issue of the plan and today, there is no such goal,
    /// or what follows does not follow from the answers before.
    pub fn record_deviation(mut self, judgement: Judgement, recorded_by: StaffName, today: Date) -> Act {
        const PHASES: &[EpisodePhase] = &[EpisodePhase::Delivery];
        let overdue = self.plan_update().is_some_and(|update| update.state_on(today) == DutyState::Overdue);
        let State::Active(Active { stage, deviations, .. }) = &mut self.facts.state else {
            return Err(self.wrong_phase(PHASES));
        };
        let Stage::Delivery { alliance, assessment, plan } = stage else { return Err(self.wrong_phase(PHASES)) };
        check(&judgement, plan, overdue, today)?;
        let (occurred_on, consequence) = (judgement.occurred_on, judgement.consequence);
        let given_up = (consequence == DeviationConsequence::NewPlan).then(|| plan.clone());
        if given_up.is_some() {
            *stage = Stage::Planning { alliance: alliance.clone(), assessment: assessment.clone() };
        }
        let is_given_up = given_up.is_some();
        deviations.push(Deviation { judgement, recorded_on: today, recorded_by, plan: given_up });
        if is_given_up {
            self.ask_for_no_goal(today);
        }
        Ok(self.with(Event::DeviationRecorded { occurred_on, consequence }))
    }
}

impl Active {
    /// The last day on which a plan was given up for a new one: by a change of life, or by a deviation.
    pub(super) fn plan_given_up_on(&self) -> Option<Date> {
        let changed = self.reassessments.iter().map(|given_up| given_up.recorded_on);
        let deviated = self.deviations.iter().filter(|deviation| deviation.plan.is_some());
        changed.chain(deviated.map(|deviation| deviation.recorded_on)).max()
    }

    /// Every plan that was issued and is not any more, whatever took its place.
    pub fn former_plans(&self) -> impl Iterator<Item = &IntegrationPlan> {
        self.plans_given_up().chain(self.plan_revisions.iter().map(|revision| &revision.plan))
    }

    /// The plans that were given up for a new one: by a change of life, or by a deviation.
    fn plans_given_up(&self) -> impl Iterator<Item = &IntegrationPlan> {
        let changed = self.reassessments.iter().filter_map(|given_up| given_up.plan.as_ref());
        changed.chain(self.deviations.iter().filter_map(|deviation| deviation.plan.as_ref()))
    }

    /// The versions of the plan at hand that came before. Those of a plan that was given up for a new one are another plan's: its keys and its days
    /// bind nobody.
    pub(super) fn versions_before(&self) -> impl Iterator<Item = &IntegrationPlan> {
        let last = self.plans_given_up().map(|plan| plan.version).max().unwrap_or_default();
        self.plan_revisions.iter().map(|revision| &revision.plan).filter(move |plan| plan.version > last)
    }
}

/// The answers must fit each other, in their order.
fn check(judgement: &Judgement, plan: &IntegrationPlan, update_is_overdue: bool, today: Date) -> Result<(), Refused> {
    use DeviationConsequence as Follows;
    let Judgement { occurred_on, goal_key, consequence, .. } = judgement;
    let mut check = FieldCheck::default();
    let day = "deviation.occurred_date";
    check.require(*occurred_on <= today, day, "must not be in the future");
    check.require(*occurred_on >= plan.issued_on, day, "must not be before the plan was issued");
    let concerns = goal_key.as_ref().is_none_or(|key| plan.goal(key).is_some());
    check.require(concerns, "deviation.goal_key", "must be the key of a goal of the plan");
    let field = "deviation.consequence";
    if [judgement.plan, judgement.agreement].contains(&Currency::Outdated) {
        let rule = "must be NEW_PLAN where the plan or the agreement is not current";
        check.require(*consequence == Follows::NewPlan, field, rule);
    } else {
        let rule = "must not be NEW_PLAN where plan and agreement are current: RevisePlan changes a plan that fits";
        check.require(*consequence != Follows::NewPlan, field, rule);
        let excused = judgement.reason == DeviationReason::Important && *consequence == Follows::LegalTrack;
        check.require(!excused, field, "must be NONE where there was an important reason");
        let stale = update_is_overdue && *consequence == Follows::LegalTrack;
        check.require(!stale, field, "must not be LEGAL_TRACK while the update of the plan is overdue");
    }
    let regarded = *consequence != Follows::LegalTrack || given(&judgement.regard);
    check.require(regarded, "deviation.regard", "must be given for LEGAL_TRACK");
    check.finish()
}
