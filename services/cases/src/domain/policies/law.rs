//! Federal law breaks local policy: on which days a local version may hold, and which parameters it leaves as they are (R8).

use jiff::civil::Date;
use lotse_kernel::policy::{Book, Fault, Jurisdiction, PolicyKey, PolicyVersion, schema};

/// The federal version of a key on a day. Of two that hold the later one counts, and of two that begin on one day the higher number.
#[must_use]
pub fn federal_on(book: &Book, key: PolicyKey, day: Date) -> Option<&PolicyVersion> {
    federal(book, key).filter(|version| version.holds_on(day)).last()
}

fn federal(book: &Book, key: PolicyKey) -> impl Iterator<Item = &PolicyVersion> {
    book.versions().iter().filter(move |version| version.key == key && version.jurisdiction == Jurisdiction::Federal)
}

/// What the law has against a local version: a first day without a rule to vary, parameters that are not the jobcenter's to choose, days
/// on which the law will not allow it any more.
#[must_use]
pub fn faults(version: &PolicyVersion, book: &Book) -> Vec<Fault> {
    let Some(federal) = federal_on(book, version.key, version.valid_from) else {
        let text = "must be a day on which a federal version holds: local policy varies a rule and makes none";
        return vec![Fault::new("valid_from_date", text)];
    };
    let found = schema::check_override(version.key, &federal.parameters, &version.parameters);
    if !found.is_empty() {
        return found;
    }
    match broken_on(version, book) {
        Some(day) if version.valid_to.is_none_or(|last| last >= day) => {
            let text =
                format!("must lie before {day}: from that day on federal law does not allow the version as it is");
            vec![Fault::new("valid_to_date", text)]
        }
        _ => Vec::new(),
    }
}

/// A book of approved versions, in which local ones reach as far as federal law allows.
#[must_use]
pub fn bind(versions: Vec<PolicyVersion>) -> Book {
    let federal = versions.iter().filter(|version| version.jurisdiction == Jurisdiction::Federal);
    let law = Book::new(federal.cloned().collect());
    Book::new(versions.into_iter().filter_map(|version| within(version, &law)).collect())
}

/// The version as far as the law allows it: a federal version that came later may end it early; nothing when it may not begin at all.
#[must_use]
pub fn within(mut version: PolicyVersion, book: &Book) -> Option<PolicyVersion> {
    if version.jurisdiction == Jurisdiction::Federal {
        return Some(version);
    }
    if !allowed_on(&version, book, version.valid_from) {
        return None;
    }
    if let Some(day) = broken_on(&version, book)
        && version.valid_to.is_none_or(|last| last >= day)
    {
        version.valid_to = day.yesterday().ok();
    }
    Some(version)
}

/// The first day after its own first one on which the law does not allow the version.
fn broken_on(version: &PolicyVersion, book: &Book) -> Option<Date> {
    let begins = federal(book, version.key).map(|federal| federal.valid_from);
    let ends = federal(book, version.key).filter_map(|federal| federal.valid_to?.tomorrow().ok());
    let later = begins.chain(ends).filter(|day| *day > version.valid_from);
    later.filter(|day| !allowed_on(version, book, *day)).min()
}

/// Whether on that day a federal rule holds that leaves the version its values, and the same fact chooses.
fn allowed_on(version: &PolicyVersion, book: &Book, day: Date) -> bool {
    federal_on(book, version.key, day).is_some_and(|federal| {
        federal.transition.fact == version.transition.fact
            && schema::check_override(version.key, &federal.parameters, &version.parameters).is_empty()
    })
}
