//! R122: contacts with the person that are planned for aftercare, at the end of care or while it runs, and what becomes of them.

use jiff::civil::Date;
use lotse_kernel::{duty::DutyKind, names::StaffName};

use super::{Act, Episode, State};
use crate::domain::{
    duties::Duty,
    events::{ContactPlanned, ContactTold, Event},
    records::{ContactMade, PlannedContact},
    refused::FieldCheck,
    rules::Rules,
    vocabulary::{ContactOutcome, DutyOutcome, EpisodePhase},
};

/// The duty of a planned contact.
const KIND: DutyKind = DutyKind::AftercareContact;

/// What became of a planned contact, as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRecord {
    /// Its number.
    pub number: i32,
    /// Whether there was contact.
    pub outcome: ContactOutcome,
    /// The day of the contact, or of the last attempt.
    pub contacted_on: Date,
    /// What was talked about, or why the person was not reached.
    pub text: String,
}

impl Episode {
    /// R122: plans a further contact while aftercare runs.
    ///
    /// # Errors
    /// `WrongPhase`; `Fields` for a day that has passed, one after the end of aftercare, and one for which a contact waits.
    pub fn plan_aftercare_contact(mut self, planned_on: Date, rules: &Rules<'_>) -> Act {
        let until = self.aftercare_until();
        let State::Aftercare { .. } = &self.facts.state else {
            return Err(self.wrong_phase(&[EpisodePhase::Aftercare]));
        };
        let mut check = FieldCheck::default();
        let field = "planned_date";
        check.require(planned_on >= rules.today(), field, "must not be in the past");
        check.require(until.is_some_and(|until| planned_on <= until), field, "must not be after the end of aftercare");
        let of_day = |duty: &Duty| duty.is_unsettled() && duty.deadline().due_on() == planned_on;
        let is_taken = self.duties.of(KIND).any(of_day);
        check.require(!is_taken, field, "must not be the day of another contact that waits");
        check.finish()?;
        let planned = self.plan_contacts(&[planned_on], rules);
        if let State::Aftercare { closing, .. } = &mut self.facts.state {
            closing.contacts.extend(planned);
        }
        Ok(self.with(Event::AftercareContactPlanned(ContactPlanned { planned_on })))
    }

    /// R122: records what became of a planned contact.
    ///
    /// # Errors
    /// `WrongPhase`; `Fields` for a contact that does not wait, a day outside of the time since the end of care, and a person who was not reached
    /// before the planned day.
    pub fn record_aftercare_contact(mut self, record: ContactRecord, by: StaffName, today: Date) -> Act {
        let refused = self.wrong_phase(&[EpisodePhase::Closing, EpisodePhase::Aftercare]);
        let (State::Closing { closing, .. } | State::Aftercare { closing, .. }) = &mut self.facts.state else {
            return Err(refused);
        };
        let ContactRecord { number, outcome, contacted_on, text } = record;
        let waits = self.duties.of(KIND).any(|duty| duty.slot() == number && duty.is_unsettled());
        let planned = closing.contacts.iter_mut().find(|contact| contact.number == number && waits);
        let mut check = FieldCheck::default();
        check.require(planned.is_some(), "number", "must be that of a planned contact that waits");
        let field = "contact_date";
        check.require(contacted_on <= today, field, "must not be in the future");
        check.require(contacted_on >= closing.ended_on, field, "must not be before the end of care");
        let too_early = outcome == ContactOutcome::NotReached
            && planned.as_ref().is_some_and(|contact| contacted_on < contact.planned_on);
        check.require(!too_early, field, "must not be before the planned day of somebody who was not reached");
        check.finish()?;
        if let Some(contact) = planned {
            contact.made = Some(ContactMade { outcome, contacted_on, text, recorded_by: by });
        }
        let done = match outcome {
            ContactOutcome::Held => DutyOutcome::Held,
            ContactOutcome::NotReached => DutyOutcome::NotReached,
        };
        let days_late = self.duties.done_slot(KIND, number, done, contacted_on);
        Ok(self.with(Event::AftercareContactRecorded(ContactTold { outcome, contacted_on, days_late })))
    }

    /// Begins a duty of the case manager for each day. They begin with the end of care and not with the hand-over: the day is promised to the
    /// person, however long that takes.
    pub(super) fn plan_contacts(&mut self, days: &[Date], rules: &Rules<'_>) -> Vec<PlannedContact> {
        let Some(owner) = self.case_manager().cloned() else { return Vec::new() };
        let before = self.duties.last_slot(KIND);
        let mut contacts = Vec::new();
        for (number, planned_on) in (before.saturating_add(1)..).zip(days.iter().copied()) {
            self.duties.schedule(&self.name, &owner, rules.aftercare_contact(planned_on, number));
            contacts.push(PlannedContact { number, planned_on, agreed_on: rules.today(), made: None });
        }
        contacts
    }
}
