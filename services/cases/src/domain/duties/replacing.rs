//! Putting a duty in the place of another one of its slot, when a policy version takes it over (R8).

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::Deadline,
    names::{DutyHolder, DutyName, StaffName},
};

use super::{Duties, Duty, Status};
use crate::domain::vocabulary::VoidReason;

impl Duty {
    /// Whether another computation gives it other dates. Days that are behind it play no part: what is open stays open, and what was said
    /// stays said; nor does it that the day to aim for was brought forward.
    pub(in crate::domain) fn moves_to(&self, deadline: &Deadline) -> bool {
        let ends = |of: &Deadline| (of.due_on(), of.ruled_target_on(), of.overdue_after());
        let (now, then) = (&self.deadline, deadline);
        ends(now) != ends(then)
            || (self.status == Status::Scheduled && now.opens_on != then.opens_on)
            || (!self.notices.reminded && now.reminds_on != then.reminds_on)
    }
}

impl Duties {
    /// Makes an unsettled duty void and begins another one of its slot with new dates, for the same owner; gives the new one's name.
    ///
    /// What was open stays open while its new opening day allows it: nobody is invited twice to a review. What was scheduled is opened
    /// by time alone, also when its new opening day is past, so that everybody is told who is told of an opening.
    pub(in crate::domain) fn replace(
        &mut self,
        holder: &DutyHolder,
        name: &DutyName,
        deadline: Deadline,
        today: Date,
    ) -> Option<DutyName> {
        let (kind, slot) = (deadline.kind, deadline.slot);
        let status = match self.get(name)?.status {
            Status::Open if deadline.opens_on <= today => Status::Open,
            Status::Scheduled | Status::Open => Status::Scheduled,
            Status::Done { .. } | Status::Missed { .. } | Status::Void { .. } => return None,
        };
        let owner = self.give_up(name, today)?.owner.clone();
        self.begin(holder, owner.as_ref(), deadline, status);
        self.of(kind).find(|duty| duty.slot() == slot).map(|duty| duty.name.clone())
    }

    /// Begins a duty that time will open; gives it, unless its slot is there already.
    pub(in crate::domain) fn plan(
        &mut self,
        holder: &DutyHolder,
        owner: Option<&StaffName>,
        deadline: Deadline,
    ) -> Option<&Duty> {
        let name = self.begin(holder, owner, deadline, Status::Scheduled)?;
        self.get(&name)
    }

    /// Makes an unsettled duty void because a policy version took it over.
    pub(in crate::domain) fn give_up(&mut self, name: &DutyName, today: Date) -> Option<&Duty> {
        let duty = self.list.iter_mut().find(|duty| duty.name == *name && duty.is_unsettled())?;
        let days_late = duty.late_on(today);
        duty.status = Status::Void { reason: VoidReason::Replanned, voided_on: today, days_late };
        Some(duty)
    }
}
