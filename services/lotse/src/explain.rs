//! `lotse explain`: dates of law with their reasons, from the pure clock and the shipped policies, or from a running Lotse.
//!
//! `args` says what may be asked, `asking` makes questions of the clock from it, `complaints` tells what is wrong with them, `output` and
//! `policy` write the answers, for people in German or English and for scripts as JSON. `remote` asks a jobcenter's Lotse the same and
//! has its answers written by the same hands.

mod args;
mod asking;
mod complaints;
mod output;
mod policy;
mod remote;
#[cfg(test)]
mod tests;

use std::ffi::OsString;

use jiff::civil::Date;
use lotse_kernel::legal::{Calendar, Surroundings, Unanswered, day::DayAnswer, notification::notice};

pub use args::Explain;
pub use complaints::Complaints;

use args::Question;
use asking::Asked;
use complaints::Complaint;
use output::{DayReport, HolidayList, Report};
use remote::Server;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unexplained {
    /// The question is wrong, option by option.
    #[error("{0}")]
    Wrong(Complaints),
    /// The Lotse that was asked does not answer, or not this caller; by the option that can change it.
    #[error("{0}")]
    Refused(Complaints),
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
    /// asked for without one; `token` is the one of the surroundings, for whoever gives none.
    ///
    /// # Errors
    /// Everything that is wrong with the question, or that no answer came.
    pub async fn answer(&self, today: Date, token: Option<OsString>) -> Result<String, Unexplained> {
        let mut told = Complaints::new(self.english);
        let server = Server::of(&mut told, &self.whom, token);
        let (asked, calendar) = asking::read(told, &self.question, today)?;
        match server {
            Some(server) => remote::answer(self, asked, calendar, &server).await,
            None => self.answer_here(asked, calendar, today),
        }
    }

    /// The answer of this release.
    fn answer_here(&self, asked: Asked, calendar: Calendar, today: Date) -> Result<String, Unexplained> {
        let around = Surroundings::of_release(today, calendar).map_err(anyhow::Error::from)?;
        match asked {
            Asked::Period(asked) => self.report(Report::of(asked.answer(calendar).explanation, calendar)),
            Asked::Timer(asked) => self.report(Report::timer(self.answered(asked.answer(around))?, calendar)),
            Asked::Notice(delivery) => {
                self.report(Report::of(self.answered(notice(delivery, around))?, calendar).of_notice())
            }
            Asked::Objection(asked) => {
                let (last, known) = self.answered(asked.answer(around))?;
                let known = known.map(|known| Report::of(known, calendar));
                self.report(Report::of(last, calendar).after(known))
            }
            Asked::Age(asked) => self.report(Report::of(asked.answer(), Calendar::Nation).of_age()),
            Asked::Day(date) => self.day(&DayReport::of(&DayAnswer::of(date, calendar))),
            Asked::Year(year) => self.holidays(&HolidayList::of(year, calendar).map_err(anyhow::Error::from)?),
            Asked::Policy(key, on) => policy::shipped(self, key, on, today),
            Asked::Policies(on) => policy::all_shipped(self, on, today),
        }
    }

    /// What the clock answers, or what is wrong with the question under the versions, by option.
    fn answered<T>(&self, answer: Result<T, Unanswered>) -> Result<T, Unexplained> {
        let option = |field: &str| match &self.question {
            Question::Timer(asked) => asking::timer_option(asked, field),
            Question::Objection(asked) => asking::objection_option(asked, field),
            _ => "--posted",
        };
        answer.map_err(|unanswered| match unanswered {
            Unanswered::Faults(faults) => {
                let mut told = Complaints::new(self.english);
                told.note(faults, option);
                told.into()
            }
            Unanswered::Unreadable(unreadable) => anyhow::Error::from(unreadable).into(),
            Unanswered::Broken(broken) => anyhow::Error::from(broken).into(),
        })
    }

    fn report(&self, report: Report) -> Result<String, Unexplained> {
        let stays = matches!(&self.question, Question::Deadline(asked) if asked.shift == args::Shift::None);
        let report = report.that_stays(stays);
        if self.json { json(&report) } else { Ok(report.words(self.english)) }
    }

    fn day(&self, report: &DayReport) -> Result<String, Unexplained> {
        if self.json { json(report) } else { Ok(report.words(self.english)) }
    }

    fn holidays(&self, list: &HolidayList) -> Result<String, Unexplained> {
        if self.json { json(list) } else { Ok(list.words(self.english)) }
    }

    /// A refusal for one reason.
    fn wrong(&self, complaint: Complaint) -> Unexplained {
        Complaints::new(self.english).with(complaint).into()
    }
}

fn json(answer: &impl serde::Serialize) -> Result<String, Unexplained> {
    let mut text = serde_json::to_string_pretty(answer).map_err(anyhow::Error::from)?;
    text.push('\n');
    Ok(text)
}
