//! What a computation under policy looks at beside its own days, and why it may have no answer.

use jiff::civil::Date;
use thiserror::Error;

use super::{
    calendar::Calendar,
    fault::{LegalFault, Reason},
};
use crate::policy::{
    Book, BrokenRelease,
    book::Governing,
    rules::{Rule, Unreadable},
};

/// The versions that count, the day that decides which took over open duties, and the holidays.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'b> {
    /// The versions.
    pub book: &'b Book,
    /// The business date.
    pub today: Date,
    /// Whose holidays count.
    pub calendar: Calendar,
}

/// Why a question has no date.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unanswered {
    /// The question is wrong, field by field.
    #[error("the question is wrong")]
    Faults(Vec<LegalFault>),
    /// A version of the book is not one of its rule.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// There is no federal law to answer by.
    #[error(transparent)]
    Broken(#[from] BrokenRelease),
}

/// Since when a duty is open, and the fact that chooses its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// The first day on which it could be done.
    pub since: Date,
    /// The day of its fact.
    pub fact_on: Date,
}

impl From<LegalFault> for Unanswered {
    fn from(fault: LegalFault) -> Self {
        Self::Faults(vec![fault])
    }
}

impl Surroundings<'static> {
    /// Under the federal law of this release alone.
    ///
    /// # Errors
    /// [`BrokenRelease`].
    pub fn of_release(today: Date, calendar: Calendar) -> Result<Self, BrokenRelease> {
        Ok(Self { book: Book::federal()?, today, calendar })
    }
}

impl Surroundings<'_> {
    /// The rule that governs a fact.
    ///
    /// # Errors
    /// A fault of `field` where no version governs it, and a version that cannot be read.
    pub fn rule<R: Rule>(&self, field: &str, fact_on: Date) -> Result<Governing<R>, Unanswered> {
        let governing = self.book.rule(fact_on, self.today)?;
        governing.ok_or_else(|| LegalFault::new(field, Reason::NoSuchPeriod { on: fact_on }).into())
    }

    /// The dates of a duty that is open since a day, which are stored nowhere (R8): as they were computed on that day by what was known then,
    /// and again by each version of the rule that took open duties over since, on the day on which it did, where it decides about the fact
    /// and the duty was not overdue. A version that was approved after its first day takes over on the day of its approval; one that keeps
    /// open duties never does.
    ///
    /// `compute` gives the dates by the surroundings of a day, `last_day` the last day in time of what it gives.
    ///
    /// # Errors
    /// Those of `compute`.
    pub fn of_open<R: Rule, T>(
        self,
        open: Open,
        last_day: impl Fn(&T) -> Date,
        compute: impl Fn(Surroundings<'_>) -> Result<T, Unanswered>,
    ) -> Result<T, Unanswered> {
        let by_what_is_known = |day| {
            let book = self.book.known_on(day);
            compute(Surroundings { book: &book, today: day, calendar: self.calendar })
        };
        let mut dates = by_what_is_known(open.since)?;
        for version in self.book.takeovers(R::KEY, open.since, self.today) {
            let day = version.known_from();
            if day > last_day(&dates) {
                break;
            }
            if self.book.known_on(day).decides(version, open.fact_on, day) {
                dates = by_what_is_known(day)?;
            }
        }
        Ok(dates)
    }
}
