//! The versions one jobcenter lives under, and how the one that governs a fact is found.

use std::cmp::Reverse;

use jiff::civil::Date;

use super::{
    OpenDuties, PolicyKey, federal,
    rules::{Rule, Unreadable},
    version::PolicyVersion,
};

/// Approved versions of all keys: federal ones, those of the Land and those of the jobcenter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    /// By key, the narrowest jurisdiction first, then by first day, then by number.
    versions: Vec<PolicyVersion>,
}

/// A rule with the version it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Governing<R> {
    /// The parameters.
    pub rule: R,
    /// How decisions and explanations cite the version.
    pub citation: String,
    /// The legal basis of the version.
    pub legal_basis: String,
    /// The date of the fact that chose it.
    pub fact_on: Date,
}

impl Book {
    /// A book of these versions; whoever gathers them leaves out other jobcenters and Länder.
    #[must_use]
    pub fn new(mut versions: Vec<PolicyVersion>) -> Self {
        versions.sort_by(|one, two| {
            let place = |version: &PolicyVersion| {
                (version.key, Reverse(version.jurisdiction.rank()), version.valid_from, version.version)
            };
            place(one).cmp(&place(two))
        });
        Self { versions }
    }

    /// The federal defaults alone.
    ///
    /// # Errors
    /// When a shipped file cannot be read.
    pub fn federal() -> Result<Self, serde_json::Error> {
        Ok(Self::new(federal::versions()?))
    }

    /// Every version, by key, the narrowest jurisdiction first.
    #[must_use]
    pub fn versions(&self) -> &[PolicyVersion] {
        &self.versions
    }

    /// The same book with one version more, in place of one of the same citation: for trying a draft.
    #[must_use]
    pub fn with(&self, version: PolicyVersion) -> Self {
        let citation = version.citation();
        let others = self.versions.iter().filter(|other| other.citation() != citation).cloned();
        Self::new(others.chain([version]).collect())
    }

    /// The version that governs a fact of `fact_on` as things stand on `today`: the narrowest jurisdiction that has one; there
    /// the last one that took open duties over until today, else the one that held on the day of the fact. Of two that hold the
    /// later one counts, and of two that begin on one day the one with the higher number, which corrects the other.
    #[must_use]
    pub fn governing(&self, key: PolicyKey, fact_on: Date, today: Date) -> Option<&PolicyVersion> {
        let of_key = || self.versions.iter().filter(move |version| version.key == key);
        [2_u8, 1, 0].into_iter().find_map(|rank| {
            let in_scope = || of_key().filter(move |version| version.jurisdiction.rank() == rank);
            let took_over = in_scope().rfind(|version| {
                version.transition.open_duties == OpenDuties::Replan
                    && version.valid_from > fact_on
                    && version.valid_from <= today
            });
            took_over.or_else(|| in_scope().rfind(|version| version.holds_on(fact_on)))
        })
    }

    /// The rule that governs a fact, typed; nothing when no version holds, as for mediation after 30.06.2026.
    ///
    /// # Errors
    /// [`Unreadable`] when the version's parameters are not those of the rule: the schema was not checked.
    pub fn rule<R: Rule>(&self, fact_on: Date, today: Date) -> Result<Option<Governing<R>>, Unreadable> {
        self.governing(R::KEY, fact_on, today)
            .map(|version| {
                Ok(Governing {
                    rule: R::read(version)?,
                    citation: version.citation(),
                    legal_basis: version.legal_basis.clone(),
                    fact_on,
                })
            })
            .transpose()
    }
}
