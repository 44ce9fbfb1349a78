//! What a letter is about: an episode, or a duty of one.

use std::fmt;
use std::str::FromStr;

use lotse_kernel::names::{CaseName, DutyName, EpisodeName, NameError};

/// What a letter is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// An episode, for example one that ended.
    Episode(EpisodeName),
    /// A duty, for example a review that opened.
    Duty(DutyName),
}

impl Cause {
    /// The case it belongs to.
    #[must_use]
    pub const fn case(&self) -> &CaseName {
        match self {
            Self::Episode(episode) => episode.case(),
            Self::Duty(duty) => duty.case(),
        }
    }
}

impl Cause {
    /// The duty, if it is one.
    #[must_use]
    pub const fn duty(&self) -> Option<&DutyName> {
        match self {
            Self::Episode(_) => None,
            Self::Duty(duty) => Some(duty),
        }
    }
}

impl FromStr for Cause {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains("/duties/") {
            return text.parse().map(Self::Duty);
        }
        text.parse().map(Self::Episode)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Episode(episode) => episode.fmt(formatter),
            Self::Duty(duty) => duty.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f";

    #[test]
    fn a_cause_is_an_episode_or_a_duty() {
        let episode = format!("jobcenters/musterstadt/cases/{ID}/episodes/{ID}");
        for text in [episode.clone(), format!("{episode}/duties/{ID}")] {
            let cause: Cause = text.parse().unwrap();
            assert_eq!(cause.to_string(), text);
            assert_eq!(cause.case().to_string(), format!("jobcenters/musterstadt/cases/{ID}"));
        }
        assert!(format!("jobcenters/musterstadt/cases/{ID}").parse::<Cause>().is_err());
    }
}
