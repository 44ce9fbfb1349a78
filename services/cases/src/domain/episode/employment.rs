//! T13: an integration into work is followed month by month, also when the episode is closed.

use jiff::civil::Date;
use lotse_kernel::{duty::DutyKind, names::StaffName};

use super::{Act, Episode, State};
use crate::domain::{
    events::{EmploymentTold, Event, Integrated},
    records::{ClosingNote, Employment, EmploymentAnswer, EmploymentMonth, Integration, TechnicalEndRecord},
    refused::{FieldCheck, FieldFault, Refused},
    rules::{NoRule, Rules},
    vocabulary::{DutyOutcome, EmploymentContinuity, EpisodePhase, TechnicalEnd},
};

/// The duty that asks for a month.
const KIND: DutyKind = DutyKind::ContinuousEmployment;

/// An answer as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmploymentRecord {
    /// Number of the month, from 1.
    pub month: i32,
    /// Whether the person was employed.
    pub employment: Employment,
    /// How it was found out, or what was tried.
    pub note: String,
}

impl Integration {
    /// What the timeline tells of it.
    pub(super) fn told(&self) -> Event {
        Event::IntegrationKnown(Integrated { integrated_on: self.integrated_on, months: self.months.len() })
    }
}

impl Episode {
    /// What is known of an integration into work, if care ended with one.
    #[must_use]
    pub fn integration(&self) -> Option<&Integration> {
        self.closing()?.integration.as_ref()
    }

    /// Until when an integration into work is followed, and whether it lasts by what is known, as figures count it: none of what was a mistake.
    #[must_use]
    pub fn followed_integration(&self) -> Option<(Date, EmploymentContinuity)> {
        let mistaken =
            |end: &TechnicalEndRecord| matches!(end.kind, TechnicalEnd::Duplicate | TechnicalEnd::OpenedInError);
        let integration = self.integration().filter(|_| !self.technical_end().is_some_and(mistaken))?;
        Some((integration.ends_on()?, integration.continuity()))
    }

    /// T13: answers whether the person was employed in a month. A later answer takes the place of the one before; a month whose duty is done is not
    /// late again.
    ///
    /// # Errors
    /// `WrongPhase`, `EmploymentNotAsked`; `Fields` for a month that is not asked for, not yet, or an answer that contradicts the calendar.
    pub fn record_employment_status(mut self, record: EmploymentRecord, by: StaffName, today: Date) -> Act {
        const PHASES: &[EpisodePhase] = &[EpisodePhase::Closing, EpisodePhase::Aftercare, EpisodePhase::Closed];
        if !PHASES.contains(&self.phase()) {
            return Err(self.wrong_phase(PHASES));
        }
        let EmploymentRecord { month, employment, note } = record;
        let (State::Closing { closing, .. } | State::Aftercare { closing, .. } | State::Closed { closing, .. }) =
            &mut self.facts.state
        else {
            return Err(Refused::EmploymentNotAsked);
        };
        let integration = closing.integration.as_mut().ok_or(Refused::EmploymentNotAsked)?;
        let integrated_on = integration.integrated_on;
        let at = usize::try_from(month).ok().and_then(|month| month.checked_sub(1));
        let Some(of) = at.and_then(|at| integration.months.get_mut(at)) else {
            let rule = "must be one of the months that are asked for";
            return Err(Refused::Fields(vec![FieldFault { field: "month".to_owned(), rule }]));
        };
        let mut check = FieldCheck::default();
        let duty = self.duties.of(KIND).find(|duty| duty.slot() == of.slot);
        let is_asked = duty.is_none_or(|duty| !duty.is_unsettled() || duty.is_doable_on(today));
        check.require(is_asked, "month", "must be asked for already");
        if let Employment::Without { since } = employment {
            let field = "answer.not_employed_since_date";
            check.require(since <= today, field, "must not be in the future");
            check.require(since >= integrated_on, field, "must not be before the integration");
            check.require(since <= of.ends_on, field, "must not be after the end of the month");
        }
        check.finish()?;
        of.answers.push(EmploymentAnswer { employment, note, answered_on: today, recorded_by: by });
        let (slot, ends_on, status) = (of.slot, of.ends_on, employment.status());
        let days_late = self.duties.done_slot(KIND, slot, DutyOutcome::Answered, today);
        Ok(self.with(Event::EmploymentAnswered(EmploymentTold { month, ends_on, status, days_late })))
    }

    /// T13: begins to ask for the months after an integration into work with which care ends. Until the episode is closed the case manager is
    /// asked. A month whose last day in time has passed before anybody told of the integration is nobody's omission: it is no duty, and unknown
    /// until somebody answers.
    pub(super) fn follow_integration(
        &mut self,
        note: &ClosingNote,
        rules: &Rules<'_>,
    ) -> Result<Option<Integration>, NoRule> {
        let (Some(integrated_on), Some(owner)) = (note.integration(), self.case_manager().cloned()) else {
            return Ok(None);
        };
        let before = self.duties.last_slot(KIND);
        let mut months = Vec::new();
        for month in 1..=rules.employment_months(integrated_on)? {
            let slot = before.saturating_add(month);
            let deadline = rules.employment_status(integrated_on, month, slot)?;
            months.push(EmploymentMonth { slot, ends_on: deadline.due_on(), answers: Vec::new() });
            if deadline.overdue_after() >= rules.today() {
                self.duties.schedule(&self.name, &owner, deadline);
            }
        }
        Ok((!months.is_empty()).then_some(Integration { integrated_on, months }))
    }

    /// T13: with the episode the work of the case manager is over, and the placement officer is asked for the months that are left.
    pub(super) fn pass_employment_on(&mut self) {
        let officer = self.placement_officer().clone();
        self.duties.pass_to(KIND, Some(&officer));
    }
}
