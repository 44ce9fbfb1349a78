//! Rows 5b and 7a: another case manager takes over, or a specialised one after the first talk.

use jiff::civil::Date;
use lotse_kernel::names::StaffName;

use super::{Act, Episode, State};
use crate::domain::{
    events::Event,
    records::{CaseManagerChange, HandoverPackage},
    refused::FieldCheck,
    vocabulary::{CaseManagerChangeReason, EpisodePhase},
};

/// Who takes over, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakingOver {
    /// Who takes over.
    pub case_manager: StaffName,
    /// Why.
    pub reason: CaseManagerChangeReason,
    /// What is handed over (R126).
    pub package: HandoverPackage,
    /// The day on which the person was told (R125).
    pub informed_on: Date,
}

impl Episode {
    /// Row 5b: another case manager takes over, with whatever is planned or open and theirs. No date moves. A specialised one takes over as the
    /// outcome of the first talk (row 7a).
    ///
    /// # Errors
    /// `WrongPhase`; `FirstTalkMissing` for a specialised one; `Fields` when the same person, the placement officer or whoever is commissioned
    /// would take over, or when the person was not told between assignment, or the change before, and today.
    pub fn change_case_manager(mut self, taking: TakingOver, changed_by: StaffName, today: Date) -> Act {
        let TakingOver { case_manager: to, reason, package, informed_on } = taking;
        if reason == CaseManagerChangeReason::Specialised {
            self.after_first_talk()?;
        }
        let is_officer = to == *self.placement_officer();
        let (State::Active(care) | State::Closing { care, .. } | State::Aftercare { care, .. }) = &mut self.facts.state
        else {
            return Err(self.wrong_phase(EpisodePhase::IN_CARE));
        };
        let mut check = FieldCheck::default();
        check.require(to != care.case_manager, "case_manager", "must be another person than the case manager so far");
        check.require(!is_officer, "case_manager", "must be another person than the placement officer");
        let is_commissioned = care.commissioned() == Some(&to);
        check.require(
            !is_commissioned,
            "case_manager",
            "must not be who is commissioned: the commission is returned first",
        );
        check.require(informed_on <= today, "informed_date", "must not be in the future");
        check.require(informed_on >= care.admission.assigned_on, "informed_date", "must not be before the assignment");
        let follows = care.case_manager_changes.last().is_none_or(|before| informed_on >= before.changed_on);
        check.require(follows, "informed_date", "must not be before the change before");
        check.finish()?;
        let from = std::mem::replace(&mut care.case_manager, to.clone());
        self.duties.hand_over(&from, &to);
        care.case_manager_changes.push(CaseManagerChange {
            from,
            to,
            reason,
            package,
            informed_on,
            changed_on: today,
            changed_by,
        });
        Ok(self.with(Event::CaseManagerChanged { reason, informed_on }))
    }
}
