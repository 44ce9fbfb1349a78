//! The duties of an episode, beside its phase, or of a case outside case management: what somebody has to do by a date. A duty is settled
//! once and never vanishes.

mod replacing;
mod reviews;
mod settling;
mod steps;
mod undoing;
mod working_date;

use jiff::civil::Date;
use lotse_kernel::{
    dates::days_between,
    deadlines::{Deadline, escalation::LastEscalation},
    duty::{DutyKind, DutyState},
    names::{DutyHolder, DutyName, StaffName},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::vocabulary::{DutyOutcome, VoidReason};

pub(super) use reviews::DecidedReview;
use undoing::BeforeEnd;
pub(super) use undoing::Settled;
pub use working_date::{LateAnswer, WorkingDate};

/// One duty. The whole record is stored; columns beside it serve lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    name: DutyName,
    /// Number within its slot, from 1; a duty that came in the place of another one has the next.
    revision: i32,
    deadline: Deadline,
    /// Nobody in person while it lies with the lead of the case's team.
    owner: Option<StaffName>,
    status: Status,
    notices: Notices,
    /// When it will be done, as its owner said whenever it was late; the last one counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    working_dates: Vec<WorkingDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before_end: Option<BeforeEnd>,
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
    /// How often time opened it: once more for every time it went to the lead of the team.
    pub openings: i32,
    /// The reminder was given.
    pub reminded: bool,
    /// The last escalation, if there was one.
    pub last_escalation: Option<LastEscalation>,
}

impl Notices {
    /// How often it was escalated.
    #[must_use]
    pub fn escalations(self) -> i32 {
        self.last_escalation.map_or(0, |last| last.round)
    }
}

impl Duty {
    /// A duty that begins.
    fn new(holder: DutyHolder, owner: Option<StaffName>, deadline: Deadline, status: Status, revision: i32) -> Self {
        // The id follows from its holder, kind, slot and revision, so that no repetition can make a second duty of the same place.
        let place = match revision {
            1 => format!("{}/{}", deadline.kind, deadline.slot),
            later => format!("{}/{}/{later}", deadline.kind, deadline.slot),
        };
        let id = Uuid::new_v5(&holder.id(), place.as_bytes());
        let name = DutyName::new(holder, id);
        Self {
            name,
            revision,
            deadline,
            owner,
            status,
            notices: Notices::default(),
            working_dates: Vec::new(),
            before_end: None,
        }
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

    /// Number within its slot, from 1: a duty that came in the place of a replanned one has the next.
    #[must_use]
    pub const fn revision(&self) -> i32 {
        self.revision
    }

    /// Its dates and their explanation.
    #[must_use]
    pub const fn deadline(&self) -> &Deadline {
        &self.deadline
    }

    /// Who has to do it; nobody in person while it lies with the lead of the case's team.
    #[must_use]
    pub const fn owner(&self) -> Option<&StaffName> {
        self.owner.as_ref()
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

    /// Whether another duty of its slot came in its place, or will.
    #[must_use]
    pub const fn is_replaced(&self) -> bool {
        matches!(self.status, Status::Void { reason: VoidReason::Replanned, .. })
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

/// All duties an episode ever had, or those of a case that are at hand.
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

    /// The duty of this id, if it is one of them.
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

    /// The running limit: the regular maximum, or the end of the last extension.
    #[must_use]
    pub fn limit(&self) -> Option<&Duty> {
        self.list.iter().find(|duty| {
            matches!(duty.kind(), DutyKind::RegularMaximum | DutyKind::ExtensionEnd) && duty.is_unsettled()
        })
    }

    /// The duties of a kind. One that was replaced is history: the duty of its slot is the one that came in its place.
    pub(super) fn of(&self, kind: DutyKind) -> impl Iterator<Item = &Duty> {
        self.list.iter().filter(move |duty| duty.kind() == kind && !duty.is_replaced())
    }

    /// Adds a duty that time will open; a slot that exists is left as it is.
    pub(super) fn schedule(&mut self, holder: &(impl Clone + Into<DutyHolder>), owner: &StaffName, deadline: Deadline) {
        self.begin(holder, Some(owner), deadline, Status::Scheduled);
    }

    /// Adds a duty that is open from the act on that begins it.
    pub(super) fn open(&mut self, holder: &(impl Clone + Into<DutyHolder>), owner: &StaffName, deadline: Deadline) {
        self.begin(holder, Some(owner), deadline, Status::Open);
    }

    fn begin(
        &mut self,
        holder: &(impl Clone + Into<DutyHolder>),
        owner: Option<&StaffName>,
        deadline: Deadline,
        status: Status,
    ) -> Option<DutyName> {
        let (kind, slot) = (deadline.kind, deadline.slot);
        if self.of(kind).any(|duty| duty.slot() == slot) {
            return None;
        }
        // Those that were replaced need not be at hand.
        let before =
            self.list.iter().filter(|duty| (duty.kind(), duty.slot()) == (kind, slot)).map(Duty::revision).max();
        let revision = before.unwrap_or_default().saturating_add(1);
        let duty = Duty::new(holder.clone().into(), owner.cloned(), deadline, status, revision);
        let place = (duty.deadline.opens_on, &duty.name);
        let at = self.list.partition_point(|other| (other.deadline.opens_on, &other.name) < place);
        let name = duty.name.clone();
        self.list.insert(at, duty);
        Some(name)
    }

    /// Gives the unsettled duty of a kind to somebody, who knows of it: it is open without time telling of it.
    pub(super) fn reassign(&mut self, kind: DutyKind, owner: &StaffName) {
        for duty in self.list.iter_mut().filter(|duty| duty.kind() == kind && duty.is_unsettled()) {
            duty.owner = Some(owner.clone());
            duty.status = Status::Open;
        }
    }

    /// Brings the day to aim for of an unsettled duty forward.
    pub(super) fn bring_forward(&mut self, name: &DutyName, on: Date) {
        for duty in self.list.iter_mut().filter(|duty| duty.name == *name && duty.is_unsettled()) {
            duty.deadline = duty.deadline.clone().bring_forward(on);
        }
    }

    /// Gives the unsettled duty of a kind to somebody, as it stands.
    pub(super) fn give(&mut self, kind: DutyKind, to: &StaffName) {
        for duty in self.list.iter_mut().filter(|duty| duty.kind() == kind && duty.is_unsettled()) {
            duty.owner = Some(to.clone());
        }
    }

    /// Gives whatever is unsettled and somebody's to another person, as it stands.
    pub(super) fn hand_over(&mut self, from: &StaffName, to: &StaffName) {
        let theirs = |duty: &&mut Duty| duty.is_unsettled() && duty.owner.as_ref() == Some(from);
        for duty in self.list.iter_mut().filter(theirs) {
            duty.owner = Some(to.clone());
        }
    }

    /// Gives the unsettled duties of a kind to somebody else, or with nobody in person to the lead of the case's team, with the dates they have:
    /// time opens them again, which tells whoever has them now.
    pub(super) fn pass_to(&mut self, kind: DutyKind, to: Option<&StaffName>) {
        let others = |duty: &&mut Duty| duty.kind() == kind && duty.is_unsettled() && duty.owner.as_ref() != to;
        for duty in self.list.iter_mut().filter(others) {
            duty.owner = to.cloned();
            duty.status = Status::Scheduled;
        }
    }

    /// The highest slot of a kind there has been; 0 before the first.
    pub(super) fn last_slot(&self, kind: DutyKind) -> i32 {
        self.of(kind).map(Duty::slot).max().unwrap_or_default()
    }
}
