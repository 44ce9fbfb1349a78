//! How a row of `letters` becomes a letter and back.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, JobcenterId, JobcenterName, LetterName, StaffName};
use lotse_letters::LetterKind;
use lotse_platform::failure::Failure;
use uuid::Uuid;

use crate::domain::letter::{self, Draft, Letter, LetterState, Offer, Posting, Rendering};
use crate::files::StoredFile;
use crate::vault::WrappedKey;

/// A row of `letters`.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) jobcenter_id: String,
    pub(super) case_id: Uuid,
    pub(super) letter_id: Uuid,
    pub(super) kind: String,
    pub(super) cause: String,
    pub(super) state: String,
    pub(super) version: i64,
    pub(super) event_seq: i64,
    pub(super) draft_ciphertext: Option<Vec<u8>>,
    pub(super) draft_key_id: Option<String>,
    pub(super) draft_key: Option<Vec<u8>>,
    pub(super) template_code: Option<String>,
    pub(super) template_version: Option<i32>,
    pub(super) written_on: Option<jiff_sqlx::Date>,
    pub(super) officer_id: Option<Uuid>,
    pub(super) file_object: Option<String>,
    pub(super) file_key_id: Option<String>,
    pub(super) file_key: Option<Vec<u8>>,
    pub(super) file_size_bytes: Option<i64>,
    pub(super) file_sha256: Option<Vec<u8>>,
    pub(super) offered_on: Option<jiff_sqlx::Date>,
    pub(super) reminders: i32,
    pub(super) posted_on: Option<jiff_sqlx::Date>,
    pub(super) deemed_notice_on: Option<jiff_sqlx::Date>,
    pub(super) notice_rule_version: Option<String>,
    pub(super) failure: Option<String>,
    pub(super) created_at: jiff_sqlx::Timestamp,
}

/// A letter and when it was requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The letter.
    pub letter: Letter,
    /// When it was requested.
    pub created_at: Timestamp,
}

fn defect(what: &'static str) -> Failure {
    Failure::Defect(format!("a stored letter has no proper {what}"))
}

impl TryFrom<Row> for Stored {
    type Error = Failure;

    fn try_from(row: Row) -> Result<Self, Failure> {
        let jobcenter: JobcenterId = row.jobcenter_id.parse().map_err(|_| defect("jobcenter"))?;
        let jobcenter = JobcenterName::new(jobcenter);
        let case = CaseName::new(jobcenter.clone(), row.case_id);
        let letter = Letter {
            name: LetterName::new(case, row.letter_id),
            kind: LetterKind::from_word(&row.kind).ok_or(defect("kind"))?,
            cause: row.cause.parse().map_err(|_| defect("cause"))?,
            version: row.version,
            event_seq: row.event_seq,
            state: state(&row, jobcenter)?,
        };
        Ok(Self { letter, created_at: row.created_at.to_jiff() })
    }
}

fn state(row: &Row, jobcenter: JobcenterName) -> Result<LetterState, Failure> {
    Ok(match row.state.as_str() {
        "REQUESTED" => LetterState::Requested(draft(row).ok_or(defect("draft"))?),
        "RENDERED" => LetterState::Rendered(rendering(row, jobcenter)?),
        "READY_TO_POST" => LetterState::ReadyToPost(rendering(row, jobcenter)?, offer(row)?),
        "POSTED" => {
            LetterState::Posted(rendering(row, jobcenter)?, offer(row)?, posting(row).ok_or(defect("posting"))?)
        }
        "FAILED" => {
            let failure = row.failure.as_deref().and_then(letter::Failure::from_word);
            let officer = row.officer_id.map(|id| StaffName::new(jobcenter, id));
            LetterState::Failed(failure.ok_or(defect("failure"))?, officer)
        }
        _ => return Err(defect("state")),
    })
}

fn draft(row: &Row) -> Option<Draft> {
    let key = WrappedKey { key_id: row.draft_key_id.clone()?, bytes: row.draft_key.clone()? };
    Some(Draft { ciphertext: row.draft_ciphertext.clone()?, key })
}

fn offer(row: &Row) -> Result<Offer, Failure> {
    let offered_on = row.offered_on.ok_or(defect("offer"))?.to_jiff();
    Ok(Offer { offered_on, reminders: row.reminders })
}

fn posting(row: &Row) -> Option<Posting> {
    Some(Posting {
        posted_on: row.posted_on?.to_jiff(),
        deemed_notice_on: row.deemed_notice_on?.to_jiff(),
        rule_version: row.notice_rule_version.clone()?,
    })
}

fn rendering(row: &Row, jobcenter: JobcenterName) -> Result<Rendering, Failure> {
    let read = || {
        Some(Rendering {
            template_code: row.template_code.clone()?,
            template_version: row.template_version?,
            written_on: row.written_on?.to_jiff(),
            officer: StaffName::new(jobcenter, row.officer_id?),
            file: StoredFile {
                object: row.file_object.clone()?,
                key: WrappedKey { key_id: row.file_key_id.clone()?, bytes: row.file_key.clone()? },
                size_bytes: row.file_size_bytes?,
                sha256: row.file_sha256.as_deref()?.try_into().ok()?,
            },
        })
    };
    read().ok_or(defect("file"))
}

/// The columns that a state fills; the others are empty.
#[derive(Debug, Default)]
pub(super) struct Columns<'a> {
    pub(super) draft_ciphertext: Option<&'a [u8]>,
    pub(super) draft_key_id: Option<&'a str>,
    pub(super) draft_key: Option<&'a [u8]>,
    pub(super) template_code: Option<&'a str>,
    pub(super) template_version: Option<i32>,
    pub(super) written_on: Option<jiff_sqlx::Date>,
    pub(super) officer_id: Option<Uuid>,
    pub(super) file_object: Option<&'a str>,
    pub(super) file_key_id: Option<&'a str>,
    pub(super) file_key: Option<&'a [u8]>,
    pub(super) file_size_bytes: Option<i64>,
    pub(super) file_sha256: Option<&'a [u8]>,
    pub(super) offered_on: Option<jiff_sqlx::Date>,
    pub(super) reminders: i32,
    pub(super) posted_on: Option<jiff_sqlx::Date>,
    pub(super) deemed_notice_on: Option<jiff_sqlx::Date>,
    pub(super) notice_rule_version: Option<&'a str>,
    pub(super) failure: Option<&'static str>,
}

impl<'a> Columns<'a> {
    /// The columns of a state.
    pub(super) fn of(state: &'a LetterState) -> Self {
        let mut columns = state.rendering().map_or_else(Self::default, Self::rendering);
        match state {
            LetterState::Requested(draft) => {
                columns.draft_ciphertext = Some(&draft.ciphertext);
                columns.draft_key_id = Some(&draft.key.key_id);
                columns.draft_key = Some(&draft.key.bytes);
            }
            LetterState::Rendered(_) => {}
            LetterState::ReadyToPost(_, offer) => columns.offer(*offer),
            LetterState::Posted(_, offer, posting) => {
                columns.offer(*offer);
                columns.posted_on = Some(posting.posted_on.to_sqlx());
                columns.deemed_notice_on = Some(posting.deemed_notice_on.to_sqlx());
                columns.notice_rule_version = Some(&posting.rule_version);
            }
            LetterState::Failed(failure, officer) => {
                columns.failure = Some(failure.as_str());
                columns.officer_id = officer.as_ref().map(StaffName::id);
            }
        }
        columns
    }

    fn rendering(rendering: &'a Rendering) -> Self {
        Self {
            template_code: Some(&rendering.template_code),
            template_version: Some(rendering.template_version),
            written_on: Some(rendering.written_on.to_sqlx()),
            officer_id: Some(rendering.officer.id()),
            file_object: Some(&rendering.file.object),
            file_key_id: Some(&rendering.file.key.key_id),
            file_key: Some(&rendering.file.key.bytes),
            file_size_bytes: Some(rendering.file.size_bytes),
            file_sha256: Some(&rendering.file.sha256),
            ..Self::default()
        }
    }

    fn offer(&mut self, offer: Offer) {
        self.offered_on = Some(offer.offered_on.to_sqlx());
        self.reminders = offer.reminders;
    }
}
