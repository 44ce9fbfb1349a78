//! Rows 17 and 18: the limit is answered by an extension that two people agree on.

use lotse_kernel::{
    deadlines::ExtensionLength,
    defaults::Months,
    duty::{self, DutyKind},
    names::StaffName,
    policy::rules::Approver,
};

use super::{Act, Active, Episode, State};
use crate::domain::{
    events::Event,
    records::{Extension, ExtensionAnswered},
    refused::{FieldCheck, Refused},
    rules::Rules,
    vocabulary::{DutyOutcome, EpisodePhase, ExtensionAnswer, ExtensionReason},
};

/// An extension that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionWanted {
    /// Exception reason.
    pub reason_code: ExtensionReason,
    /// Exception reason in words.
    pub reason: String,
    /// Prognosis of success.
    pub prognosis: String,
    /// How long.
    pub length: ExtensionLength,
}

/// Who answers a proposed extension.
#[derive(Debug, Clone)]
pub struct AnsweringExtension<'a> {
    /// Who.
    pub who: StaffName,
    /// Whether that person leads the team of the case.
    pub leads: bool,
    /// The rules as they stand today.
    pub rules: &'a Rules<'a>,
}

impl Episode {
    /// Row 18: proposes to extend the open limit. Months count from the expiry of the old limit (§ 190 BGB). The answer lies with the lead of
    /// the team, whom time tells of it.
    ///
    /// # Errors
    /// `WrongPhase`, `LimitNotOpen`, `ExtensionAlreadyProposed`; `Fields` when the length is not one day to what policy allows (24 months);
    /// `NoRule` when no version says by when it is answered.
    pub fn propose_extension(mut self, wanted: ExtensionWanted, proposer: StaffName, rules: &Rules<'_>) -> Act {
        let ExtensionWanted { reason_code, reason, prognosis, length } = wanted;
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
        // A new limit is counted by those that were approved, an answer by all that were proposed.
        let approved = active.extensions.iter().filter(|extension| extension.is_approved()).count();
        let slot = i32::try_from(approved).unwrap_or(i32::MAX).saturating_add(1);
        let deadline = rules.extension_end(assigned_on, from, length, slot)?;
        let until = deadline.due_on();
        active.extensions.push(Extension {
            reason_code,
            reason,
            prognosis,
            from,
            deadline,
            proposer,
            proposed_on: today,
            answered: None,
            lapsed_on: None,
        });
        let number = i32::try_from(active.extensions.len()).unwrap_or(i32::MAX);
        let answer = rules.extension_answer(today, number)?;
        self.duties.plan(&self.name.clone().into(), None, answer);
        Ok(self.with(Event::ExtensionProposed { until, reason: reason_code }))
    }

    /// Row 18: answers the proposed extension. Approved, the old limit is done and the new one starts; reviews keep their grid. Declined or
    /// withdrawn, the limit stays as it is, and another extension may be proposed. Whether somebody but the lead of the team approves is
    /// said by the rule of the assignment. Proposing is the case manager's: whoever took the case over withdraws what the one before
    /// proposed, and does not approve it.
    ///
    /// # Errors
    /// `WrongPhase`, `ExtensionNotProposed`; `FourEyes` for the own side, `NotTheApprover` when the rule names another; `Fields` for an answer
    /// that does not fit who gives it.
    pub fn answer_extension(mut self, answer: ExtensionAnswer, reason: String, by: &AnsweringExtension<'_>) -> Act {
        let today = by.rules.today();
        let active = self.active_mut()?;
        let (owner, assigned_on) = (active.case_manager.clone(), active.admission.assigned_on);
        let Some(extension) = active.extensions.last_mut().filter(|extension| extension.waits()) else {
            return Err(Refused::ExtensionNotProposed);
        };
        let own = extension.proposer == by.who || owner == by.who;
        if own && answer == ExtensionAnswer::Approved {
            return Err(Refused::FourEyes);
        }
        let (who, under) = by.rules.extension_approver(assigned_on)?;
        if !own && who == Approver::TeamLead && !by.leads {
            return Err(Refused::NotTheApprover);
        }
        let mut check = FieldCheck::default();
        let withdraws = answer == ExtensionAnswer::Withdrawn;
        check.require(!own || withdraws, "answer", "must be to withdraw: it was proposed by the same side");
        check.require(own || !withdraws, "answer", "must be to approve or to decline: another person proposed it");
        let explained = answer != ExtensionAnswer::Declined || !reason.trim().is_empty();
        check.require(explained, "reason", "must be given to decline");
        check.finish()?;
        let under = (!withdraws).then_some(under);
        extension.answered =
            Some(ExtensionAnswered { answer, reason, answered_by: by.who.clone(), answered_on: today, under });
        let (deadline, reason) = (extension.deadline.clone(), extension.reason_code);
        let until = deadline.due_on();
        let days_late = self.duties.done(DutyKind::ExtensionAnswer, DutyOutcome::Decided, today);
        let told = match answer {
            ExtensionAnswer::Approved => {
                if let Some(kind) = self.duties.limit().map(crate::domain::duties::Duty::kind) {
                    self.duties.done(kind, DutyOutcome::Extended, today);
                }
                self.duties.schedule(&self.name, &owner, deadline);
                Event::ExtensionApproved { until, reason, days_late }
            }
            ExtensionAnswer::Declined => Event::ExtensionDeclined { until, reason, days_late },
            ExtensionAnswer::Withdrawn => Event::ExtensionWithdrawn { until, reason },
        };
        Ok(self.with(told))
    }

    /// What became of the last extension that was answered, and who hears of it in care: whoever proposed it and the case manager by now, but for
    /// who answered. One that was withdrawn is told to nobody.
    pub(super) fn extension_answered(&self) -> Option<duty::ExtensionAnswered> {
        let State::Active(care) = &self.facts.state else { return None };
        let answered = (1..).zip(&care.extensions).filter_map(|(number, it)| Some((number, it, it.answered.as_ref()?)));
        let (number, extension, answered) = answered.last()?;
        let approved = match answered.answer {
            ExtensionAnswer::Approved => true,
            ExtensionAnswer::Declined => false,
            ExtensionAnswer::Withdrawn => return None,
        };
        let people = std::collections::BTreeSet::from([&extension.proposer, &care.case_manager]);
        let others = people.into_iter().filter(|person| **person != answered.answered_by);
        Some(duty::ExtensionAnswered { number, approved, audience: others.map(ToString::to_string).collect() })
    }
}

impl Active {
    /// The extension that waits for its answer, if any.
    #[must_use]
    pub fn proposed_extension(&self) -> Option<&Extension> {
        self.extensions.last().filter(|extension| extension.waits())
    }
}
