//! Reads a question about a timer, and answers it under the policies.

use lotse_kernel::{
    deadlines::{
        ExtensionLength,
        named::{Timer, TimerAnswer, TimerQuestion},
    },
    defaults::Months,
    legal::{Surroundings, Unanswered},
};
use lotse_proto::cases::{self as contract, timer_question::Extension};

use super::{parse::at_least_one, reader::Reader};

/// A question about a timer, and how the contract calls the length of its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timed {
    question: TimerQuestion,
    extension_field: &'static str,
}

/// Reads the question; nothing when not even the timer is known, for then no other field can be judged.
pub(super) fn parse(reader: &mut Reader, asked: &contract::TimerQuestion) -> Option<Timed> {
    let name = contract::LegalTimer::as_str_name;
    let timer: Option<Timer> = reader.code("timer.timer", asked.timer, "LEGAL_TIMER_", name);
    let from = reader.day("timer.from_date", asked.from_date.as_ref());
    let fact_on = reader.optional_day("timer.fact_date", asked.fact_date.as_ref());
    let last_review_on = reader.optional_day("timer.last_review_date", asked.last_review_date.as_ref());
    let former_due_on = reader.optional_day("timer.former_due_date", asked.former_due_date.as_ref());
    let (extension_field, extension) = match &asked.extension {
        None => ("timer.extension", None),
        Some(Extension::ExtensionMonths(months)) => {
            ("timer.extension_months", Some(ExtensionLength::Months(Months(*months))))
        }
        Some(Extension::ExtensionUntilDate(until)) => {
            let field = "timer.extension_until_date";
            (field, Some(ExtensionLength::Until(reader.day(field, Some(until)))))
        }
    };
    let interval = (asked.interval_months != 0).then_some(Months(asked.interval_months));
    let number = at_least_one(asked.number);
    let timer = timer?;
    let question = TimerQuestion { timer, from, fact_on, number, extension, interval, last_review_on, former_due_on };
    let found = Timed { question, extension_field };
    reader.note(question.faults(), |field| found.field(field));
    Some(found)
}

impl Timed {
    /// How the contract calls a field of the kernel.
    pub(super) fn field(&self, field: &str) -> String {
        if field == "extension" { self.extension_field.to_owned() } else { format!("timer.{field}") }
    }

    /// The dates of the timer under the policies.
    ///
    /// # Errors
    /// What is wrong against the version that governs it, or that this cannot be read.
    pub fn answer<'b>(&self, around: Surroundings<'b>) -> Result<TimerAnswer<'b>, Unanswered> {
        self.question.answer(around)
    }
}
