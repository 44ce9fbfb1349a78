//! The life of a letter: a state machine whose states carry their facts and whose transitions consume the letter.

use jiff::civil::Date;
use lotse_kernel::names::{LetterName, StaffName};
use lotse_letters::LetterKind;

use super::cause::Cause;

use crate::files::StoredFile;
use crate::vault::WrappedKey;

/// A letter as one moment knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Which one, and of whom.
    pub name: LetterName,
    /// Which letter.
    pub kind: LetterKind,
    /// What it is about.
    pub cause: Cause,
    /// Where it stands.
    pub state: LetterState,
    /// Version of the record, from 1.
    pub version: i64,
    /// The last event sent to its workflow.
    pub event_seq: i64,
}

/// Where a letter stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetterState {
    /// Asked for; what somebody wrote for it waits under encryption.
    Requested(Draft),
    /// Made and stored.
    Rendered(Rendering),
    /// The officer was asked to post it.
    ReadyToPost(Rendering, Offer),
    /// Given to the post.
    Posted(Rendering, Offer, Posting),
    /// It cannot be made; the officer who could repair the cause is told, if there is one.
    Failed(Failure, Option<StaffName>),
}

/// What somebody wrote for a letter that is not made yet, sealed; gone once the letter is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The sealed words; empty when nothing was written.
    pub ciphertext: Vec<u8>,
    /// Their wrapped key.
    pub key: WrappedKey,
}

/// A finished file and what it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendering {
    /// Code of the template.
    pub template_code: String,
    /// Version of the template.
    pub template_version: i32,
    /// The date printed on it.
    pub written_on: Date,
    /// The officer who signs and posts it.
    pub officer: StaffName,
    /// The file.
    pub file: StoredFile,
}

/// The officer was asked to post it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// When.
    pub offered_on: Date,
    /// How often the officer was reminded.
    pub reminders: i32,
}

/// The letter was given to the post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// When, as somebody confirmed; the fact that chose the version (R8).
    pub posted_on: Date,
    /// The day on which it counts as received (§ 37(2) SGB X).
    pub deemed_notice_on: Date,
    /// How the version is cited that said so when the posting was confirmed.
    pub rule_version: String,
}

/// Why a letter cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// A name or an address is missing, too long or not printable.
    FieldsNotPrintable,
    /// What the letter tells is not there.
    FactsMissing,
    /// The template is faulty.
    TemplateFaulty,
}

impl Failure {
    /// Every failure, in the order of declaration.
    pub const ALL: [Self; 3] = [Self::FieldsNotPrintable, Self::FactsMissing, Self::TemplateFaulty];

    /// The word used in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FieldsNotPrintable => "FIELDS_NOT_PRINTABLE",
            Self::FactsMissing => "FACTS_MISSING",
            Self::TemplateFaulty => "TEMPLATE_FAULTY",
        }
    }

    /// Reads the word of a table; `None` for any other word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.as_str() == word)
    }
}

/// The act does not fit the state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a letter that is {state} cannot take this act")]
pub struct WrongState {
    /// The state the letter is in.
    pub state: &'static str,
    /// The only state the act fits.
    pub allowed: &'static str,
}

impl LetterState {
    /// The word used in tables and timetables.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Requested(_) => "REQUESTED",
            Self::Rendered(_) => "RENDERED",
            Self::ReadyToPost(..) => "READY_TO_POST",
            Self::Posted(..) => "POSTED",
            Self::Failed(..) => "FAILED",
        }
    }

    /// Whether nothing will ever happen to it again.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Posted(..) | Self::Failed(..))
    }

    /// The file and what it was made from, once there is one.
    #[must_use]
    pub const fn rendering(&self) -> Option<&Rendering> {
        match self {
            Self::Rendered(rendering) | Self::ReadyToPost(rendering, _) | Self::Posted(rendering, ..) => {
                Some(rendering)
            }
            Self::Requested(_) | Self::Failed(..) => None,
        }
    }

    /// The officer who has to do with it: posts it, or repairs why it failed.
    #[must_use]
    pub fn officer(&self) -> Option<&StaffName> {
        match self {
            Self::Failed(_, officer) => officer.as_ref(),
            other => other.rendering().map(|rendering| &rendering.officer),
        }
    }

    const fn wrong(&self, allowed: &'static str) -> WrongState {
        WrongState { state: self.as_str(), allowed }
    }
}

impl Letter {
    /// The file is made and stored; the words written for it are forgotten.
    ///
    /// # Errors
    /// [`WrongState`] unless `REQUESTED`.
    pub fn rendered(self, rendering: Rendering) -> Result<Self, WrongState> {
        match self.state {
            LetterState::Requested(_) => Ok(Self { state: LetterState::Rendered(rendering), ..self }),
            other => Err(other.wrong("REQUESTED")),
        }
    }

    /// The file cannot be made; the words written for it are forgotten.
    ///
    /// # Errors
    /// [`WrongState`] unless `REQUESTED`.
    pub fn failed(self, failure: Failure, officer: Option<StaffName>) -> Result<Self, WrongState> {
        match self.state {
            LetterState::Requested(_) => Ok(Self { state: LetterState::Failed(failure, officer), ..self }),
            other => Err(other.wrong("REQUESTED")),
        }
    }

    /// The officer is asked to post it.
    ///
    /// # Errors
    /// [`WrongState`] unless `RENDERED`.
    pub fn offered(self, offered_on: Date) -> Result<Self, WrongState> {
        match self.state {
            LetterState::Rendered(rendering) => {
                let offer = Offer { offered_on, reminders: 0 };
                Ok(Self { state: LetterState::ReadyToPost(rendering, offer), ..self })
            }
            other => Err(other.wrong("RENDERED")),
        }
    }

    /// The officer was reminded once more.
    ///
    /// # Errors
    /// [`WrongState`] unless `READY_TO_POST`.
    pub fn reminded(self) -> Result<Self, WrongState> {
        match self.state {
            LetterState::ReadyToPost(rendering, offer) => {
                let offer = Offer { reminders: offer.reminders + 1, ..offer };
                Ok(Self { state: LetterState::ReadyToPost(rendering, offer), ..self })
            }
            other => Err(other.wrong("READY_TO_POST")),
        }
    }

    /// The letter was given to the post.
    ///
    /// # Errors
    /// [`WrongState`] unless `READY_TO_POST`.
    pub fn posted(self, posting: Posting) -> Result<Self, WrongState> {
        match self.state {
            LetterState::ReadyToPost(rendering, offer) => {
                Ok(Self { state: LetterState::Posted(rendering, offer, posting), ..self })
            }
            other => Err(other.wrong("READY_TO_POST")),
        }
    }
}

#[cfg(test)]
mod tests;
