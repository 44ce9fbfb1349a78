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
    /// The accepted hand-over, after which no aftercare followed.
    ByHandover,
    /// The closing check of aftercare.
    ByCheck,
    /// The end of care for one of the six reasons.
    ByEnd,
}

impl Duty {
    /// Notes where it stands, before an end settles it. The answer to what was proposed is not noted: the proposal has lapsed.
    pub(super) fn note_before_end(&mut self) {
        self.before_end = match self.status {
            _ if matches!(self.kind(), DutyKind::VariantSwitchAnswer | DutyKind::ExtensionAnswer) => None,
            Status::Scheduled => Some(BeforeEnd::Scheduled),
            Status::Open => Some(BeforeEnd::Open),
            Status::Done { .. } | Status::Missed { .. } | Status::Void { .. } => self.before_end,
        };
    }

    /// Whether it went to the placement officer as a duty of the person.
    fn was_passed_on(&self) -> bool {
        self.void_reason() == Some(VoidReason::PassedOn)
    }

    /// Whether it began with the end of care or after it.
    const fn follows_end(&self) -> bool {
        matches!(
            self.kind(),
            DutyKind::HandoverAcceptance
                | DutyKind::AftercareEnd
                | DutyKind::AftercareContact
                | DutyKind::ContinuousEmployment
        )
    }

    /// Whether that is what settled it.
    fn was(&self, settled: Settled) -> bool {
        let technically = self.void_reason() == Some(VoidReason::TechnicalEnd);
        let decided = matches!(self.status, Status::Done { .. });
        match settled {
            // That accompanying care is done is decided with its technical end (row 20).
            Settled::Technically => technically || (decided && self.kind() == DutyKind::AccompanimentDecision),
            Settled::ByHandover => decided && self.kind() == DutyKind::HandoverAcceptance,
            Settled::ByCheck => {
                let ended = self.void_reason() == Some(VoidReason::AftercareEnded);
                ended || (decided && self.kind() == DutyKind::AftercareEnd)
            }
            Settled::ByEnd => !technically && !self.was_passed_on() && !self.follows_end(),
        }
    }

    /// Puts it back where it stood before an end, if one settled it.
    fn stands_again(&mut self) -> bool {
        let Some(before) = self.before_end.take() else { return false };
        self.status = match before {
            BeforeEnd::Scheduled => Status::Scheduled,
            BeforeEnd::Open => Status::Open,
        };
        true
    }
}

impl Duties {
    /// Takes the update of the plan back that was passed on with the end of care (T5).
    pub(in crate::domain) fn take_plan_back(&mut self) {
        for duty in self.list.iter_mut().filter(|duty| duty.was_passed_on()) {
            duty.stands_again();
        }
    }

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
            if duty.stands_again()
                && let Some(case_manager) = case_manager
            {
                duty.owner = Some(case_manager.clone());
            }
        }
        // With the end of care neither its hand-over nor aftercare ever was: what was done in them stays done.
        if settled == Settled::ByEnd {
            for duty in self.list.iter_mut().filter(|duty| duty.follows_end()) {
                duty.before_end = None;
            }
        }
    }
}
