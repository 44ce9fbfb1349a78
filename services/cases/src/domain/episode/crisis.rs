//! Row 22: a crisis or a job at risk becomes known, from the assignment to the end of aftercare, and somebody makes contact.

use jiff::civil::Date;
use lotse_kernel::{duty::DutyKind, names::StaffName};

use super::{Act, Active, Episode, State};
use crate::domain::{
    events::Event,
    records::{Crisis, CrisisContact},
    refused::{FieldCheck, Refused},
    rules::Rules,
    vocabulary::{CrisisKind, DutyOutcome, EpisodePhase},
};

/// What became known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrisisKnown {
    /// Which.
    pub kind: CrisisKind,
    /// The day on which it happened or became known.
    pub occurred_on: Date,
    /// What happened.
    pub text: String,
}

impl Episode {
    /// Row 22: records a crisis; the case manager has to make contact. Where somebody else records it, time opens the duty, which tells the case
    /// manager.
    ///
    /// # Errors
    /// `WrongPhase`; `Fields` when the day is not between assignment and today; `NoRule` when no version says by when there is contact.
    pub fn record_crisis(mut self, known: CrisisKnown, recorded_by: StaffName, rules: &Rules<'_>) -> Act {
        let recorded_on = rules.today();
        let care = self.in_care_mut()?;
        let CrisisKnown { kind, occurred_on, text } = known;
        let mut check = FieldCheck::default();
        let field = "crisis.occurred_date";
        check.require(occurred_on <= recorded_on, field, "must not be in the future");
        check.require(occurred_on >= care.admission.assigned_on, field, "must not be before the assignment");
        check.finish()?;
        let owner = care.case_manager.clone();
        let is_own = recorded_by == owner;
        care.crises.push(Crisis { kind, occurred_on, text, recorded_on, recorded_by, contact: None });
        let slot = i32::try_from(care.crises.len()).unwrap_or(i32::MAX);
        let deadline = rules.crisis_contact(recorded_on, slot)?;
        if is_own {
            self.duties.open(&self.name, &owner, deadline);
        } else {
            self.duties.schedule(&self.name, &owner, deadline);
        }
        Ok(self.with(Event::CrisisRecorded { kind, occurred_on }))
    }

    /// Row 22: records contact with the person. It answers every crisis that waits and had happened by then; one that came later waits on.
    ///
    /// # Errors
    /// `WrongPhase`, `NoOpenCrisis`; `Fields` when the day lies in the future, or before whatever waits.
    pub fn record_crisis_contact(mut self, contact: &CrisisContact, today: Date) -> Act {
        let care = self.in_care_mut()?;
        if !care.has_open_crisis() {
            return Err(Refused::NoOpenCrisis);
        }
        let (contacted_on, field) = (contact.contacted_on, "contact.contact_date");
        let mut answered = Vec::new();
        for (slot, crisis) in (1..).zip(&mut care.crises) {
            if crisis.contact.is_none() && crisis.occurred_on <= contacted_on {
                crisis.contact = Some(contact.clone());
                answered.push(slot);
            }
        }
        let mut check = FieldCheck::default();
        check.require(contacted_on <= today, field, "must not be in the future");
        check.require(!answered.is_empty(), field, "must not be before the crisis");
        check.finish()?;
        let late = |slot| self.duties.done_slot(DutyKind::CrisisContact, slot, DutyOutcome::Held, contacted_on);
        let days_late = answered.into_iter().map(late).max().unwrap_or_default();
        Ok(self.with(Event::CrisisContactMade { contacted_on, days_late }))
    }

    /// Nothing that people decide ends over a crisis in silence.
    pub(super) fn no_crisis_open(&self) -> Result<(), Refused> {
        if self.care().is_some_and(Active::has_open_crisis) { Err(Refused::CrisisOpen) } else { Ok(()) }
    }

    /// The care that a case manager is responsible for, to be changed.
    pub(super) fn in_care_mut(&mut self) -> Result<&mut Active, Refused> {
        let refused = self.wrong_phase(EpisodePhase::IN_CARE);
        match &mut self.facts.state {
            State::Active(care) | State::Closing { care, .. } | State::Aftercare { care, .. } => Ok(care),
            State::Proposed
            | State::InDiscussion(_)
            | State::Waitlisted { .. }
            | State::Refused { .. }
            | State::ReferredBack { .. }
            | State::Closed { .. }
            | State::EndedTechnically { .. } => Err(refused),
        }
    }
}

impl Active {
    /// Whether a crisis waits for contact.
    #[must_use]
    pub fn has_open_crisis(&self) -> bool {
        self.crises.iter().any(|crisis| crisis.contact.is_none())
    }
}
