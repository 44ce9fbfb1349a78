//! Open deliveries of the whole cell, for `lotse reconcile`: ids only, read as the relay's role.

use lotse_kernel::names::{CaseName, JobcenterId, JobcenterName, LetterName};
use lotse_kernel::workflow::{LetterInput, WorkflowId, WorkflowType};
use lotse_platform::failure::Failure;
use lotse_platform::outbox::Start;
use sqlx::PgPool;
use uuid::Uuid;

/// Letters of one page.
pub const PAGE: i64 = 1_000;

/// The open letters after the one given, in the order of their ids, at most [`PAGE`]. `pool` connects as the relay's role.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn letters(pool: &PgPool, after: Option<&LetterName>) -> Result<Vec<LetterName>, Failure> {
    let (jobcenter, letter) = after.map_or(("", Uuid::nil()), |name| (name.jobcenter().as_str(), name.id()));
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
            Ok(LetterName::new(case, row.letter_id))
        })
        .collect()
}

/// The workflow of a letter and how it is started. `spread` says whether dates fire spread over the early morning.
///
/// # Errors
/// [`Failure::Defect`] when the input cannot be written, which no letter causes.
pub fn delivery(letter: &LetterName, spread: bool) -> Result<(WorkflowId, Start), Failure> {
    let input = serde_json::to_value(LetterInput::new(letter.clone(), spread))
        .map_err(|error| Failure::Defect(format!("input of a workflow: {error}")))?;
    let kind = WorkflowType::LetterDelivery;
    let start = Start { workflow_type: kind.code(), task_queue: kind.task_queue(), input };
    Ok((WorkflowId::letter(letter), start))
}
