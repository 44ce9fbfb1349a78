//! The people of a jobcenter, and what they write: the words play no part, so that all are the same.

use jiff::civil::Date;
use lotse_cases::domain::{records::Profile, vocabulary::ProfileType};
use lotse_kernel::names::{CaseName, NameError, StaffName};
use uuid::Uuid;

use super::chance::Chance;
use crate::bench::needs::three_needs;

/// Three case managers, the placement officer, the lead of the team, and somebody who has nothing to do with the case.
#[derive(Debug)]
pub(super) struct People {
    all: Vec<StaffName>,
}

impl People {
    /// Everybody.
    pub(super) fn hired() -> Result<Self, NameError> {
        let name = |number: u32| format!("jobcenters/musterstadt/staff/00000000-0000-7000-8000-{number:012}").parse();
        Ok(Self { all: (1..=6).map(name).collect::<Result<_, _>>()? })
    }

    pub(super) fn all(&self) -> &[StaffName] {
        &self.all
    }

    pub(super) fn managers(&self) -> &[StaffName] {
        &self.all[..3]
    }

    /// The placement officer of every case.
    pub(super) fn officer(&self) -> &StaffName {
        &self.all[3]
    }

    pub(super) fn lead(&self) -> &StaffName {
        &self.all[4]
    }
}

/// The person of a life.
pub(super) fn case(seed: u64) -> Result<CaseName, NameError> {
    format!("jobcenters/musterstadt/cases/{}", Uuid::from_u128(seed.into())).parse()
}

/// Words that say something.
pub(super) fn words() -> String {
    "Wie besprochen.".to_owned()
}

/// Words, or none where somebody gets it wrong.
pub(super) fn words_or_none(chance: &mut Chance) -> String {
    if chance.errs() { String::new() } else { words() }
}

/// What is found on a day: mostly what opens access.
pub(super) fn profile(established_on: Date, chance: &mut Chance) -> Profile {
    let simple = chance.one_in(8);
    let mut needs = three_needs();
    needs.truncate(if chance.errs() { 2 } else { 3 });
    let profile_type = if simple { ProfileType::Foerderprofil } else { ProfileType::Stabilisierungsprofil };
    Profile { profile_type, established_on, needs }
}
