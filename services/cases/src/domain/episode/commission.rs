//! Rows 7b and 8: a specialised case manager or a third party steers on behalf of the case manager, and reports back.

use jiff::civil::Date;
use lotse_kernel::names::StaffName;

use super::{Act, Active, Episode, State};
use crate::domain::{
    events::Event,
    records::{Commission, CommissionEnd, Commissioned, Release},
    refused::{FieldCheck, Refused},
    vocabulary::TargetGroup,
};

/// What is commissioned, and of whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commissioning {
    /// Who is commissioned.
    pub to: Commissioned,
    /// For whom they are specialised.
    pub target_group: TargetGroup,
    /// What they are to reach.
    pub purpose: String,
    /// On which legal basis (R140).
    pub legal_basis: String,
    /// The person's release from confidentiality (R136).
    pub release: Release,
}

impl Episode {
    /// Row 7b: commissions a specialised case manager, or a third party, beside the case manager, who stays responsible and goes on planning
    /// (R30, R81, R100). No duty begins or moves.
    ///
    /// # Errors
    /// `WrongPhase`, `CommissionRunning`; `Fields` when one of the two officers would be commissioned, or when there is no release in both
    /// directions.
    pub fn commission_specialised(mut self, wanted: Commissioning, by: StaffName, today: Date) -> Act {
        let Commissioning { to, target_group, purpose, legal_basis, release } = wanted;
        let officer = self.placement_officer().clone();
        let care = self.active_mut()?;
        if care.running_commission().is_some() {
            return Err(Refused::CommissionRunning);
        }
        let mut check = FieldCheck::default();
        if let Commissioned::StaffMember(specialist) = &to {
            let field = "commission.staff_member";
            check.require(*specialist != care.case_manager, field, "must be another person than the case manager");
            check.require(*specialist != officer, field, "must be another person than the placement officer");
        }
        let Release { released_on, to_jobcenter, to_commissioned_body } = release;
        check.require(released_on <= today, "commission.release.release_date", "must not be in the future");
        check.require(to_jobcenter, "commission.release.to_jobcenter", "must be true");
        check.require(to_commissioned_body, "commission.release.to_commissioned_body", "must be true");
        check.finish()?;
        let third_party = matches!(to, Commissioned::ThirdParty(_));
        care.commissions.push(Commission {
            to,
            target_group,
            purpose,
            legal_basis,
            released_on,
            begun_on: today,
            commissioned_by: by,
            ended: None,
        });
        Ok(self.with(Event::SpecialisedCommissioned { target_group, third_party }))
    }

    /// Row 8: ends the commission that runs with its report.
    ///
    /// # Errors
    /// `WrongPhase`, `NoCommissionRunning`; `Fields` when the day is not between the commission and today.
    pub fn return_commission(mut self, report: String, returned_on: Date, by: StaffName, today: Date) -> Act {
        let running = self.active_mut()?.running_commission_mut().ok_or(Refused::NoCommissionRunning)?;
        let mut check = FieldCheck::default();
        check.require(returned_on <= today, "return_date", "must not be in the future");
        check.require(returned_on >= running.begun_on, "return_date", "must not be before the commission");
        check.finish()?;
        running.ended = Some(CommissionEnd::Returned { report, returned_on, recorded_by: by });
        Ok(self.with(Event::CommissionReturned { returned_on }))
    }

    /// Nobody can act on a commission once its episode is over, so that it ends with it; what there is to tell of that.
    pub(super) fn end_commission(&mut self, ended_on: Date) -> Option<Event> {
        let State::Active(care) = &mut self.facts.state else { return None };
        care.running_commission_mut()?.ended = Some(CommissionEnd::WithEpisode { ended_on });
        Some(Event::CommissionEndedWithEpisode {})
    }

    /// The member of staff whom a running commission names.
    #[must_use]
    pub fn commissioned(&self) -> Option<&StaffName> {
        self.care()?.commissioned()
    }
}

impl Active {
    /// The commission that runs, if any.
    #[must_use]
    pub fn running_commission(&self) -> Option<&Commission> {
        self.commissions.last().filter(|commission| commission.is_running())
    }

    /// The member of staff whom it names.
    #[must_use]
    pub fn commissioned(&self) -> Option<&StaffName> {
        match &self.running_commission()?.to {
            Commissioned::StaffMember(specialist) => Some(specialist),
            Commissioned::ThirdParty(_) => None,
        }
    }

    fn running_commission_mut(&mut self) -> Option<&mut Commission> {
        self.commissions.last_mut().filter(|commission| commission.is_running())
    }
}
