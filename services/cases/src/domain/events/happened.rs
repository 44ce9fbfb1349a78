//! An event with what it is about.

use lotse_kernel::names::{CaseName, DutyName, EpisodeName};

use super::Event;

/// Something that happened, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// What.
    pub event: Event,
    /// The case, episode or duty it is about, by resource name.
    pub subject: String,
}

impl Happened {
    pub(in crate::domain) fn to_episode(name: &EpisodeName, event: Event) -> Self {
        Self { event, subject: name.to_string() }
    }

    /// Something that happened to a case outside its episodes.
    #[must_use]
    pub fn to_case(name: &CaseName, event: Event) -> Self {
        Self { event, subject: name.to_string() }
    }

    pub(in crate::domain) fn to_duty(name: &DutyName, event: Event) -> Self {
        Self { event, subject: name.to_string() }
    }
}
