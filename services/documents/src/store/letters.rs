//! Letters: inserted once, changed by version, listed by case.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, LetterName};
use lotse_letters::LetterKind;
use lotse_platform::authorization::{Act, Authorized};
use lotse_platform::failure::Failure;
use lotse_platform::paging::Page;
use lotse_platform::unit::Unit;
use uuid::Uuid;

pub use super::row::Stored;
use super::row::{Columns, Row};
use crate::domain::cause::Cause;
use crate::domain::letter::Letter;

/// The key of a list of letters: when it was requested, in microseconds since 1970, and its id.
pub type ListKey = (i64, Uuid);

/// Writes a new letter; `wanted` is its issue where a procedure wanted it. False when the letter of that cause, kind and issue is there already.
///
/// # Errors
/// When the database fails.
pub async fn insert<A: Act>(
    unit: &mut Unit,
    _proof: Authorized<A>,
    letter: &Letter,
    wanted: Option<i32>,
) -> Result<bool, Failure> {
    let columns = Columns::of(&letter.state);
    let created_at = unit.now().to_sqlx();
    let written = sqlx::query!(
        r"
        INSERT INTO letters (jobcenter_id, case_id, letter_id, kind, cause, wanted_issue, state, version, event_seq,
                             draft_ciphertext, draft_key_id, draft_key, reminders, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (jobcenter_id, cause, kind, wanted_issue) WHERE wanted_issue IS NOT NULL DO NOTHING
        ",
        letter.name.jobcenter().as_str(),
        letter.name.case().id(),
        letter.name.id(),
        letter.kind.as_str(),
        letter.cause.to_string(),
        wanted,
        letter.state.as_str(),
        letter.version,
        letter.event_seq,
        columns.draft_ciphertext,
        columns.draft_key_id,
        columns.draft_key,
        columns.reminders,
        created_at as _
    )
    .execute(unit.connection())
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Reads a letter; `None` when the case has none of that name.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn find<A: Act>(
    unit: &mut Unit,
    _proof: Authorized<A>,
    name: &LetterName,
) -> Result<Option<Stored>, Failure> {
    let row = sqlx::query_as!(
        Row,
        r"
        SELECT jobcenter_id, case_id, letter_id, kind, cause, state, version, event_seq, draft_ciphertext, draft_key_id,
               draft_key, template_code, template_version, written_on, officer_id, file_object, file_key_id,
               file_key, file_size_bytes, file_sha256, offered_on, reminders, posted_on, deemed_notice_on,
               notice_rule_version, failure, created_at
        FROM letters
        WHERE jobcenter_id = $1 AND letter_id = $2 AND case_id = $3
        ",
        name.jobcenter().as_str(),
        name.id(),
        name.case().id()
    )
    .fetch_optional(unit.connection())
    .await?;
    row.map(Stored::try_from).transpose()
}

/// Reads a letter and locks it until the transaction ends.
///
/// # Errors
/// [`Failure::NotFound`] when the case has none of that name; when the database fails.
pub async fn lock<A: Act>(unit: &mut Unit, proof: Authorized<A>, name: &LetterName) -> Result<Stored, Failure> {
    sqlx::query!(
        r"
        SELECT letter_id
        FROM letters
        WHERE jobcenter_id = $1 AND letter_id = $2 AND case_id = $3
        FOR UPDATE
        ",
        name.jobcenter().as_str(),
        name.id(),
        name.case().id()
    )
    .fetch_optional(unit.connection())
    .await?;
    find(unit, proof, name).await?.ok_or_else(|| Failure::NotFound { name: name.to_string() })
}

/// The letter of an issue that a procedure wanted for a cause, if it was asked for before.
///
/// # Errors
/// When the database fails.
pub async fn wanted<A: Act>(
    unit: &mut Unit,
    _proof: Authorized<A>,
    case: &CaseName,
    about: &Cause,
    (kind, issue): (LetterKind, i32),
) -> Result<Option<LetterName>, Failure> {
    let id = sqlx::query_scalar!(
        r"
        SELECT letter_id
        FROM letters
        WHERE jobcenter_id = $1 AND cause = $2 AND kind = $3 AND wanted_issue = $4
        ",
        case.jobcenter().as_str(),
        about.to_string(),
        kind.as_str(),
        issue
    )
    .fetch_optional(unit.connection())
    .await?;
    Ok(id.map(|id| LetterName::new(case.clone(), id)))
}

/// Writes a changed letter over the version that was read; gives back the letter with its new version.
///
/// # Errors
/// [`Failure::StaleEtag`] when it was changed meanwhile; when the database fails.
pub async fn update<A: Act>(unit: &mut Unit, _proof: Authorized<A>, letter: Letter) -> Result<Letter, Failure> {
    let columns = Columns::of(&letter.state);
    let written = sqlx::query!(
        r"
        UPDATE letters
        SET state = $4, version = version + 1, event_seq = $5, draft_ciphertext = $6, draft_key_id = $7, draft_key = $8,
            template_code = $9, template_version = $10, written_on = $11, officer_id = $12, file_object = $13,
            file_key_id = $14, file_key = $15, file_size_bytes = $16, file_sha256 = $17, offered_on = $18,
            reminders = $19, posted_on = $20, deemed_notice_on = $21, notice_rule_version = $22, failure = $23
        WHERE jobcenter_id = $1 AND letter_id = $2 AND version = $3
        ",
        letter.name.jobcenter().as_str(),
        letter.name.id(),
        letter.version,
        letter.state.as_str(),
        letter.event_seq,
        columns.draft_ciphertext,
        columns.draft_key_id,
        columns.draft_key,
        columns.template_code,
        columns.template_version,
        columns.written_on as _,
        columns.officer_id,
        columns.file_object,
        columns.file_key_id,
        columns.file_key,
        columns.file_size_bytes,
        columns.file_sha256,
        columns.offered_on as _,
        columns.reminders,
        columns.posted_on as _,
        columns.deemed_notice_on as _,
        columns.notice_rule_version,
        columns.failure
    )
    .execute(unit.connection())
    .await?;
    if written.rows_affected() == 0 {
        return Err(Failure::StaleEtag);
    }
    Ok(Letter { version: letter.version + 1, ..letter })
}

/// Lists the letters of a case, newest first, one more than the page shows.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn list<A: Act>(
    unit: &mut Unit,
    _proof: Authorized<A>,
    case: &CaseName,
    page: &Page<ListKey>,
) -> Result<Vec<Stored>, Failure> {
    let (before, id) = page.after.unwrap_or((i64::MAX, Uuid::max()));
    let before = Timestamp::from_microsecond(before).unwrap_or(Timestamp::MAX);
    // The last instant of jiff lies beyond PostgreSQL's range of years only for the placeholder, which means no limit.
    let before = page.after.map(|_| before.to_sqlx());
    let rows = sqlx::query_as!(
        Row,
        r"
        SELECT jobcenter_id, case_id, letter_id, kind, cause, state, version, event_seq, draft_ciphertext, draft_key_id,
               draft_key, template_code, template_version, written_on, officer_id, file_object, file_key_id,
               file_key, file_size_bytes, file_sha256, offered_on, reminders, posted_on, deemed_notice_on,
               notice_rule_version, failure, created_at
        FROM letters
        WHERE jobcenter_id = $1
          AND case_id = $2
          AND ($3::timestamptz IS NULL OR (created_at, letter_id) < ($3, $4))
        ORDER BY created_at DESC, letter_id DESC
        LIMIT $5
        ",
        case.jobcenter().as_str(),
        case.id(),
        before as _,
        id,
        page.fetch()
    )
    .fetch_all(unit.connection())
    .await?;
    rows.into_iter().map(Stored::try_from).collect()
}

/// The key of a letter in its list.
#[must_use]
pub fn list_key(stored: &Stored) -> ListKey {
    (stored.created_at.as_microsecond(), stored.letter.name.id())
}
