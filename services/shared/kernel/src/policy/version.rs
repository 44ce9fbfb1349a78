//! One version of a policy: what holds, from when, by whose law, and which fact chooses it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Fact, OpenDuties, PolicyKey,
    parameters::{Fault, Parameters},
    schema,
};

/// Where a version holds. The narrower wins: a jobcenter's before its Land's before the federal one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "scope", content = "of", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Jurisdiction {
    /// Everywhere.
    Federal,
    /// In one Land, by its two letters.
    Land(String),
    /// In one jobcenter, by its id.
    Jobcenter(String),
}

impl Jurisdiction {
    /// The stable code of the scope.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Federal => "FEDERAL",
            Self::Land(_) => "LAND",
            Self::Jobcenter(_) => "JOBCENTER",
        }
    }

    /// How narrow: the larger wins.
    #[must_use]
    pub const fn rank(&self) -> u8 {
        match self {
            Self::Federal => 0,
            Self::Land(_) => 1,
            Self::Jobcenter(_) => 2,
        }
    }
}

/// Which fact chooses the version, and what its beginning does to duties that are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// The fact whose date chooses.
    pub fact: Fact,
    /// What happens to open duties.
    pub open_duties: OpenDuties,
}

/// One version. It is never edited: a correction is a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// The rule.
    pub key: PolicyKey,
    /// Counted from 1 within key and jurisdiction.
    pub version: i32,
    /// Where it holds.
    pub jurisdiction: Jurisdiction,
    /// First day.
    pub valid_from: Date,
    /// Last day; nothing: until a later version of the same key and jurisdiction begins.
    pub valid_to: Option<Date>,
    /// The usual German citation, or the local decision it stands on.
    pub legal_basis: String,
    /// The text of the law was not seen itself: what stands here is second-hand, and shown so.
    #[serde(default)]
    pub unverified: bool,
    /// What a reader should know besides, in German; empty: nothing.
    #[serde(default)]
    pub note: String,
    /// It sets nothing, and ends what its jurisdiction set before: from its first day on the wider jurisdiction governs ("Aufhebung").
    #[serde(default, skip_serializing_if = "is_false")]
    pub repeals: bool,
    /// The parameters, as [`schema`] knows them; none where the version repeals.
    pub parameters: Parameters,
    /// Which fact chooses it, and what it does to open duties.
    pub transition: Transition,
    /// The business date on which a second person approved it; nothing for what a release ships, and for what nobody has approved. One that
    /// was approved after its first day was not known before: nobody was late or in time by it (R8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_on: Option<Date>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl PolicyVersion {
    /// How explanations and decisions cite it: `federal/REGULAR_MAXIMUM/1`, `NW/…`, `musterstadt/…`.
    #[must_use]
    pub fn citation(&self) -> String {
        let of = match &self.jurisdiction {
            Jurisdiction::Federal => "federal",
            Jurisdiction::Land(of) | Jurisdiction::Jobcenter(of) => of,
        };
        format!("{of}/{}/{}", self.key, self.version)
    }

    /// The first day on which anybody could act by it: its first one, or that of its approval when that was later.
    #[must_use]
    pub fn known_from(&self) -> Date {
        self.approved_on.map_or(self.valid_from, |day| day.max(self.valid_from))
    }

    /// Whether it cannot come after `approved`, because the last day it names lies within what that one governs: whoever approved it would
    /// approve days that it never has. What is approved already gives way: it ends where one begins that was approved later, also where
    /// its own last day is behind that; and one that begins on the same day corrects the other.
    #[must_use]
    pub fn collides_with(&self, approved: &Self) -> bool {
        self.key == approved.key
            && self.jurisdiction == approved.jurisdiction
            && self.valid_from < approved.valid_from
            && !approved.repeals
            && self.valid_to.is_some_and(|last| last >= approved.valid_from)
    }

    /// What is wrong with what it sets, or with what it should not.
    fn values(&self) -> Vec<Fault> {
        if !self.repeals {
            return schema::check(self.key, &self.jurisdiction, &self.parameters);
        }
        let mut faults = Vec::new();
        if !self.parameters.0.is_empty() {
            faults.push(Fault::new("parameters", "must be empty: a version that repeals sets nothing"));
        }
        if self.valid_to.is_some() {
            let text = "must not be set: a version that repeals holds until another one begins";
            faults.push(Fault::new("valid_to_date", text));
        }
        if self.jurisdiction == Jurisdiction::Federal {
            faults.push(Fault::new("repeals", "is for narrower jurisdictions: a federal rule ends with its last day"));
        }
        faults
    }

    /// Everything that is wrong with it by itself, all at once.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = self.values();
        if self.valid_to.is_some_and(|last| last < self.valid_from) {
            faults.push(Fault::new("valid_to_date", "must not lie before valid_from_date"));
        }
        if self.version < 1 {
            faults.push(Fault::new("version", "must be at least 1"));
        }
        if self.legal_basis.trim().is_empty() {
            faults.push(Fault::new("legal_basis", "must not be empty: a rule without a ground cannot be explained"));
        }
        if !schema::of(self.key).facts.contains(&self.transition.fact) {
            faults.push(Fault::new("transition.fact", "is not a fact that chooses versions of this key"));
        }
        faults
    }
}
