//! The grid of continuation reviews (T2): which one may be decided, which were missed, and which comes next.

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::{Deadline, governed::FormerReviews},
    duty::{DutyKind, DutyState},
    names::{DutyName, EpisodeName, StaffName},
};

use super::{Duties, Duty, Status};
use crate::domain::{
    records::DecidedUnder,
    rules::{NoRule, Rules},
    vocabulary::DutyOutcome,
};

/// What deciding a review came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::domain) struct DecidedReview {
    pub(in crate::domain) slot: i32,
    pub(in crate::domain) days_late: i32,
    /// The version that said when it was due.
    pub(in crate::domain) under: Option<DecidedUnder>,
    /// Slot, name and days late of what was missed.
    pub(in crate::domain) missed: Vec<(i32, DutyName, i32)>,
}

impl Duties {
    /// The number of decided or missed reviews: the round of the procedure.
    #[must_use]
    pub fn settled_reviews(&self) -> i32 {
        let settled = self
            .of(DutyKind::ContinuationReview)
            .filter(|duty| matches!(duty.stored_state(), DutyState::Done | DutyState::Missed));
        i32::try_from(settled.count()).unwrap_or(i32::MAX)
    }

    /// The newest review that may be decided on a day (T2).
    #[must_use]
    pub fn decidable_review(&self, today: Date) -> Option<&Duty> {
        self.of(DutyKind::ContinuationReview).filter(|duty| duty.is_doable_on(today)).max_by_key(|duty| duty.slot())
    }

    /// The newest review, whatever became of it.
    #[must_use]
    pub fn newest_review(&self) -> Option<&Duty> {
        self.of(DutyKind::ContinuationReview).max_by_key(|duty| duty.slot())
    }

    /// The first review that nobody has settled.
    #[must_use]
    pub fn waiting_review(&self) -> Option<&Duty> {
        self.of(DutyKind::ContinuationReview).find(|duty| duty.is_unsettled())
    }

    /// When the next review opens, if one is scheduled.
    #[must_use]
    pub fn next_review_opening(&self) -> Option<Date> {
        self.waiting_review().map(|duty| duty.deadline.opens_on)
    }

    /// Decides the newest review that may be decided; older ones that wait become MISSED with their days late (T2).
    ///
    /// Gives slot and days late of the decided one, and the slots that were missed. `ends` says that care ends with it.
    pub(in crate::domain) fn decide_review(
        &mut self,
        episode: &EpisodeName,
        owner: &StaffName,
        (assigned_on, ends): (Date, bool),
        rules: &Rules<'_>,
    ) -> Result<Option<DecidedReview>, NoRule> {
        let today = rules.today();
        // Openings that time has not reported yet have happened all the same: a command does not wait for the workflow.
        while let Some(late) = self.list.iter_mut().find(|duty| {
            duty.kind() == DutyKind::ContinuationReview
                && duty.status == Status::Scheduled
                && duty.deadline.opens_on <= today
        }) {
            late.status = Status::Open;
            self.keep_a_review_scheduled(episode, owner, assigned_on, rules)?;
        }
        let Some(newest) = self.decidable_review(today) else { return Ok(None) };
        let (slot, explanation) = (newest.slot(), &newest.deadline.explanation);
        let under =
            explanation.fact_on.map(|fact_on| DecidedUnder { policy: explanation.rule_version.clone(), fact_on });
        let mut decided = DecidedReview { slot, days_late: 0, under, missed: Vec::new() };
        for duty in self.list.iter_mut().filter(|duty| {
            duty.kind() == DutyKind::ContinuationReview && duty.status == Status::Open && duty.slot() <= slot
        }) {
            if ends {
                duty.note_before_end();
            }
            if duty.slot() == slot {
                decided.days_late = duty.finish(DutyOutcome::Decided, today);
            } else {
                decided.missed.push((duty.slot(), duty.name.clone(), duty.miss(today)));
            }
        }
        Ok(Some(decided))
    }

    /// Keeps the grid going: while an episode is active, one review is scheduled. Where reviews count from the last one that was held, the
    /// next has no day before the one that waits is held, so that none is scheduled until then: one on a day that was guessed would be
    /// held beside the right one.
    pub(in crate::domain) fn keep_a_review_scheduled(
        &mut self,
        episode: &EpisodeName,
        owner: &StaffName,
        assigned_on: Date,
        rules: &Rules<'_>,
    ) -> Result<(), NoRule> {
        if self.of(DutyKind::ContinuationReview).any(|duty| duty.status == Status::Scheduled) {
            return Ok(());
        }
        if let Some(next) = self.next_review(assigned_on, rules)? {
            self.schedule(episode, owner, next);
        }
        Ok(())
    }

    /// The dates of the review after the newest; nothing while it has no day, because reviews count from the last one that was held and one
    /// still waits.
    pub(in crate::domain) fn next_review(
        &self,
        assigned_on: Date,
        rules: &Rules<'_>,
    ) -> Result<Option<Deadline>, NoRule> {
        let waits = self.of(DutyKind::ContinuationReview).any(Duty::is_unsettled);
        if waits && rules.reviews_follow_the_last(assigned_on)? {
            return Ok(None);
        }
        let slot = self.newest_review().map(Duty::slot).unwrap_or_default() + 1;
        rules.continuation_review(assigned_on, slot, self.former_reviews(slot)).map(Some)
    }

    /// What the reviews before a slot have come to.
    pub(in crate::domain) fn former_reviews(&self, slot: i32) -> FormerReviews {
        let former = || self.of(DutyKind::ContinuationReview).filter(|duty| duty.slot() < slot);
        let held_on = |duty: &Duty| if let Status::Done { done_on, .. } = duty.status { Some(done_on) } else { None };
        let newest = former().max_by_key(|duty| duty.slot());
        FormerReviews {
            last_held_on: former().filter_map(held_on).max(),
            newest: newest.map(|duty| (&duty.deadline).into()),
        }
    }
}
