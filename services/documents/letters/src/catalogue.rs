//! The templates that this build brings along, each with its code and version; a published version never changes.

use std::borrow::Cow;

use crate::data::LetterKind;

/// One version of the text of a letter (R127: a document names the template version it was made from).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The letter it is for.
    pub kind: LetterKind,
    /// Stable code, for example `review-invitation`.
    pub code: Cow<'static, str>,
    /// Version, from 1.
    pub version: i32,
    /// German title, as a person choosing a template reads it.
    pub title: Cow<'static, str>,
    /// The typst source.
    pub source: Cow<'static, str>,
}

impl Template {
    const fn built_in(kind: LetterKind, version: i32, title: &'static str, source: &'static str) -> Self {
        Self {
            kind,
            code: Cow::Borrowed(kind.template_code()),
            version,
            title: Cow::Borrowed(title),
            source: Cow::Borrowed(source),
        }
    }
}

static CATALOGUE: [Template; 2] = [
    Template::built_in(
        LetterKind::ReviewInvitation,
        1,
        "Einladung zum Fortführungsgespräch",
        include_str!("../templates/review-invitation/v1.typ"),
    ),
    Template::built_in(
        LetterKind::Closing,
        1,
        "Abschluss des Fallmanagements",
        include_str!("../templates/closing/v1.typ"),
    ),
];

/// Files that templates may import, by their path: the sheets. Versioned like the templates, because an old letter must
/// look the same when it is made again.
pub(crate) const SHEETS: [(&str, &str); 1] = [("/din5008/v1.typ", include_str!("../templates/din5008/v1.typ"))];

/// Every template of this build, each version one entry, in the order of kind and version.
#[must_use]
pub fn catalogue() -> &'static [Template] {
    &CATALOGUE
}

/// The newest version of the template for `kind`.
///
/// # Panics
/// Never: a test holds that every kind has a template.
#[must_use]
pub fn template(kind: LetterKind) -> &'static Template {
    let newest = CATALOGUE.iter().filter(|template| template.kind == kind).max_by_key(|template| template.version);
    newest.unwrap_or(&CATALOGUE[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_template_and_versions_are_unique() {
        for kind in LetterKind::ALL {
            assert_eq!(template(kind).kind, kind);
        }
        for (index, template) in CATALOGUE.iter().enumerate() {
            let twins = CATALOGUE[..index]
                .iter()
                .filter(|other| (other.code.as_ref(), other.version) == (template.code.as_ref(), template.version));
            assert_eq!(twins.count(), 0, "{} v{} stands twice in the catalogue", template.code, template.version);
        }
    }
}
