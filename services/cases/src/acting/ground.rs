//! By which rules an act computes, and what a workflow waits for by them.

use std::sync::Arc;

use lotse_kernel::{
    legal::Calendar,
    names::JobcenterName,
    policy::{Book, PolicyVersion},
    workflow::WorkflowId,
};
use lotse_platform::{convert, failure::Failure, principal::Caller, unit::Unit};

use lotse_proto::cases as contract;

use crate::{
    convert_policy,
    domain::rules::Rules,
    store::{episodes, policies},
};

/// The versions under which a jobcenter lives, and whose holidays count there.
#[derive(Debug, Clone)]
pub struct Ground {
    book: Arc<Book>,
    calendar: Calendar,
}

impl Ground {
    /// Where nothing is computed.
    #[must_use]
    pub fn bare() -> Self {
        Self { book: Arc::default(), calendar: Calendar::Nation }
    }

    /// Reads both.
    ///
    /// # Errors
    /// As [`policies::ground`].
    pub async fn read(unit: &mut Unit, jobcenter: &JobcenterName) -> Result<Self, Failure> {
        let (place, book) = policies::ground(unit, jobcenter).await?;
        Ok(Self { book, calendar: Calendar::Of(place) })
    }

    /// As [`Ground::read`], for whoever has read where the jobcenter is.
    ///
    /// # Errors
    /// As [`policies::ground_at`].
    pub async fn read_at(unit: &mut Unit, jobcenter: &JobcenterName, seat: &policies::Seat) -> Result<Self, Failure> {
        let (place, book) = policies::ground_at(unit, jobcenter, seat).await?;
        Ok(Self { book, calendar: Calendar::Of(place) })
    }

    /// The same with one version more in the book, for trying it.
    #[must_use]
    pub fn with(self, version: PolicyVersion) -> Self {
        Self { book: Arc::new(self.book.with(version)), ..self }
    }

    /// What siblings compute by that keep records of the jobcenter; nothing where no place is known.
    #[must_use]
    pub fn told_to_siblings(&self) -> Option<contract::JobcenterRules> {
        match self.calendar {
            Calendar::Of(place) => Some(convert_policy::rules(place, &self.book)),
            Calendar::Nation => None,
        }
    }

    /// What the workflow of an episode waits for that asks, as the rules stand on a day: nothing any more where the episode was reopened and its
    /// next generation waits instead.
    ///
    /// # Errors
    /// [`Failure::Defect`] when no version says how a duty escalates.
    pub fn timetable(
        &self,
        stored: &episodes::Stored,
        asks: &Caller,
        today: jiff::civil::Date,
    ) -> Result<lotse_proto::common::Timetable, Failure> {
        if is_of_the_past(stored, asks) {
            return Ok(convert::timetable(&stored.episode.timetable_of_the_past(stored.outbox_seq)));
        }
        let timetable = stored.episode.timetable(stored.outbox_seq, &self.rules(today));
        Ok(convert::timetable(&timetable.map_err(|missing| Failure::Defect(missing.to_string()))?))
    }

    /// The rules as they stand on a day.
    #[must_use]
    pub fn rules(&self, today: jiff::civil::Date) -> Rules<'_> {
        Rules::new(&self.book, self.calendar, today)
    }
}

/// Whether the workflow of an earlier generation asks, which ends when it hears of it: it may have slept through closing and reopening.
#[must_use]
pub fn is_of_the_past(stored: &episodes::Stored, asks: &Caller) -> bool {
    match asks.principal.subject.parse() {
        Ok(WorkflowId::Episode { episode, generation, .. }) => {
            episode == stored.episode.name().id() && generation < stored.generation
        }
        Ok(
            WorkflowId::Referral { .. }
            | WorkflowId::Letter { .. }
            | WorkflowId::Policy { .. }
            | WorkflowId::Watch { .. },
        )
        | Err(_) => false,
    }
}
