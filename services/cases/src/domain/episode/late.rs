//! The answer to an escalation of a duty of an episode (R141).

use lotse_kernel::names::DutyName;

use super::{Act, Decided, Episode};
use crate::domain::{duties::LateAnswer, refused::Refused, rules::Rules};

impl Episode {
    /// Notes on which working day what is overdue will be done.
    ///
    /// # Errors
    /// As [`crate::domain::duties::Duties`] refuses, and `NotTheOwner` for a duty that it does not have.
    pub fn set_working_date(mut self, duty: &DutyName, answer: LateAnswer, rules: &Rules<'_>) -> Act {
        let happened = self.duties.set_working_date(duty, answer, rules)?.ok_or(Refused::NotTheOwner)?;
        Ok(Decided { episode: self, events: vec![happened] })
    }
}
