//! Which team looks after a person who completes the 25th year of life: time asks once, where the jobcenter has said which team follows (R125).

use jiff::civil::Date;
use lotse_kernel::{duty::DutyKind, legal::age::is_under_25, names::StaffName};

use super::{State, Watch};
use crate::domain::{
    duties::Duty,
    rules::{NoRule, Rules},
    vocabulary::DutyOutcome,
};

impl Watch {
    /// The same for somebody who is under 25 on the day of the rules: time will ask which team looks after them from then on.
    #[must_use]
    pub fn of_born_on(mut self, born_on: Date, rules: &Rules<'_>) -> Self {
        self.facts.young_since = is_under_25(born_on, rules.today()).then_some(born_on);
        self
    }

    /// Whether time has still to ask.
    #[must_use]
    pub const fn is_young(&self) -> bool {
        self.facts.young_since.is_some()
    }

    /// The decision on the team that is due.
    #[must_use]
    pub fn team_duty(&self) -> Option<&Duty> {
        self.waiting(DutyKind::TeamDecision)
    }

    /// The day on which time asks whether another team follows; nothing once it has asked.
    ///
    /// # Errors
    /// [`NoRule`] when no version says how long before the birthday.
    pub fn asks_team_on(&self, rules: &Rules<'_>) -> Result<Option<Date>, NoRule> {
        let deadline = self.facts.young_since.map(|born_on| rules.team_decision(born_on)).transpose()?;
        Ok(deadline.map(|deadline| deadline.opens_on))
    }

    /// Time has asked: a decision is due where another team follows, which is told by `decider`, the officer who looks after the person.
    /// Nobody decides for somebody who is gone.
    ///
    /// # Errors
    /// [`NoRule`] when the day cannot be computed.
    pub fn asked_team(mut self, decider: Option<&StaffName>, rules: &Rules<'_>) -> Result<Self, NoRule> {
        let Some(born_on) = self.facts.young_since.take() else { return Ok(self) };
        let is_gone = matches!(self.facts.state, State::Unwatched { reason } if reason.is_gone());
        if let Some(decider) = decider.filter(|_| !is_gone) {
            self.duties.schedule(&self.case, decider, rules.team_decision(born_on)?);
        }
        Ok(self)
    }

    /// Somebody has decided on the team; what was to be decided is done.
    pub(super) fn team_decided(mut self, today: Date) -> Self {
        self.duties.done(DutyKind::TeamDecision, DutyOutcome::Decided, today);
        self
    }

    /// Another officer looks after the person, and decides on their team.
    pub(super) fn led_by(mut self, lead: &StaffName) -> Self {
        self.duties.give(DutyKind::TeamDecision, lead);
        self
    }
}
