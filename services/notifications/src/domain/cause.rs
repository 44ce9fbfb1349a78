//! What a notice may name: resources of Lotse, and the code of what happened to one.

use std::{fmt, str::FromStr};

use lotse_kernel::names::{
    CaseName, DutyName, EpisodeName, JobcenterId, JobcenterName, LetterName, NameError, OfferName, ProviderName,
    ReferralName, StaffName,
};

/// A resource a notice speaks of. A closed list: free text would be a way for personal data to slip in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A person's case.
    Case(CaseName),
    /// A period of case management.
    Episode(EpisodeName),
    /// Something to be done by a date.
    Duty(DutyName),
    /// A letter.
    Letter(LetterName),
    /// A referral to a provider.
    Referral(ReferralName),
    /// A provider.
    Provider(ProviderName),
    /// An offer of a provider.
    Offer(OfferName),
    /// What somebody of the staff has to do.
    Worklist(StaffName),
    /// What there is to do in a jobcenter, of which everybody sees their part.
    Jobcenter(JobcenterName),
}

impl Subject {
    /// The jobcenter it belongs to.
    #[must_use]
    pub const fn jobcenter(&self) -> &JobcenterId {
        match self {
            Self::Case(name) => name.jobcenter(),
            Self::Episode(name) => name.jobcenter(),
            Self::Duty(name) => name.jobcenter(),
            Self::Letter(name) => name.jobcenter(),
            Self::Referral(name) => name.jobcenter(),
            Self::Provider(name) => name.jobcenter(),
            Self::Offer(name) => name.jobcenter(),
            Self::Worklist(name) => name.jobcenter(),
            Self::Jobcenter(name) => name.jobcenter(),
        }
    }

    /// What it is, in German, for the person who reads the notice.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Case(_) => "Fall",
            Self::Episode(_) => "Fallmanagement",
            Self::Duty(_) => "Aufgabe",
            Self::Letter(_) => "Schreiben",
            Self::Referral(_) => "Zuweisung",
            Self::Provider(_) => "Träger",
            Self::Offer(_) => "Angebot",
            Self::Worklist(_) => "Aufgabenliste",
            Self::Jobcenter(_) => "Jobcenter",
        }
    }
}

impl FromStr for Subject {
    type Err = NameError;

    /// Reads the name by its last collection, so that the fault told is that of the form that was meant.
    fn from_str(text: &str) -> Result<Self, NameError> {
        let collection = text.rsplit('/').nth(1).unwrap_or_default();
        match collection {
            "episodes" => text.parse().map(Self::Episode),
            "duties" => text.parse().map(Self::Duty),
            "letters" => text.parse().map(Self::Letter),
            "referrals" => text.parse().map(Self::Referral),
            "providers" => text.parse().map(Self::Provider),
            "offers" => text.parse().map(Self::Offer),
            "staff" => text.parse().map(Self::Worklist),
            "jobcenters" => text.parse().map(Self::Jobcenter),
            _ => text.parse().map(Self::Case),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Case(name) => name.fmt(formatter),
            Self::Episode(name) => name.fmt(formatter),
            Self::Duty(name) => name.fmt(formatter),
            Self::Letter(name) => name.fmt(formatter),
            Self::Referral(name) => name.fmt(formatter),
            Self::Provider(name) => name.fmt(formatter),
            Self::Offer(name) => name.fmt(formatter),
            Self::Worklist(name) => name.fmt(formatter),
            Self::Jobcenter(name) => name.fmt(formatter),
        }
    }
}

/// The code of a cause is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 60 characters A-Z, 0-9, _ or /, beginning with a letter")]
pub struct CodeError;

/// What happened to the resource of a cause, with its round: `OPEN/1`, `ESCALATE/2`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CauseCode(String);

impl CauseCode {
    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CauseCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let fits = text.len() <= 60
            && text.starts_with(|first: char| first.is_ascii_uppercase())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'/'));
        if fits { Ok(Self(text.to_owned())) } else { Err(CodeError) }
    }
}

/// Why somebody is told: one notice per cause and recipient.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    /// The resource.
    pub resource: Subject,
    /// What happened to it.
    pub code: CauseCode,
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}#{}", self.resource, self.code.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f";

    #[test]
    fn a_subject_is_a_resource_of_lotse() {
        for (text, word) in [
            (format!("jobcenters/musterstadt/cases/{ID}"), "Fall"),
            (format!("jobcenters/musterstadt/cases/{ID}/episodes/{ID}"), "Fallmanagement"),
            (format!("jobcenters/musterstadt/cases/{ID}/episodes/{ID}/duties/{ID}"), "Aufgabe"),
            (format!("jobcenters/musterstadt/cases/{ID}/letters/{ID}"), "Schreiben"),
            (format!("jobcenters/musterstadt/cases/{ID}/referrals/{ID}"), "Zuweisung"),
            (format!("jobcenters/musterstadt/providers/{ID}"), "Träger"),
            (format!("jobcenters/musterstadt/providers/{ID}/offers/{ID}"), "Angebot"),
            (format!("jobcenters/musterstadt/staff/{ID}"), "Aufgabenliste"),
            ("jobcenters/musterstadt".to_owned(), "Jobcenter"),
        ] {
            let subject: Subject = text.parse().unwrap();
            assert_eq!((subject.to_string(), subject.word()), (text, word));
            assert_eq!(subject.jobcenter().as_str(), "musterstadt");
        }
    }

    #[test]
    fn free_text_is_no_subject() {
        for text in ["", "Erika Mustermann", "jobcenters/Muster Stadt", "jobcenters/musterstadt/staff/anna", "/"] {
            assert!(text.parse::<Subject>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_code_has_no_room_for_names() {
        assert!("ESCALATE/2".parse::<CauseCode>().is_ok());
        for text in ["", "escalate", "OPEN 1", "/OPEN", "1", "OPEN-1", "Ä", &"A".repeat(61)] {
            assert_eq!(text.parse::<CauseCode>(), Err(CodeError), "{text}");
        }
    }
}
