//! Rows 17 and 18: the limit is answered by an extension that two people agree on.

use lotse_kernel::{deadlines::ExtensionLength, defaults::Months, names::StaffName, policy::rules::Approver};

use super::{Act, Episode, State};
use crate::domain::{
    events::Event,
    records::{Approval, Extension},
    refused::{FieldCheck, Refused},
    rules::Rules,
    vocabulary::{DutyOutcome, EpisodePhase},
};

impl Episode {
    /// Row 18: proposes to extend the open limit. Months count from the expiry of the old limit (§ 190 BGB).
    ///
    /// # Errors
    /// `WrongPhase`, `LimitNotOpen`, `ExtensionAlreadyProposed`; `Fields` when the length is not one day to what policy allows (24 months).
    pub fn propose_extension(
        mut self,
        proposer: StaffName,
        reason: String,
        prognosis: String,
        length: ExtensionLength,
        rules: &Rules<'_>,
    ) -> Act {
        let today = rules.today();
        let State::Active(active) = &mut self.facts.state else {
            return Err(self.wrong_phase(EpisodePhase::ACTIVE));
        };
        if active.proposed_extension().is_some() {
            return Err(Refused::ExtensionAlreadyProposed);
        }
        let limit = self.duties.limit();
        let opens_on = limit.map(|duty| duty.deadline().opens_on);
        let from = limit
            .filter(|duty| duty.is_doable_on(today))
            .map(|duty| duty.deadline().due_on())
            .ok_or(Refused::LimitNotOpen { opens_on })?;
        let assigned_on = active.admission.assigned_on;
        let bounds = rules.extension_bounds(assigned_on, from)?;
        let mut check = FieldCheck::default();
        match length {
            ExtensionLength::Months(Months(months)) => {
                let within = (1..=bounds.months).contains(&months);
                check.require(within, "months", "must be at least 1 and at most what policy allows");
            }
            ExtensionLength::Until(until) => {
                check.require(until > from, "until_date", "must be after the old limit");
                check.require(until <= bounds.latest, "until_date", "must not be later than policy allows");
            }
        }
        check.finish()?;
        let slot = i32::try_from(active.extensions.len()).unwrap_or(i32::MAX).saturating_add(1);
        let deadline = rules.extension_end(assigned_on, from, length, slot)?;
        let until = deadline.due_on();
        active.extensions.push(Extension {
            reason,
            prognosis,
            from,
            deadline,
            proposer,
            proposed_on: today,
            approval: None,
            lapsed_on: None,
        });
        Ok(self.with(Event::ExtensionProposed { until }))
    }

    /// Row 18: approves the proposed extension. The old limit is done, the new one starts; reviews keep their grid. `leads` says whether
    /// the approver leads the team of the case: whether somebody else of it may approve is said by the rule of the assignment.
    ///
    /// # Errors
    /// `WrongPhase`, `ExtensionNotProposed`; `NotTheApprover` when the rule names another, `FourEyes` when the approver proposed it.
    pub fn approve_extension(mut self, approver: StaffName, leads: bool, rules: &Rules<'_>) -> Act {
        let today = rules.today();
        let State::Active(active) = &mut self.facts.state else {
            return Err(self.wrong_phase(EpisodePhase::ACTIVE));
        };
        let owner = active.case_manager.clone();
        let Some(extension) = active.extensions.last_mut().filter(|extension| extension.waits()) else {
            return Err(Refused::ExtensionNotProposed);
        };
        let (who, under) = rules.extension_approver(active.admission.assigned_on)?;
        match who {
            Approver::TeamLead if !leads => return Err(Refused::NotTheApprover),
            Approver::TeamLead | Approver::CaseManager => {}
        }
        if extension.proposer == approver {
            return Err(Refused::FourEyes);
        }
        extension.approval = Some(Approval { approver, approved_on: today, under });
        let (deadline, until) = (extension.deadline.clone(), extension.deadline.due_on());
        if let Some(kind) = self.duties.limit().map(crate::domain::duties::Duty::kind) {
            self.duties.done(kind, DutyOutcome::Extended, today);
        }
        self.duties.schedule(&self.name, &owner, deadline);
        Ok(self.with(Event::ExtensionApproved { until }))
    }
}
