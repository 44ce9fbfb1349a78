//! The federal defaults, shipped as data: one file per key. A release adds versions and never edits one.

use jiff::civil::Date;
use serde::Deserialize;
use thiserror::Error;

use super::{
    PolicyKey,
    parameters::Parameters,
    version::{Jurisdiction, PolicyVersion, Transition},
};

/// The file of a key.
const fn file(key: PolicyKey) -> &'static str {
    match key {
        PolicyKey::AdmissionCriteria => include_str!("federal/admission_criteria.json"),
        PolicyKey::EligibilityRecheck => include_str!("federal/eligibility_recheck.json"),
        PolicyKey::ContinuationReview => include_str!("federal/continuation_review.json"),
        PolicyKey::RegularMaximum => include_str!("federal/regular_maximum.json"),
        PolicyKey::PlanUpdate => include_str!("federal/plan_update.json"),
        PolicyKey::Aftercare => include_str!("federal/aftercare.json"),
        PolicyKey::CaseloadRatio => include_str!("federal/caseload_ratio.json"),
        PolicyKey::Escalation => include_str!("federal/escalation.json"),
        PolicyKey::Referral => include_str!("federal/referral.json"),
        PolicyKey::ProviderReport => include_str!("federal/provider_report.json"),
        PolicyKey::Reduction => include_str!("federal/reduction.json"),
        PolicyKey::NoticeFiction => include_str!("federal/notice_fiction.json"),
        PolicyKey::Objection => include_str!("federal/objection.json"),
        PolicyKey::Mediation => include_str!("federal/mediation.json"),
        PolicyKey::AbsenceReport => include_str!("federal/absence_report.json"),
        PolicyKey::ContinuousEmployment => include_str!("federal/continuous_employment.json"),
        PolicyKey::WorkOpportunity => include_str!("federal/work_opportunity.json"),
        PolicyKey::StatisticsDelivery => include_str!("federal/statistics_delivery.json"),
        PolicyKey::Retention => include_str!("federal/retention.json"),
        PolicyKey::ProposalDecision => include_str!("federal/proposal_decision.json"),
        PolicyKey::FirstTalk => include_str!("federal/first_talk.json"),
        PolicyKey::LetterPosting => include_str!("federal/letter_posting.json"),
        PolicyKey::VariantSwitch => include_str!("federal/variant_switch.json"),
        PolicyKey::CrisisContact => include_str!("federal/crisis_contact.json"),
        PolicyKey::TeamDecision => include_str!("federal/team_decision.json"),
        PolicyKey::HandoverAcceptance => include_str!("federal/handover_acceptance.json"),
        PolicyKey::ExtensionAnswer => include_str!("federal/extension_answer.json"),
        PolicyKey::Reopening => include_str!("federal/reopening.json"),
        PolicyKey::StaffFigures => include_str!("federal/staff_figures.json"),
        PolicyKey::Accompaniment => include_str!("federal/accompaniment.json"),
    }
}

/// A version as a file has it: key and jurisdiction go without saying.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    version: i32,
    valid_from: Date,
    valid_to: Option<Date>,
    legal_basis: String,
    #[serde(default)]
    unverified: bool,
    #[serde(default)]
    note: String,
    parameters: Parameters,
    transition: Transition,
}

/// A shipped file cannot be read: a fault of the release, before which a test stands that reads them all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the federal policies {key} of this release cannot be read: {words}")]
pub struct BrokenRelease {
    /// Whose file.
    pub key: PolicyKey,
    /// The reader's words with line and column.
    pub words: String,
}

/// The versions of one key, by first day.
///
/// # Errors
/// [`BrokenRelease`].
pub fn of(key: PolicyKey) -> Result<Vec<PolicyVersion>, BrokenRelease> {
    let broken = |error: serde_json::Error| BrokenRelease { key, words: error.to_string() };
    let entries: Vec<Entry> = serde_json::from_str(file(key)).map_err(broken)?;
    let versions = entries.into_iter().map(|entry| PolicyVersion {
        key,
        version: entry.version,
        jurisdiction: Jurisdiction::Federal,
        valid_from: entry.valid_from,
        valid_to: entry.valid_to,
        legal_basis: entry.legal_basis,
        unverified: entry.unverified,
        note: entry.note,
        repeals: false,
        parameters: entry.parameters,
        transition: entry.transition,
        approved_on: None,
    });
    Ok(versions.collect())
}

/// The versions of all keys, in the order of the keys.
///
/// # Errors
/// As [`of`].
pub fn versions() -> Result<Vec<PolicyVersion>, BrokenRelease> {
    let mut all = Vec::new();
    for key in PolicyKey::ALL {
        all.extend(of(*key)?);
    }
    Ok(all)
}
