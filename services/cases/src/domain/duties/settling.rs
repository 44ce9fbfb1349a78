//! How duties are settled: done, missed or void. How late each was stays with it.

use jiff::civil::Date;
use lotse_kernel::duty::DutyKind;

use super::{Duties, Duty, Status};
use crate::domain::vocabulary::{DutyOutcome, VoidReason};

impl Duties {
    /// Settles the unsettled duty of a kind as done on `done_on`; gives the days it was late.
    pub(in crate::domain) fn done(&mut self, kind: DutyKind, outcome: DutyOutcome, done_on: Date) -> i32 {
        let unsettled = self.list.iter_mut().filter(|duty| duty.kind() == kind && duty.is_unsettled());
        // There is one at most of every kind but reviews, which are settled by `decide_review`, and crises and goals, each by its slot.
        unsettled.map(|duty| duty.finish(outcome, done_on)).max().unwrap_or_default()
    }

    /// Settles the unsettled duty of a slot as done on `done_on`; gives the days it was late.
    pub(in crate::domain) fn done_slot(
        &mut self,
        kind: DutyKind,
        slot: i32,
        outcome: DutyOutcome,
        done_on: Date,
    ) -> i32 {
        let of_slot = |duty: &&mut Duty| duty.kind() == kind && duty.slot() == slot && duty.is_unsettled();
        self.list.iter_mut().find(of_slot).map(|duty| duty.finish(outcome, done_on)).unwrap_or_default()
    }

    /// Settles the running limit as answered by the end, if it may be answered.
    pub(in crate::domain) fn answer_limit_by_end(&mut self, today: Date) {
        let limit = self.list.iter_mut().find(|duty| {
            matches!(duty.kind(), DutyKind::RegularMaximum | DutyKind::ExtensionEnd) && duty.is_doable_on(today)
        });
        if let Some(duty) = limit {
            duty.note_before_end();
            duty.finish(DutyOutcome::AnsweredByEnd, today);
        }
    }

    /// Voids whatever is unsettled; days late stay recorded.
    pub(in crate::domain) fn void_rest(&mut self, reason: VoidReason, today: Date) {
        self.void_where(|_| true, reason, today);
    }

    /// Voids the unsettled duty of a kind.
    pub(in crate::domain) fn void(&mut self, kind: DutyKind, reason: VoidReason, today: Date) {
        self.void_where(|duty| duty.kind() == kind, reason, today);
    }

    /// Voids the unsettled duty of a slot.
    pub(in crate::domain) fn void_slot(&mut self, kind: DutyKind, slot: i32, reason: VoidReason, today: Date) {
        self.void_where(|duty| duty.kind() == kind && duty.slot() == slot, reason, today);
    }

    /// Voids the unsettled duties of a kind that are due by a day.
    pub(in crate::domain) fn void_due_by(&mut self, kind: DutyKind, day: Date, reason: VoidReason, today: Date) {
        self.void_where(|duty| duty.kind() == kind && duty.deadline.due_on() <= day, reason, today);
    }

    fn void_where(&mut self, of: impl Fn(&Duty) -> bool, reason: VoidReason, today: Date) {
        for duty in self.list.iter_mut().filter(|duty| duty.is_unsettled() && of(duty)) {
            if reason.ends_episode() {
                duty.note_before_end();
            }
            duty.status = Status::Void { reason, voided_on: today, days_late: duty.late_on(today) };
        }
    }
}

impl Duty {
    pub(super) fn finish(&mut self, outcome: DutyOutcome, done_on: Date) -> i32 {
        let days_late = self.late_on(done_on);
        self.status = Status::Done { outcome, done_on, days_late };
        days_late
    }

    pub(super) fn miss(&mut self, today: Date) -> i32 {
        let days_late = self.late_on(today);
        self.status = Status::Missed { missed_on: today, days_late };
        days_late
    }
}
