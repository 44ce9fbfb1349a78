//! What a letter says: facts, no wording. The wording stands in the templates.

use std::fmt;

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

/// Which letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LetterKind {
    /// Invitation to the review every six months (Einladung zum Fortführungsgespräch, R106, R107).
    ReviewInvitation,
    /// The letter at the end of case management (Abschlussschreiben, R112-R122).
    Closing,
}

impl LetterKind {
    /// Every kind, in the order of declaration.
    pub const ALL: [Self; 2] = [Self::ReviewInvitation, Self::Closing];

    /// The word used in tables and contracts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReviewInvitation => "REVIEW_INVITATION",
            Self::Closing => "CLOSING",
        }
    }

    /// The code under which the catalogue keeps its templates.
    #[must_use]
    pub const fn template_code(self) -> &'static str {
        match self {
            Self::ReviewInvitation => "review-invitation",
            Self::Closing => "closing",
        }
    }

    /// Reads the word of a table; `None` for any other word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for LetterKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Everything a letter says. Social data (§ 35 SGB I): never logged, never in a workflow.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterData {
    /// The day printed on the letter and written into the PDF as its date.
    pub written_on: Date,
    /// The jobcenter.
    pub sender: Sender,
    /// Who receives it.
    pub addressee: Addressee,
    /// "Unser Zeichen": the customer number; may be empty.
    pub reference: String,
    /// The officer who signs and answers questions.
    pub officer: Contact,
    /// What the letter is about.
    pub content: LetterContent,
}

impl LetterData {
    /// Which letter this is the data of.
    #[must_use]
    pub const fn kind(&self) -> LetterKind {
        match self.content {
            LetterContent::ReviewInvitation(_) => LetterKind::ReviewInvitation,
            LetterContent::Closing(_) => LetterKind::Closing,
        }
    }
}

/// Shows the kind only: the rest is social data and must not reach a log.
impl fmt::Debug for LetterData {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LetterData").field("kind", &self.kind()).finish_non_exhaustive()
    }
}

/// The jobcenter as it stands on its letters.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// Official name.
    pub name: String,
    /// Postal address, one line each.
    pub address_lines: Vec<String>,
}

/// Who receives the letter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// Given and family name.
    pub name: String,
    /// Postal address, one line each.
    pub address_lines: Vec<String>,
}

/// A person of the jobcenter whom the addressee can ask.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Name.
    pub name: String,
    /// Telephone number; empty when there is none.
    pub phone: String,
    /// E-mail address; empty when there is none.
    pub email: String,
}

/// What the letter is about.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterContent {
    /// Invitation to the review.
    ReviewInvitation(ReviewInvitation),
    /// End of case management.
    Closing(Closing),
}

/// Invitation to the review: date, place and purpose; it threatens nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewInvitation {
    /// When and where.
    pub appointment: Appointment,
    /// A personal paragraph of the officer; may be empty, line breaks part paragraphs.
    pub message: String,
}

/// When and where the talk is held.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Appointment {
    /// Day, hour and place are set.
    Fixed {
        /// Day of the talk.
        on: Date,
        /// Hour of the talk, local time; printed to the minute.
        at: Time,
        /// Place in words, for example a street and a room.
        place: String,
    },
    /// The person is asked to choose a day up to the last one named here.
    ByArrangement {
        /// The last day on which the talk should be held.
        latest_on: Date,
    },
}

/// End of case management: since when, why, who is there now.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// The day on which case management ended.
    pub ended_on: Date,
    /// Why it ended, told in plain words.
    pub reason: EndReason,
    /// Who is the contact from now on.
    pub contact: Contact,
    /// The last day of an agreed aftercare (R122).
    pub aftercare_until: Option<Date>,
    /// A personal paragraph of the officer; may be empty, line breaks part paragraphs.
    pub message: String,
}

/// The six reasons for which case management ends (R112-R117). Technical ends get no letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EndReason {
    /// R112: the conditions of access are no longer met and progress is expected without case management.
    AccessConditionsCeased,
    /// R113: lasting integration in work.
    LastingIntegration,
    /// R114: no improvement of perspective visible.
    NoImprovement,
    /// R115: another body is competent.
    CompetenceChanged,
    /// R116: the working alliance does not carry.
    AllianceNotViable,
    /// R117, R118: the same support can be given more economically.
    NotEconomical,
}

impl EndReason {
    /// Every reason, in the order of the requirements.
    pub const ALL: [Self; 6] = [
        Self::AccessConditionsCeased,
        Self::LastingIntegration,
        Self::NoImprovement,
        Self::CompetenceChanged,
        Self::AllianceNotViable,
        Self::NotEconomical,
    ];

    /// The code used in contracts and templates.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessConditionsCeased => "ACCESS_CONDITIONS_CEASED",
            Self::LastingIntegration => "LASTING_INTEGRATION",
            Self::NoImprovement => "NO_IMPROVEMENT",
            Self::CompetenceChanged => "COMPETENCE_CHANGED",
            Self::AllianceNotViable => "ALLIANCE_NOT_VIABLE",
            Self::NotEconomical => "NOT_ECONOMICAL",
        }
    }

    /// Reads a code; `None` for any other word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}
