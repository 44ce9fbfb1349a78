//! Between the domain and the contract.

use lotse_kernel::legal::notification::kept_notice;
use lotse_kernel::policy::Book;
use lotse_letters::LetterKind;
use lotse_platform::convert::{explanation, timestamp};
use lotse_platform::etag;
use lotse_platform::failure::Failure;
use lotse_platform::fields::contract_date;
use lotse_proto::common::Explanation;
use lotse_proto::documents as contract;
use tonic_types::FieldViolation;

use crate::domain::letter::{self, LetterState, Posting};
use crate::store::letters::Stored;
use crate::store::templates::StoredTemplate;

/// A letter as clients see it.
pub(crate) fn letter(stored: Stored) -> contract::Letter {
    let letter = stored.letter;
    let mut shown = contract::Letter {
        name: letter.name.to_string(),
        etag: etag::of(letter.version),
        kind: kind(letter.kind).into(),
        state: state(&letter.state).into(),
        cause: letter.cause.to_string(),
        create_time: Some(timestamp(stored.created_at)),
        ..contract::Letter::default()
    };
    if let Some(rendering) = letter.state.rendering() {
        shown.template = template_name(&rendering.template_code, rendering.template_version);
        shown.letter_date = Some(contract_date(rendering.written_on));
        shown.size_bytes = rendering.file.size_bytes;
        shown.sha256 = rendering.file.sha256.to_vec();
    }
    shown.officer = letter.state.officer().map(ToString::to_string).unwrap_or_default();
    match letter.state {
        LetterState::Requested(_) | LetterState::Rendered(_) => {}
        LetterState::ReadyToPost(_, offer) => shown.reminders = offer.reminders,
        LetterState::Posted(_, offer, posting) => {
            shown.reminders = offer.reminders;
            shown.posted_date = Some(contract_date(posting.posted_on));
            shown.deemed_notice_date = Some(contract_date(posting.deemed_notice_on));
            shown.deemed_notice_explanation = Some(notice_explanation(&posting));
        }
        LetterState::Failed(failure, _) => shown.failure = self::failure(failure).into(),
    }
    shown
}

const fn kind(kind: LetterKind) -> contract::LetterKind {
    match kind {
        LetterKind::ReviewInvitation => contract::LetterKind::ReviewInvitation,
        LetterKind::Closing => contract::LetterKind::Closing,
    }
}

/// The letter a request asks for; `None` for the zero and for values we do not know.
pub(crate) fn letter_kind(kind: contract::LetterKind) -> Option<LetterKind> {
    match kind {
        contract::LetterKind::Unspecified => None,
        contract::LetterKind::ReviewInvitation => Some(LetterKind::ReviewInvitation),
        contract::LetterKind::Closing => Some(LetterKind::Closing),
    }
}

const fn state(state: &LetterState) -> contract::LetterState {
    match state {
        LetterState::Requested(_) => contract::LetterState::Requested,
        LetterState::Rendered(_) => contract::LetterState::Rendered,
        LetterState::ReadyToPost(..) => contract::LetterState::ReadyToPost,
        LetterState::Posted(..) => contract::LetterState::Posted,
        LetterState::Failed(..) => contract::LetterState::Failed,
    }
}

const fn failure(failure: letter::Failure) -> contract::LetterFailure {
    match failure {
        letter::Failure::FieldsNotPrintable => contract::LetterFailure::FieldsNotPrintable,
        letter::Failure::FactsMissing => contract::LetterFailure::FactsMissing,
        letter::Failure::TemplateFaulty => contract::LetterFailure::TemplateFaulty,
    }
}

/// Why a letter counts as received on a day (§ 37(2) SGB X): by the version that was stored with the day. Of the versions of this release it
/// is asked only whether that one is second-hand.
fn notice_explanation(posting: &Posting) -> Explanation {
    let Posting { posted_on, deemed_notice_on, rule_version } = posting;
    let release = Book::federal().ok();
    let unverified = release.and_then(|book| book.cited(rule_version)).is_some_and(|version| version.unverified);
    explanation(&kept_notice(*posted_on, *deemed_notice_on, rule_version, unverified))
}

/// Resource name of a version of a template.
pub(crate) fn template_name(code: &str, version: i32) -> String {
    format!("templates/{code}/versions/{version}")
}

/// The code and version that a template's name holds.
///
/// # Errors
/// [`Failure::Fields`] when it is not such a name.
pub(crate) fn parse_template_name(field: &str, name: &str) -> Result<(String, i32), Failure> {
    let parts = || {
        let (code, version) = name.strip_prefix("templates/")?.split_once("/versions/")?;
        let version: i32 = version.parse().ok().filter(|version| *version > 0)?;
        (!code.is_empty() && !code.contains('/')).then(|| (code.to_owned(), version))
    };
    parts().filter(|(code, version)| template_name(code, *version) == name).ok_or_else(|| {
        Failure::Fields(vec![FieldViolation::new(field, "must have the form templates/{template}/versions/{version}")])
    })
}

/// A template as clients see it, with or without its source.
pub(crate) fn template(stored: StoredTemplate, with_source: bool) -> contract::Template {
    let template = stored.template;
    contract::Template {
        name: template_name(&template.code, template.version),
        kind: kind(template.kind).into(),
        title: template.title.into_owned(),
        version: template.version,
        source: if with_source { template.source.into_owned() } else { String::new() },
        create_time: Some(timestamp(stored.created_at)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_of_notice_explains_itself() {
        let of = |posted_on| notice_explanation(&Posting::on(posted_on).unwrap());
        let explanation = of(date(2026, 3, 4));
        assert_eq!(explanation.due_date, Some(contract_date(date(2026, 3, 8))));
        assert_eq!(explanation.steps[0].text_de, "Zur Post gegeben am Mittwoch, 04.03.2026.");
        assert!(explanation.steps[1].text_de.contains("4. Tag"));
        assert_eq!(explanation.rule_version, "federal/NOTICE_FICTION/2");
        assert_eq!(explanation.fact_date, Some(contract_date(date(2026, 3, 4))));
        assert_eq!(of(date(2024, 3, 4)).rule_version, "federal/NOTICE_FICTION/1");
    }

    #[test]
    fn a_template_has_one_name() {
        assert_eq!(parse_template_name("name", "templates/closing/versions/1").unwrap(), ("closing".to_owned(), 1));
        for name in
            ["", "templates/closing", "templates//versions/1", "templates/a/versions/01", "templates/a/versions/0"]
        {
            assert!(parse_template_name("name", name).is_err(), "{name}");
        }
    }
}
