//! Open deliveries of the whole cell, for `lotse reconcile`: ids only, read as the relay's role.

use lotse_kernel::names::{CaseName, JobcenterId, JobcenterName, LetterName};
use lotse_kernel::workflow::LetterInput;
use lotse_platform::failure::Failure;
use sqlx::PgPool;
use uuid::Uuid;

/// Letters of one page.
pub const PAGE: i64 = 1_000;

/// What the deliveries of the open letters after the one given start with, in the order of the letters' ids, at most [`PAGE`].
/// `spread` says whether dates fire spread over the early morning; `pool` connects as the relay's role.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn letters(pool: &PgPool, after: Option<&LetterInput>, spread: bool) -> Result<Vec<LetterInput>, Failure> {
    let (jobcenter, letter) =
        after.map_or(("", Uuid::nil()), |last| (last.letter.jobcenter().as_str(), last.letter.id()));
    let rows = sqlx::query!(
        r"
        SELECT jobcenter_id, case_id, letter_id
        FROM letters
        WHERE state IN ('REQUESTED', 'RENDERED', 'READY_TO_POST')
          AND (jobcenter_id, letter_id) > ($1, $2)
        ORDER BY jobcenter_id, letter_id
        LIMIT $3
        ",
        jobcenter,
        letter,
        PAGE
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let jobcenter: JobcenterId = row
                .jobcenter_id
                .parse()
                .map_err(|_| Failure::Defect("a stored letter has no proper jobcenter".to_owned()))?;
            let case = CaseName::new(JobcenterName::new(jobcenter), row.case_id);
            Ok(LetterInput::new(LetterName::new(case, row.letter_id), spread))
        })
        .collect()
}
