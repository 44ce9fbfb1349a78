//! Federal law breaks local policy: on which days a local version may hold, and which parameters it leaves as they are (R8).

use jiff::civil::Date;
use lotse_kernel::policy::{Book, Fault, PolicyVersion, schema};

/// What the law has against a local version: a first day without a rule to vary, parameters that are not the jobcenter's to choose, days
/// on which the law will not allow it any more.
#[must_use]
pub fn faults(version: &PolicyVersion, book: &Book) -> Vec<Fault> {
    let Some(federal) = book.federal_on(version.key, version.valid_from) else {
        let text = "must be a day on which a federal version holds: local policy varies a rule and makes none";
        return vec![Fault::new("valid_from_date", text)];
    };
    if version.repeals {
        let ends = |other: &PolicyVersion| {
            !other.repeals
                && (other.key, &other.jurisdiction) == (version.key, &version.jurisdiction)
                && book.reach(other).is_some_and(|reach| reach.holds(version.valid_from))
        };
        if book.versions().iter().any(ends) {
            return Vec::new();
        }
        let text = "must be a day on which a version of the jobcenter holds: there is nothing to repeal";
        return vec![Fault::new("valid_from_date", text)];
    }
    let found = schema::check_override(version.key, &federal.parameters, &version.parameters);
    if !found.is_empty() {
        return found;
    }
    match book.breaks_on(version) {
        Some(day) if version.valid_to.is_none_or(|last| last >= day) => {
            let text =
                format!("must lie before {day}: from that day on federal law does not allow the version as it is");
            vec![Fault::new("valid_to_date", text)]
        }
        _ => tail(version, book).into_iter().collect(),
    }
}

/// What other versions of the jobcenter have against its last day: either way the wider law would come back though nobody has said so. Of a
/// correction of the same first day it is meant.
fn tail(version: &PolicyVersion, book: &Book) -> Option<Fault> {
    let text = match version.valid_to {
        Some(last) => ends_another(version, last, book),
        None => is_ended(version, book),
    };
    Some(Fault::new("valid_to_date", text?))
}

/// The other versions of its key and jurisdiction that set something.
fn beside<'b>(version: &'b PolicyVersion, book: &'b Book) -> impl Iterator<Item = &'b PolicyVersion> {
    let alike = |other: &&PolicyVersion| {
        (other.key, &other.jurisdiction) == (version.key, &version.jurisdiction) && !other.repeals
    };
    book.versions().iter().filter(alike)
}

/// One that ends within what another governs would end that one with itself.
fn ends_another(version: &PolicyVersion, last: Date, book: &Book) -> Option<String> {
    let goes_on = |other: &&PolicyVersion| {
        let reach = book.reach(other);
        other.valid_from < version.valid_from
            && reach.is_some_and(|reach| reach.holds(version.valid_from) && reach.to.is_none_or(|end| end > last))
    };
    let other = beside(version, book).find(goes_on)?.citation();
    Some(format!(
        "must not lie within {other}, which ends where this version begins: nothing of the jobcenter would hold afterwards; \
         leave it out, and let another version or a repeal begin on the day after"
    ))
}

/// One without an end would end for good where another begins that is approved already and has a last day that no other follows.
fn is_ended(version: &PolicyVersion, book: &Book) -> Option<String> {
    let nothing_follows = |last: Date| {
        let next = last.tomorrow().ok();
        beside(version, book).all(|other| Some(other.valid_from) != next)
    };
    let ends_within = |other: &&PolicyVersion| {
        let last = book.reach(other).and_then(|reach| reach.to);
        other.valid_from > version.valid_from && last.is_some_and(nothing_follows)
    };
    let other = beside(version, book).find(ends_within)?;
    Some(format!(
        "must lie before {}: {} begins then and ends this version for good; another one may begin on the day after its last",
        other.valid_from,
        other.citation()
    ))
}
