//! A local policy version on its way: drafted, checked beside the others, approved by a second person, and never edited (R8).

pub mod activation;
pub mod law;
#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    codes,
    names::{PolicyName, StaffName},
    policy::{Book, Fault, PolicyVersion},
};
use thiserror::Error;

codes! {
    /// Where a version stands.
    pub enum PolicyState {
        /// Sound in itself.
        Draft = "DRAFT",
        /// Checked beside the others; waits for a second person.
        Validated = "VALIDATED",
        /// In force from its first day on.
        Approved = "APPROVED",
        /// Given up before it was approved.
        Withdrawn = "WITHDRAWN",
    }
}

/// Where a version stands, with what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Drafted.
    Draft,
    /// Checked beside the others.
    Validated,
    /// Approved by a second person.
    Approved {
        /// Who.
        approver: StaffName,
        /// When.
        approved_at: Timestamp,
    },
    /// Came with a release, which nobody of a jobcenter approves.
    Shipped,
    /// Given up.
    Withdrawn,
}

impl Standing {
    /// The state as lists and columns have it.
    #[must_use]
    pub const fn state(&self) -> PolicyState {
        match self {
            Self::Draft => PolicyState::Draft,
            Self::Validated => PolicyState::Validated,
            Self::Approved { .. } | Self::Shipped => PolicyState::Approved,
            Self::Withdrawn => PolicyState::Withdrawn,
        }
    }
}

/// A version with its way to approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name in the jobcenter that asks.
    pub name: PolicyName,
    /// What it says; never changed.
    pub version: PolicyVersion,
    /// Where it stands.
    pub standing: Standing,
    /// Why it may begin on the day of its approval or before; empty: it may not.
    pub retroactive_reason: String,
    /// Who drafted it; nobody for what a release ships.
    pub drafter: Option<StaffName>,
}

/// Why an act on a version is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// The act does not fit the state.
    #[error("the act does not fit the state {state}")]
    WrongState {
        /// Where the version stands.
        state: PolicyState,
        /// Where the act fits.
        allowed: &'static [PolicyState],
    },
    /// An approved version claims the same days, or corrects this one already.
    #[error("the version collides with {citation}")]
    Collides {
        /// That version.
        citation: String,
    },
    /// The first day has come, so that others may have decided on it already, and the version gives no reason for that.
    #[error("the version begins on {valid_from}, which has come")]
    Begun {
        /// The first day.
        valid_from: Date,
    },
    /// It is not sound any more, because the law has changed since it was drafted.
    #[error("the version is not sound any more")]
    Unsound(Vec<Fault>),
    /// The drafter does not approve.
    #[error("drafter and approver must be two people")]
    FourEyes,
}

/// Everything that is wrong with a version by itself, one fault for each field: whatever the law says and whichever day it is.
#[must_use]
pub fn faults(version: &PolicyVersion) -> Vec<Fault> {
    once(version.faults())
}

/// Everything that law and time have against a version, one fault for each field.
#[must_use]
pub fn standing_faults(version: &PolicyVersion, retroactive_reason: &str, book: &Book, today: Date) -> Vec<Fault> {
    let mut found = law::faults(version, book);
    if has_begun(version, retroactive_reason, today) {
        let text = "is required for a version that begins today or before: it would govern what was decided already";
        found.push(Fault::new("retroactive_reason", text));
    }
    once(found)
}

/// The version with the fact by which the federal version of its first day chooses, so that one date chooses among all; what varies law that
/// is second-hand is no better known itself.
#[must_use]
pub fn under_law(mut version: PolicyVersion, book: &Book) -> PolicyVersion {
    if let Some(federal) = book.federal_on(version.key, version.valid_from) {
        version.transition.fact = federal.transition.fact;
        version.unverified = federal.unverified;
    }
    version
}

/// The first fault of each field.
fn once(found: Vec<Fault>) -> Vec<Fault> {
    let mut told: Vec<Fault> = Vec::new();
    for fault in found {
        if told.iter().all(|other| other.field != fault.field) {
            told.push(fault);
        }
    }
    told
}

/// Whether the first day has come and nobody says why that is no matter. Today counts: what was decided this morning was decided under
/// the version before, and facts have a day and no hour.
fn has_begun(version: &PolicyVersion, retroactive_reason: &str, today: Date) -> bool {
    version.valid_from <= today && retroactive_reason.is_empty()
}

impl Policy {
    /// Checks a draft beside the others.
    ///
    /// # Errors
    /// [`Refused`], but for the four eyes.
    pub fn validate(self, book: &Book, today: Date) -> Result<Self, Refused> {
        self.stands(&[PolicyState::Draft])?;
        self.check(book, today)?;
        Ok(Self { standing: Standing::Validated, ..self })
    }

    /// Approves a validated version; from now on nothing of it is written any more.
    ///
    /// # Errors
    /// [`Refused`]: time may have passed and others may have been approved since it was validated.
    pub fn approve(self, approver: StaffName, at: Timestamp, book: &Book, today: Date) -> Result<Self, Refused> {
        self.stands(&[PolicyState::Validated])?;
        if self.drafter.as_ref() == Some(&approver) {
            return Err(Refused::FourEyes);
        }
        self.check(book, today)?;
        let version = PolicyVersion { approved_on: Some(today), ..self.version };
        Ok(Self { version, standing: Standing::Approved { approver, approved_at: at }, ..self })
    }

    /// Gives up a version that is not approved.
    ///
    /// # Errors
    /// [`Refused::WrongState`].
    pub fn withdraw(self) -> Result<Self, Refused> {
        self.stands(&[PolicyState::Draft, PolicyState::Validated])?;
        Ok(Self { standing: Standing::Withdrawn, ..self })
    }

    /// The day for which it is simulated: its first one, or today when that has come.
    ///
    /// # Errors
    /// [`Refused::WrongState`] for what was given up: it will never do anything.
    pub fn simulated_on(&self, today: Date) -> Result<Date, Refused> {
        self.stands(&[PolicyState::Draft, PolicyState::Validated, PolicyState::Approved])?;
        Ok(self.version.valid_from.max(today))
    }

    fn stands(&self, allowed: &'static [PolicyState]) -> Result<(), Refused> {
        let state = self.standing.state();
        if allowed.contains(&state) { Ok(()) } else { Err(Refused::WrongState { state, allowed }) }
    }

    fn check(&self, book: &Book, today: Date) -> Result<(), Refused> {
        let version = &self.version;
        if has_begun(version, &self.retroactive_reason, today) {
            return Err(Refused::Begun { valid_from: version.valid_from });
        }
        let mut found = faults(version);
        found.extend(standing_faults(version, &self.retroactive_reason, book, today));
        let found = once(found);
        if !found.is_empty() {
            return Err(Refused::Unsound(found));
        }
        let beside = book.versions().iter().filter(|other| {
            other.key == version.key && other.jurisdiction == version.jurisdiction && other.version != version.version
        });
        // Of two that begin on one day the higher number counts: a lower one that comes after it would never be in force.
        let corrected =
            |other: &PolicyVersion| other.valid_from == version.valid_from && other.version > version.version;
        // What was corrected claims no day any more.
        let claims = |other: &PolicyVersion| version.collides_with(other) && !book.is_corrected(other);
        match beside.into_iter().find(|other| claims(other) || corrected(other)) {
            Some(other) => Err(Refused::Collides { citation: other.citation() }),
            None => Ok(()),
        }
    }
}
