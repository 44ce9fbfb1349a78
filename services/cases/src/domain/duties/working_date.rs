//! The answer to an escalation: whoever is late says why, and on which working day the work will be done. Until then it does not escalate.

use jiff::civil::Date;
use lotse_kernel::{
    dates::add_days,
    deadlines::escalation::LastEscalation,
    duty::DutyState,
    names::{DutyName, StaffName},
};
use serde::{Deserialize, Serialize};

use super::{Duties, Duty};
use crate::domain::{
    events::{Event, Happened},
    refused::{FieldCheck, Refused},
    rules::Rules,
};

/// When the work will be done, as its owner said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingDate {
    /// The working day.
    pub on: Date,
    /// Why it is late; social data.
    pub reason: String,
    /// The day on which it was said.
    pub set_on: Date,
    /// Who said it.
    pub set_by: StaffName,
}

/// The answer as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateAnswer {
    /// The working day on which the work will be done.
    pub on: Date,
    /// Why it is late.
    pub reason: String,
    /// Who answers.
    pub by: StaffName,
    /// Whether that person leads the team of the case.
    pub leads: bool,
}

impl Duty {
    /// The last working date that was named, if one was.
    #[must_use]
    pub fn working_date(&self) -> Option<&WorkingDate> {
        self.working_dates.last()
    }

    /// The last escalation, or the pause that a working date made of it: what comes next comes behind it.
    pub(super) fn last_heard(&self) -> Option<LastEscalation> {
        let last = self.notices.last_escalation;
        let Some(paused) = self.working_date() else { return last };
        let round = last.map_or(0, |last| last.round);
        Some(LastEscalation { round, on: last.map_or(paused.on, |last| last.on.max(paused.on)) })
    }
}

impl Duties {
    /// Notes on which day what is overdue will be done. It stays overdue, and escalates again after that day.
    ///
    /// # Errors
    /// `NotTheOwner` for anybody but who has to do it, or the lead where it lies with the lead; `DutyNotOverdue`; `Fields` for a day without
    /// work, one that has come, and one behind the longest pause of the policy; `NoRule` when no version says how long that is.
    pub(in crate::domain) fn set_working_date(
        &mut self,
        name: &DutyName,
        answer: LateAnswer,
        rules: &Rules<'_>,
    ) -> Result<Option<Happened>, Refused> {
        let Some(duty) = self.list.iter_mut().find(|duty| duty.name == *name) else { return Ok(None) };
        let is_owner = duty.owner.as_ref().map_or(answer.leads, |owner| *owner == answer.by);
        if !is_owner {
            return Err(Refused::NotTheOwner);
        }
        let today = rules.today();
        let state = duty.state_on(today);
        if state != DutyState::Overdue {
            return Err(Refused::DutyNotOverdue { state });
        }
        let latest = add_days(today, rules.escalation(duty.deadline.overdue_after())?.longest_pause_days);
        let mut check = FieldCheck::default();
        let field = "working_date";
        check.require(answer.on > today, field, "must be after today");
        check.require(answer.on <= latest, field, "must not be behind the longest pause of the policy ESCALATION");
        // One answer pauses once: whoever does not keep the day is heard of before another one is taken.
        let unheard = duty
            .working_date()
            .filter(|last| duty.notices.last_escalation.is_none_or(|escalated| escalated.on <= last.set_on));
        let in_turn = unheard.is_none_or(|last| answer.on <= last.on);
        check.require(in_turn, field, "must not be after the one before it until the duty has escalated again");
        check.require(rules.is_working_day(answer.on), field, "must be a working day of the jobcenter");
        check.finish()?;
        let event = Event::WorkingDateSet { kind: duty.kind(), slot: duty.slot(), on: answer.on };
        let LateAnswer { on, reason, by: set_by, .. } = answer;
        duty.working_dates.push(WorkingDate { on, reason, set_on: today, set_by });
        Ok(Some(Happened { event, subject: duty.name.to_string() }))
    }
}
