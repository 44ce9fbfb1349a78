//! Row 22: a crisis or a job at risk becomes known, in care or in aftercare, and somebody makes contact.

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
        let care = self.looked_after_mut()?;
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

    /// Row 22: records the contact that answers every crisis which waits for one.
    ///
    /// # Errors
    /// `WrongPhase`, `NoOpenCrisis`; `Fields` when the day lies before the last of them was recorded, or in the future.
    pub fn record_crisis_contact(mut self, contact: &CrisisContact, today: Date) -> Act {
        let care = self.looked_after_mut()?;
        let waiting = || care.crises.iter().filter(|crisis| crisis.contact.is_none());
        let Some(last) = waiting().map(|crisis| crisis.recorded_on).max() else {
            return Err(Refused::NoOpenCrisis);
        };
        let (contacted_on, field) = (contact.contacted_on, "contact.contact_date");
        let mut check = FieldCheck::default();
        check.require(contacted_on <= today, field, "must not be in the future");
        check.require(contacted_on >= last, field, "must not be before the record of the crisis");
        check.finish()?;
        for crisis in care.crises.iter_mut().filter(|crisis| crisis.contact.is_none()) {
            crisis.contact = Some(contact.clone());
        }
        let days_late = self.duties.done(DutyKind::CrisisContact, DutyOutcome::Held, contacted_on);
        Ok(self.with(Event::CrisisContactMade { contacted_on, days_late }))
    }

    fn looked_after_mut(&mut self) -> Result<&mut Active, Refused> {
        let refused = self.wrong_phase(EpisodePhase::LOOKED_AFTER);
        match &mut self.facts.state {
            State::Active(care) | State::Aftercare { care, .. } => Ok(care),
            State::Proposed
            | State::InDiscussion(_)
            | State::Waitlisted { .. }
            | State::Refused { .. }
            | State::ReferredBack { .. }
            | State::Closing { .. }
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
