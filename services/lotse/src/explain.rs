//! `lotse explain`: dates of law with their reasons, from the pure clock and the shipped policies; no server is asked.
//!
//! `args` says what may be asked, `asking` makes questions of the clock from it, `complaints` tells what is wrong with them, `output` and
//! `policy` write the answers, for people in German or English and for scripts as JSON.

mod args;
mod asking;
mod complaints;
mod output;
mod policy;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use lotse_kernel::legal::{
    Calendar, LegalFault, Reason, Surroundings, Unanswered,
    day::DayAnswer,
    holidays::{FIRST_YEAR, LAST_YEAR},
    notification::notice,
};

pub use args::Explain;
pub use complaints::Complaints;

use args::Question;
use complaints::Complaint;
use output::{DayReport, HolidayList, Report};

/// What is wrong with a question, or with what was shipped.
#[derive(Debug, thiserror::Error)]
pub enum Unexplained {
    /// The question is wrong, option by option.
    #[error("{0}")]
    Wrong(Complaints),
    /// A shipped file cannot be read, or an answer cannot be written.
    #[error(transparent)]
    Broken(#[from] anyhow::Error),
}

impl From<Complaints> for Unexplained {
    fn from(complaints: Complaints) -> Self {
        Self::Wrong(complaints)
    }
}

impl Explain {
    /// The answer as it is printed. `today` chooses among policy versions that take open duties over, and the day of a policy that is
    /// asked for without one.
    ///
    /// # Errors
    /// Everything that is wrong with the question.
    pub fn answer(&self, today: Date) -> Result<String, Unexplained> {
        let mut told = Complaints::new(self.english);
        match &self.question {
            Question::Deadline(asked) => {
                let calendar = told.calendar(&asked.at_place.place);
                let period = asking::period(&mut told, asked);
                let period = told.finish(period)?;
                let explanation = period.answer(calendar).explanation;
                self.report(&Report::period(explanation, calendar, asked.shift == args::Shift::None))
            }
            Question::Timer(asked) => self.timer(asked, today),
            Question::Notice(asked) => {
                let calendar = told.calendar(&asked.at_place.place);
                let delivery = asking::delivery(&mut told, &asked.sending);
                let delivery = told.finish(delivery)?;
                let known = notice(delivery, Surroundings::of_release(today, calendar));
                self.report(&Report::known(self.answered(known, |_| "--posted")?, calendar))
            }
            Question::Objection(asked) => {
                let calendar = told.calendar(&asked.at_place.place);
                let question = asking::objection(&mut told, asked);
                let answer = told.finish(question)?.answer(Surroundings::of_release(today, calendar));
                let (last, known) = self.answered(answer, |field| asking::objection_option(asked, field))?;
                self.report(&Report::of(last, calendar).after(known))
            }
            Question::Day(asked) => {
                let calendar = told.calendar(&asked.at_place.place);
                let date = told.day("DATE", &asked.date);
                if !(FIRST_YEAR..=LAST_YEAR).contains(&date.year()) {
                    told.note([out_of_years("DATE")], |_| "DATE");
                }
                let date = told.finish(date)?;
                self.day(&DayAnswer::of(date, calendar))
            }
            Question::Holidays(asked) => {
                let calendar = told.calendar(&asked.at_place.place);
                let year = told.number("YEAR", &asked.year, i64::from(FIRST_YEAR), i64::from(LAST_YEAR));
                let year = told.finish(year)?;
                self.holidays(i16::try_from(year).unwrap_or(LAST_YEAR), calendar)
            }
            Question::Policy(asked) => policy::answer(self, asked, today),
        }
    }

    fn timer(&self, asked: &args::Timer, today: Date) -> Result<String, Unexplained> {
        let mut told = Complaints::new(self.english);
        let calendar = told.calendar(&asked.at_place.place);
        let question = asking::timer(&mut told, asked);
        let Some(question) = told.finish(question)? else {
            return Err(anyhow::anyhow!("a timer without name or complaint").into());
        };
        let answer = question.answer(Surroundings::of_release(today, calendar));
        self.report(&Report::timer(self.answered(answer, |field| asking::timer_option(asked, field))?, calendar))
    }

    /// What the clock answers, or what is wrong with the question under the versions, by option.
    fn answered<T>(
        &self,
        answer: Result<T, Unanswered>,
        option: impl Fn(&str) -> &'static str,
    ) -> Result<T, Unexplained> {
        answer.map_err(|unanswered| match unanswered {
            Unanswered::Faults(faults) => {
                let mut told = Complaints::new(self.english);
                told.note(faults, option);
                told.into()
            }
            Unanswered::Unreadable(unreadable) => anyhow::Error::from(unreadable).into(),
        })
    }

    fn report(&self, report: &Report) -> Result<String, Unexplained> {
        if self.json { json(report) } else { Ok(report.words(self.english)) }
    }

    fn day(&self, answer: &DayAnswer) -> Result<String, Unexplained> {
        let report = DayReport::of(answer);
        if self.json { json(&report) } else { Ok(report.words(self.english)) }
    }

    fn holidays(&self, year: i16, calendar: Calendar) -> Result<String, Unexplained> {
        let list = HolidayList::of(year, calendar).map_err(anyhow::Error::from)?;
        if self.json { json(&list) } else { Ok(list.words(self.english)) }
    }

    /// A refusal for one reason.
    fn wrong(&self, complaint: Complaint) -> Unexplained {
        Complaints::new(self.english).with(complaint).into()
    }
}

fn out_of_years(field: &str) -> LegalFault {
    LegalFault::new(field, Reason::OutOfBounds { least: i64::from(FIRST_YEAR), most: i64::from(LAST_YEAR) })
}

fn json(answer: &impl serde::Serialize) -> Result<String, Unexplained> {
    let mut text = serde_json::to_string_pretty(answer).map_err(anyhow::Error::from)?;
    text.push('\n');
    Ok(text)
}
