//! The versions one jobcenter lives under, and how the one that governs a fact is found.
//!
//! The book is the only place that says which facts a version governs. What stands in a version is what was approved; how far it
//! reaches follows from its neighbours and from federal law, and is computed here when the book is made.

#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    cmp::Reverse,
    sync::{Arc, LazyLock},
};

use jiff::civil::Date;

use super::{
    OpenDuties, PolicyKey,
    federal::{self, BrokenRelease},
    rules::{Rule, Unreadable},
    schema,
    version::{Jurisdiction, PolicyVersion},
};

/// Approved versions of all keys: federal ones, those of the Land and those of the jobcenter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    /// By key, the narrowest jurisdiction first, then by first day, then by number.
    versions: Vec<PolicyVersion>,
    /// How far each reaches, in the same order; nothing for those that govern no fact by its day.
    reaches: Vec<Option<Reach>>,
}

/// The days whose facts a version governs by itself, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// First day.
    pub from: Date,
    /// Last day; nothing while no end is in sight.
    pub to: Option<Date>,
}

impl Reach {
    /// Whether a day is one of them.
    #[must_use]
    pub fn holds(self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|last| day <= last)
    }

    /// The same, ended at latest on the day before.
    fn before(self, day: Date) -> Self {
        let last = day.yesterday().unwrap_or(day);
        Self { to: Some(self.to.map_or(last, |to| to.min(last))), ..self }
    }
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
    /// The version is second-hand.
    pub unverified: bool,
}

impl Book {
    /// A book of these versions; whoever gathers them leaves out other jobcenters and Länder.
    #[must_use]
    pub fn new(mut versions: Vec<PolicyVersion>) -> Self {
        versions.sort_by(|one, two| {
            fn place(version: &PolicyVersion) -> (PolicyKey, Reverse<u8>, &Jurisdiction, Date, i32) {
                let rank = Reverse(version.jurisdiction.rank());
                (version.key, rank, &version.jurisdiction, version.valid_from, version.version)
            }
            place(one).cmp(&place(two))
        });
        let reaches = versions.iter().enumerate().map(|(at, version)| own_reach(version, versions.get(at + 1)));
        let reaches = reaches.collect();
        let mut book = Self { versions, reaches };
        book.reaches = book.each().map(|(version, reach)| book.within_law(version, reach?)).collect();
        book
    }

    /// The federal versions of this release alone, read once for everybody.
    ///
    /// # Errors
    /// [`BrokenRelease`].
    pub fn federal() -> Result<&'static Arc<Self>, BrokenRelease> {
        static SHIPPED: LazyLock<Result<Arc<Book>, BrokenRelease>> =
            LazyLock::new(|| Ok(Arc::new(Book::new(federal::versions()?))));
        SHIPPED.as_ref().map_err(Clone::clone)
    }

    /// The federal versions of this release with those of a jobcenter and its Land; without such, the book that everybody shares.
    ///
    /// # Errors
    /// [`BrokenRelease`].
    pub fn of_jobcenter(local: Vec<PolicyVersion>) -> Result<Arc<Self>, BrokenRelease> {
        let federal = Self::federal()?;
        if local.is_empty() {
            return Ok(Arc::clone(federal));
        }
        Ok(Arc::new(Self::new(federal.versions.iter().cloned().chain(local).collect())))
    }

    /// Every version as it was approved, by key, the narrowest jurisdiction first.
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

    /// The versions of the key of one, without it: by what its facts would be judged had it never come.
    #[must_use]
    pub fn without(&self, version: &PolicyVersion) -> Self {
        let others = self.versions.iter().filter(|other| other.key == version.key && *other != version);
        Self::new(others.cloned().collect())
    }

    /// The days whose facts a version of the book governs by itself: from its first day to its last, to the day before a later version
    /// of the same key and jurisdiction begins, or to the day before federal law stops leaving it its values, whichever is first.
    /// Nothing for one that another of the same first day corrects, or that the law does not allow on its first day.
    #[must_use]
    pub fn reach(&self, version: &PolicyVersion) -> Option<Reach> {
        self.each().find(|(other, _)| *other == version)?.1
    }

    /// Whether another version of the same key, jurisdiction and first day has a higher number: it takes this one's place whole.
    #[must_use]
    pub fn is_corrected(&self, version: &PolicyVersion) -> bool {
        self.versions.iter().any(|other| {
            other.key == version.key
                && other.jurisdiction == version.jurisdiction
                && other.valid_from == version.valid_from
                && other.version > version.version
        })
    }

    /// The version that governs a fact of `fact_on` as things stand on `today`: the narrowest jurisdiction that has one, among those
    /// that the federal version governing the fact leaves their values; without such a federal version there is none.
    ///
    /// Within a jurisdiction the version that reaches the day of the fact counts, unless a later one that takes open duties over
    /// ([`OpenDuties::Replan`]) has begun until `today`. Such a version takes over the facts before its first day
    /// - for which there was a federal rule on their own day, for without a rule there was no duty that could still be open,
    /// - of the kind that its own transition names, for another date would not be its fact, and
    /// - whose federal law leaves it its values, unless it is federal itself: a Land moves open duties, and not the law of their day.
    ///
    /// The last of several that do so counts; a later version that keeps open duties undoes none of it.
    #[must_use]
    pub fn governing(&self, key: PolicyKey, fact_on: Date, today: Date) -> Option<&PolicyVersion> {
        let law = self.law(key, fact_on, today)?;
        // A repeal is found like any other and leaves the fact to the wider jurisdiction.
        let narrower =
            [2, 1].into_iter().find_map(|rank| self.set(rank, law, fact_on, today).filter(|set| !set.repeals));
        Some(narrower.unwrap_or(law))
    }

    /// Whether it is this version of the book that decides by which rule a fact is judged as things stand on `today`: it governs the
    /// fact, or it repeals what its jurisdiction had set for it.
    #[must_use]
    pub fn decides(&self, version: &PolicyVersion, fact_on: Date, today: Date) -> bool {
        if !version.repeals {
            return self.governing(version.key, fact_on, today) == Some(version);
        }
        let law = self.law(version.key, fact_on, today);
        law.and_then(|law| self.set(version.jurisdiction.rank(), law, fact_on, today)) == Some(version)
    }

    /// The federal version that governs a fact.
    fn law(&self, key: PolicyKey, fact_on: Date, today: Date) -> Option<&PolicyVersion> {
        let held = self.federal_on(key, fact_on)?;
        let same_fact = |version: &PolicyVersion| version.transition.fact == held.transition.fact;
        Some(self.taker(key, 0, fact_on, today, same_fact).unwrap_or(held))
    }

    /// What a narrower jurisdiction has set for a fact, or repealed, as far as the law of the fact allows it.
    fn set(&self, rank: u8, law: &PolicyVersion, fact_on: Date, today: Date) -> Option<&PolicyVersion> {
        let allows = |version: &PolicyVersion| leaves(law, version);
        let held = || self.of(law.key, rank).find(|(version, reach)| reach.holds(fact_on) && allows(version));
        self.taker(law.key, rank, fact_on, today, allows).or_else(|| Some(held()?.0))
    }

    /// The last version of a rank that took over the open duties of older facts until `today`.
    fn taker(
        &self,
        key: PolicyKey,
        rank: u8,
        fact_on: Date,
        today: Date,
        allows: impl Fn(&PolicyVersion) -> bool,
    ) -> Option<&PolicyVersion> {
        let takes = |(version, reach): &(&PolicyVersion, Reach)| {
            version.transition.open_duties == OpenDuties::Replan
                && reach.from > fact_on
                && reach.from <= today
                && allows(version)
        };
        Some(self.of(key, rank).rfind(takes)?.0)
    }

    /// The version that is cited so.
    #[must_use]
    pub fn cited(&self, citation: &str) -> Option<&PolicyVersion> {
        self.versions.iter().find(|version| version.citation() == citation)
    }

    /// The whole book without one version: what would be known had it never come.
    #[must_use]
    pub fn but_for(&self, version: &PolicyVersion) -> Self {
        Self::new(self.versions.iter().filter(|other| *other != version).cloned().collect())
    }

    /// The versions of a key that took open duties over after `after` and until `until`, in the order of the days on which they did.
    #[must_use]
    pub fn takeovers(&self, key: PolicyKey, after: Date, until: Date) -> Vec<&PolicyVersion> {
        let takes = |version: &&PolicyVersion| {
            let day = version.known_from();
            version.key == key && version.transition.open_duties == OpenDuties::Replan && day > after && day <= until
        };
        let mut found: Vec<&PolicyVersion> = self.versions.iter().filter(takes).collect();
        found.sort_by_key(|version| version.known_from());
        found
    }

    /// The book as it was known on a day: without what was approved later.
    #[must_use]
    pub fn known_on(&self, day: Date) -> Cow<'_, Self> {
        let is_known = |version: &&PolicyVersion| version.approved_on.is_none_or(|approved| approved <= day);
        if self.versions.iter().all(|version| is_known(&version)) {
            return Cow::Borrowed(self);
        }
        Cow::Owned(Self::new(self.versions.iter().filter(is_known).cloned().collect()))
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
                    unverified: version.unverified,
                })
            })
            .transpose()
    }

    /// The federal version that reaches a day.
    #[must_use]
    pub fn federal_on(&self, key: PolicyKey, day: Date) -> Option<&PolicyVersion> {
        Some(self.of(key, 0).find(|(_, reach)| reach.holds(day))?.0)
    }

    /// The first day after its own first one on which federal law does not leave a version its values any more.
    #[must_use]
    pub fn breaks_on(&self, version: &PolicyVersion) -> Option<Date> {
        let after = |reach: Reach| reach.to.and_then(|last| last.tomorrow().ok());
        let turns = self.of(version.key, 0).flat_map(|(_, reach)| [Some(reach.from), after(reach)]);
        let later = turns.flatten().filter(|day| *day > version.valid_from);
        later.filter(|day| !self.allows(version, *day)).min()
    }

    fn allows(&self, version: &PolicyVersion, day: Date) -> bool {
        self.federal_on(version.key, day).is_some_and(|federal| leaves(federal, version))
    }

    fn within_law(&self, version: &PolicyVersion, own: Reach) -> Option<Reach> {
        if version.jurisdiction == Jurisdiction::Federal {
            return Some(own);
        }
        if !self.allows(version, version.valid_from) {
            return None;
        }
        Some(self.breaks_on(version).map_or(own, |day| own.before(day)))
    }

    fn each(&self) -> impl DoubleEndedIterator<Item = (&PolicyVersion, Option<Reach>)> {
        self.versions.iter().zip(self.reaches.iter().copied())
    }

    /// The versions of a rank that reach a fact at all, by first day.
    fn of(&self, key: PolicyKey, rank: u8) -> impl DoubleEndedIterator<Item = (&PolicyVersion, Reach)> {
        let of_rank = move |version: &PolicyVersion| version.key == key && version.jurisdiction.rank() == rank;
        self.each().filter_map(move |(version, reach)| Some((version, reach?)).filter(|_| of_rank(version)))
    }
}

/// How far a version reaches beside the next one in the order of the book, whatever the law says to it.
fn own_reach(version: &PolicyVersion, next: Option<&PolicyVersion>) -> Option<Reach> {
    let whole = Reach { from: version.valid_from, to: version.valid_to };
    match next.filter(|next| next.key == version.key && next.jurisdiction == version.jurisdiction) {
        Some(next) if next.valid_from == version.valid_from => None,
        Some(next) => Some(whole.before(next.valid_from)),
        None => Some(whole),
    }
}

/// Whether federal law leaves a narrower version its values: the same fact chooses, and what only the legislator sets is the same. Law
/// has nothing against a version that sets nothing.
fn leaves(federal: &PolicyVersion, narrower: &PolicyVersion) -> bool {
    if narrower.repeals {
        return true;
    }
    federal.transition.fact == narrower.transition.fact
        && schema::check_override(narrower.key, &federal.parameters, &narrower.parameters).is_empty()
}
