//! What a computation under policy looks at beside its own days, and why it may have no answer.

use jiff::civil::Date;
use thiserror::Error;

use super::{
    calendar::Calendar,
    fault::{LegalFault, Reason},
};
use crate::{
    deadlines::Deadline,
    policy::{
        Book, BrokenRelease,
        book::Governing,
        rules::{Rule, Unreadable},
    },
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

    /// The same as of the day whose versions decide about a duty that is open since `since` and whose dates are stored nowhere (R8): every
    /// version of the rule that takes open duties over is looked at on its first day, and one that finds the duty overdue changes nothing
    /// about it. `compute` gives the duty's dates by the rules of a day; the last ones come along.
    ///
    /// # Errors
    /// Those of `compute`.
    pub fn of_open<R: Rule>(
        self,
        since: Date,
        compute: impl Fn(Self) -> Result<Deadline, Unanswered>,
    ) -> Result<(Self, Deadline), Unanswered> {
        let mut seen = Self { today: since, ..self };
        let mut deadline = compute(seen)?;
        for day in self.book.takeovers(R::KEY, since, self.today) {
            if day > deadline.overdue_after() {
                break;
            }
            seen.today = day;
            deadline = compute(seen)?;
        }
        Ok((seen, deadline))
    }
}
