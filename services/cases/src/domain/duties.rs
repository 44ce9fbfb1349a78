//! The duties of an episode, beside its phase: what somebody has to do by a date. A duty is settled once and never vanishes.

mod steps;

use jiff::civil::Date;
use lotse_kernel::{
    dates::days_between,
    deadlines::{Deadline, governed::FormerReviews},
    duty::{DutyKind, DutyState},
    names::{DutyName, EpisodeName, StaffName},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    rules::{NoRule, Rules},
    vocabulary::{DutyOutcome, VoidReason},
};

/// One duty. The whole record is stored; columns beside it serve lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    name: DutyName,
    deadline: Deadline,
    owner: StaffName,
    status: Status,
    #[serde(default)]
    notices: Notices,
}

/// Where a duty stands in storage; OVERDUE is derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Time has not opened it yet.
    Scheduled,
    /// May and should be done.
    Open,
    /// Done.
    Done {
        /// How.
        outcome: DutyOutcome,
        /// The day it counts as done.
        done_on: Date,
        /// Days after the last day in time.
        days_late: i32,
    },
    /// Replaced undone by the next slot.
    Missed {
        /// The day it was given up.
        missed_on: Date,
        /// Days after the last day in time.
        days_late: i32,
    },
    /// No longer needed.
    Void {
        /// Why.
        reason: VoidReason,
        /// The day.
        voided_on: Date,
        /// Days after the last day in time.
        days_late: i32,
    },
}

/// What time has said about a duty so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notices {
    /// The reminder was given.
    pub reminded: bool,
    /// How often it was escalated.
    pub escalations: i32,
    /// The round of the last escalation; rounds that passed while nobody could escalate are left out.
    pub last_round: i32,
}

impl Duty {
    /// A duty that begins.
    fn new(episode: &EpisodeName, owner: StaffName, deadline: Deadline, status: Status) -> Self {
        // The id follows from episode, kind and slot, so that no repetition can make a second duty of the same slot.
        let slot = format!("{}/{}", deadline.kind, deadline.slot);
        let name = DutyName::new(episode.clone(), Uuid::new_v5(&episode.id(), slot.as_bytes()));
        Self { name, deadline, owner, status, notices: Notices::default() }
    }

    /// Its resource name.
    #[must_use]
    pub const fn name(&self) -> &DutyName {
        &self.name
    }

    /// What it is about.
    #[must_use]
    pub const fn kind(&self) -> DutyKind {
        self.deadline.kind
    }

    /// Number of the slot, from 1.
    #[must_use]
    pub const fn slot(&self) -> i32 {
        self.deadline.slot
    }

    /// Its dates and their explanation.
    #[must_use]
    pub const fn deadline(&self) -> &Deadline {
        &self.deadline
    }

    /// Who has to do it.
    #[must_use]
    pub const fn owner(&self) -> &StaffName {
        &self.owner
    }

    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.status
    }

    /// What time has said about it.
    #[must_use]
    pub const fn notices(&self) -> Notices {
        self.notices
    }

    /// The state as stored; never OVERDUE.
    #[must_use]
    pub const fn stored_state(&self) -> DutyState {
        match self.status {
            Status::Scheduled => DutyState::Scheduled,
            Status::Open => DutyState::Open,
            Status::Done { .. } => DutyState::Done,
            Status::Missed { .. } => DutyState::Missed,
            Status::Void { .. } => DutyState::Void,
        }
    }

    /// The state on a day. A duty whose opening date has come is open, also when the workflow that opens it is late.
    #[must_use]
    pub fn state_on(&self, today: Date) -> DutyState {
        match self.status {
            Status::Scheduled if today < self.deadline.opens_on => DutyState::Scheduled,
            Status::Scheduled | Status::Open if today > self.deadline.overdue_after() => DutyState::Overdue,
            Status::Scheduled | Status::Open => DutyState::Open,
            Status::Done { .. } | Status::Missed { .. } | Status::Void { .. } => self.stored_state(),
        }
    }

    /// Days by which it was settled too late; 0 while it is not settled.
    #[must_use]
    pub const fn days_late(&self) -> i32 {
        match self.status {
            Status::Scheduled | Status::Open => 0,
            Status::Done { days_late, .. } | Status::Missed { days_late, .. } | Status::Void { days_late, .. } => {
                days_late
            }
        }
    }

    /// Why it is void, if it is.
    #[must_use]
    pub const fn void_reason(&self) -> Option<VoidReason> {
        match self.status {
            Status::Void { reason, .. } => Some(reason),
            Status::Scheduled | Status::Open | Status::Done { .. } | Status::Missed { .. } => None,
        }
    }

    /// Whether it still waits for somebody.
    #[must_use]
    pub const fn is_unsettled(&self) -> bool {
        matches!(self.status, Status::Scheduled | Status::Open)
    }

    /// Whether it may be done on a day.
    #[must_use]
    pub fn is_doable_on(&self, today: Date) -> bool {
        matches!(self.state_on(today), DutyState::Open | DutyState::Overdue)
    }

    fn late_on(&self, day: Date) -> i32 {
        days_between(self.deadline.overdue_after(), day).max(0)
    }
}

/// All duties an episode ever had.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Duties {
    list: Vec<Duty>,
}

/// A difference between two moments of the same duties, for the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<'a> {
    /// A new duty.
    Added(&'a Duty),
    /// A duty that differs.
    Changed(&'a Duty),
}

impl FromIterator<Duty> for Duties {
    fn from_iter<T: IntoIterator<Item = Duty>>(duties: T) -> Self {
        let mut list: Vec<Duty> = duties.into_iter().collect();
        list.sort_by(|a, b| (a.deadline.opens_on, &a.name).cmp(&(b.deadline.opens_on, &b.name)));
        Self { list }
    }
}

impl Duties {
    /// By opening date, then name.
    pub fn iter(&self) -> impl Iterator<Item = &Duty> {
        self.list.iter()
    }

    /// The duty of this id, if the episode has it.
    #[must_use]
    pub fn get(&self, name: &DutyName) -> Option<&Duty> {
        self.list.iter().find(|duty| duty.name == *name)
    }

    /// What is new or different since `before`. Nothing ever disappears.
    #[must_use]
    pub fn changes_since<'a>(&'a self, before: &Self) -> Vec<Change<'a>> {
        self.list
            .iter()
            .filter_map(|duty| match before.get(&duty.name) {
                None => Some(Change::Added(duty)),
                Some(old) if old != duty => Some(Change::Changed(duty)),
                Some(_) => None,
            })
            .collect()
    }

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

    /// When the next review opens, if one is scheduled.
    #[must_use]
    pub fn next_review_opening(&self) -> Option<Date> {
        self.of(DutyKind::ContinuationReview).find(|duty| duty.is_unsettled()).map(|duty| duty.deadline.opens_on)
    }

    /// The running limit: the regular maximum, or the end of the last extension.
    #[must_use]
    pub fn limit(&self) -> Option<&Duty> {
        self.list.iter().find(|duty| {
            matches!(duty.kind(), DutyKind::RegularMaximum | DutyKind::ExtensionEnd) && duty.is_unsettled()
        })
    }

    fn of(&self, kind: DutyKind) -> impl Iterator<Item = &Duty> {
        self.list.iter().filter(move |duty| duty.kind() == kind)
    }

    /// Adds a duty that time will open; a slot that exists is left as it is.
    pub(super) fn schedule(&mut self, episode: &EpisodeName, owner: &StaffName, deadline: Deadline) {
        self.add(Duty::new(episode, owner.clone(), deadline, Status::Scheduled));
    }

    /// Adds a duty that is open from the act on that begins it.
    pub(super) fn open(&mut self, episode: &EpisodeName, owner: &StaffName, deadline: Deadline) {
        self.add(Duty::new(episode, owner.clone(), deadline, Status::Open));
    }

    fn add(&mut self, duty: Duty) {
        if self.get(&duty.name).is_none() {
            let key = (duty.deadline.opens_on, duty.name.clone());
            let at = self.list.partition_point(|other| (other.deadline.opens_on, &other.name) < (key.0, &key.1));
            self.list.insert(at, duty);
        }
    }

    /// Gives the unsettled duty of a kind another owner.
    pub(super) fn reassign(&mut self, kind: DutyKind, owner: &StaffName) {
        for duty in self.list.iter_mut().filter(|duty| duty.kind() == kind && duty.is_unsettled()) {
            duty.owner = owner.clone();
        }
    }

    /// Settles the unsettled duty of a kind as done on `done_on`; gives the days it was late.
    pub(super) fn done(&mut self, kind: DutyKind, outcome: DutyOutcome, done_on: Date) -> i32 {
        let unsettled = self.list.iter_mut().filter(|duty| duty.kind() == kind && duty.is_unsettled());
        // There is one at most of every kind but reviews, which are settled by `decide_review`.
        unsettled.map(|duty| duty.finish(outcome, done_on)).max().unwrap_or_default()
    }

    /// Decides the newest review that may be decided; older ones that wait become MISSED with their days late (T2).
    ///
    /// Gives slot and days late of the decided one, and the slots that were missed.
    pub(super) fn decide_review(
        &mut self,
        episode: &EpisodeName,
        owner: &StaffName,
        assigned_on: Date,
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
        let Some(slot) = self.decidable_review(today).map(Duty::slot) else { return Ok(None) };
        let mut decided = DecidedReview { slot, days_late: 0, missed: Vec::new() };
        for duty in self.list.iter_mut().filter(|duty| {
            duty.kind() == DutyKind::ContinuationReview && duty.status == Status::Open && duty.slot() <= slot
        }) {
            if duty.slot() == slot {
                decided.days_late = duty.finish(DutyOutcome::Decided, today);
            } else {
                decided.missed.push((duty.slot(), duty.name.clone(), duty.miss(today)));
            }
        }
        Ok(Some(decided))
    }

    /// Keeps the grid going: while an episode is active, exactly one review is scheduled.
    pub(super) fn keep_a_review_scheduled(
        &mut self,
        episode: &EpisodeName,
        owner: &StaffName,
        assigned_on: Date,
        rules: &Rules<'_>,
    ) -> Result<(), NoRule> {
        let mut last_held_on = None;
        for duty in self.of(DutyKind::ContinuationReview) {
            match duty.status {
                Status::Scheduled => return Ok(()),
                Status::Done { done_on, .. } => last_held_on = last_held_on.max(Some(done_on)),
                Status::Open | Status::Missed { .. } | Status::Void { .. } => {}
            }
        }
        let newest = self.of(DutyKind::ContinuationReview).max_by_key(|duty| duty.slot());
        let slot = newest.map_or(0, Duty::slot) + 1;
        let former = FormerReviews { last_held_on, newest: newest.map(|duty| (&duty.deadline).into()) };
        self.schedule(episode, owner, rules.continuation_review(assigned_on, slot, former)?);
        Ok(())
    }

    /// Settles the running limit as answered by the end, if it may be answered.
    pub(super) fn answer_limit_by_end(&mut self, today: Date) {
        let limit = self.list.iter_mut().find(|duty| {
            matches!(duty.kind(), DutyKind::RegularMaximum | DutyKind::ExtensionEnd) && duty.is_doable_on(today)
        });
        if let Some(duty) = limit {
            duty.finish(DutyOutcome::AnsweredByEnd, today);
        }
    }

    /// Voids whatever is unsettled; days late stay recorded.
    pub(super) fn void_rest(&mut self, reason: VoidReason, today: Date) {
        for duty in self.list.iter_mut().filter(|duty| duty.is_unsettled()) {
            duty.status = Status::Void { reason, voided_on: today, days_late: duty.late_on(today) };
        }
    }
}

/// What deciding a review came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DecidedReview {
    pub(super) slot: i32,
    pub(super) days_late: i32,
    /// Slot, name and days late of what was missed.
    pub(super) missed: Vec<(i32, DutyName, i32)>,
}

impl Duty {
    fn finish(&mut self, outcome: DutyOutcome, done_on: Date) -> i32 {
        let days_late = self.late_on(done_on);
        self.status = Status::Done { outcome, done_on, days_late };
        days_late
    }

    fn miss(&mut self, today: Date) -> i32 {
        let days_late = self.late_on(today);
        self.status = Status::Missed { missed_on: today, days_late };
        days_late
    }
}
