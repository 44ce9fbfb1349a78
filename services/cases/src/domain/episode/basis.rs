//! What lies beside a review: the last plan, what happened since the review before, and what was foreseen then (T2, R106). Nothing is decided
//! here.

use jiff::civil::Date;

use super::{Active, Episode, State};
use crate::domain::{
    duties::Duty,
    records::{Deviation, IntegrationPlan, PlanRevision, Reassessment},
    refused::Refused,
    vocabulary::EpisodePhase,
};

/// What an episode holds that lies beside its next review.
#[derive(Debug, Clone)]
pub struct ReviewBasis<'a> {
    /// What is known since the admission.
    pub care: &'a Active,
    /// The review that is decided next.
    pub review: Option<&'a Duty>,
    /// The limit that runs.
    pub limit: Option<&'a Duty>,
    /// The day from which on what is told is new: that of the last review, or else of the assignment. What was recorded on the day of the
    /// review is told again: nobody knows whether it was known then.
    pub since: Date,
    /// The last plan, and whether it is in force.
    pub plan: Option<(&'a IntegrationPlan, bool)>,
    /// Versions of the plan that were revised since that review, or since the assignment.
    pub revisions: Vec<&'a PlanRevision>,
    /// Deviations that were recorded since then.
    pub deviations: Vec<&'a Deviation>,
    /// Assessments that were given up since then.
    pub reassessments: Vec<&'a Reassessment>,
}

impl ReviewBasis<'_> {
    /// The assignment date.
    #[must_use]
    pub const fn assigned_on(&self) -> Date {
        self.care.admission.assigned_on
    }
}

impl Episode {
    /// What lies beside the review that is decided next.
    ///
    /// # Errors
    /// `WrongPhase` where nothing is reviewed: before the admission and after the end of care.
    pub fn review_basis(&self, today: Date) -> Result<ReviewBasis<'_>, Refused> {
        let State::Active(care) = &self.facts.state else {
            return Err(self.wrong_phase(EpisodePhase::ACTIVE));
        };
        let since = care.reviews.last().map_or(care.admission.assigned_on, |review| review.decided_on);
        let given_up = || last_given_up(care).map(|plan| (plan, false));
        Ok(ReviewBasis {
            care,
            review: self.duties.decidable_review(today).or_else(|| self.duties.waiting_review()),
            limit: self.duties.limit(),
            since,
            plan: self.plan().map(|plan| (plan, true)).or_else(given_up),
            revisions: care.plan_revisions.iter().filter(|revision| revision.revised_on >= since).collect(),
            deviations: care.deviations.iter().filter(|deviation| deviation.recorded_on >= since).collect(),
            reassessments: care.reassessments.iter().filter(|given_up| given_up.recorded_on >= since).collect(),
        })
    }
}

/// The plan of the highest version that was given up for a new one, by a deviation or because life changed.
fn last_given_up(care: &Active) -> Option<&IntegrationPlan> {
    let by_deviation = care.deviations.iter().filter_map(|deviation| deviation.plan.as_ref());
    let by_change = care.reassessments.iter().filter_map(|given_up| given_up.plan.as_ref());
    by_deviation.chain(by_change).max_by_key(|plan| plan.version)
}
