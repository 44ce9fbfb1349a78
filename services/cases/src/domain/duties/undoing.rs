//! What an end of an episode settled, and putting it back where it stood when that end was wrong (row 24).

use jiff::civil::Date;
use lotse_kernel::{duty::DutyKind, names::StaffName};
use serde::{Deserialize, Serialize};

use super::{Duties, Duty, Status};
use crate::domain::vocabulary::{DutyOutcome, VoidReason};

/// Where a duty stood when an end settled it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum BeforeEnd {
    /// Time had not opened it.
    Scheduled,
    /// It was open.
    Open,
}

/// What settled duties that are taken up again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain) enum Settled {
    /// A technical end.
    Technically,
    /// The closing check of aftercare.
    ByCheck,
    /// The end of care for one of the six reasons.
    ByEnd,
}

impl Duty {
    /// Notes where it stands, before an end settles it. The answer to a proposed switch is not noted: the proposal has lapsed.
    pub(super) fn note_before_end(&mut self) {
        self.before_end = match self.status {
            _ if self.kind() == DutyKind::VariantSwitchAnswer => None,
            Status::Scheduled => Some(BeforeEnd::Scheduled),
            Status::Open => Some(BeforeEnd::Open),
            Status::Done { .. } | Status::Missed { .. } | Status::Void { .. } => self.before_end,
        };
    }

    /// Whether that is what settled it.
    fn was(&self, settled: Settled) -> bool {
        let technically = self.void_reason() == Some(VoidReason::TechnicalEnd);
        let decided = matches!(self.status, Status::Done { .. });
        match settled {
            // That accompanying care is done is decided with its technical end (row 20).
            Settled::Technically => technically || (decided && self.kind() == DutyKind::AccompanimentDecision),
            Settled::ByCheck => decided && self.kind() == DutyKind::AftercareEnd,
            Settled::ByEnd => !technically && self.kind() != DutyKind::AftercareEnd,
        }
    }
}

impl Duties {
    /// Settles the unsettled duty of a kind as done by an end; gives the days it was late.
    pub(in crate::domain) fn done_by_end(&mut self, kind: DutyKind, outcome: DutyOutcome, done_on: Date) -> i32 {
        for duty in self.list.iter_mut().filter(|duty| duty.kind() == kind && duty.is_unsettled()) {
            duty.note_before_end();
        }
        self.done(kind, outcome, done_on)
    }

    /// Puts back what an end settled, where it stood and with the dates it had; what was settled otherwise stays. In care it belongs to whoever
    /// is the case manager by now.
    pub(in crate::domain) fn take_up_again(&mut self, settled: Settled, case_manager: Option<&StaffName>) {
        for duty in self.list.iter_mut().filter(|duty| duty.was(settled)) {
            let Some(before) = duty.before_end.take() else { continue };
            duty.status = match before {
                BeforeEnd::Scheduled => Status::Scheduled,
                BeforeEnd::Open => Status::Open,
            };
            if let Some(case_manager) = case_manager {
                duty.owner = Some(case_manager.clone());
            }
        }
        // With the end of care aftercare never was: what was done in it stays done.
        if settled == Settled::ByEnd {
            for duty in self.list.iter_mut().filter(|duty| duty.kind() == DutyKind::AftercareEnd) {
                duty.before_end = None;
            }
        }
    }
}
