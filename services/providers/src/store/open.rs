//! Open referrals of the whole cell, for `lotse reconcile`: ids only, read as the relay's role.

use lotse_kernel::{
    names::{CaseName, JobcenterId, JobcenterName, ReferralName},
    workflow::{ReferralInput, WorkflowId, WorkflowType},
};
use lotse_platform::{failure::Failure, outbox::Start};
use sqlx::PgPool;
use uuid::Uuid;

/// Referrals of one page.
pub const PAGE: i64 = 1_000;

/// The referrals whose procedure waits for something, after the one given, in the order of their ids, at most [`PAGE`].
/// `pool` connects as the relay's role.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn referrals(pool: &PgPool, after: Option<&ReferralName>) -> Result<Vec<ReferralName>, Failure> {
    let (jobcenter, referral) = after.map_or(("", Uuid::nil()), |name| (name.jobcenter().as_str(), name.id()));
    let rows = sqlx::query!(
        r"
        SELECT jobcenter_id, case_id, referral_id
        FROM referrals
        WHERE state IN ('SENT', 'NO_ANSWER', 'ACCEPTED', 'RUNNING', 'REPORT_DUE')
          AND (jobcenter_id, referral_id) > ($1, $2)
        ORDER BY jobcenter_id, referral_id
        LIMIT $3
        ",
        jobcenter,
        referral,
        PAGE
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let jobcenter: JobcenterId = row
                .jobcenter_id
                .parse()
                .map_err(|_| Failure::Defect("a stored referral has no proper jobcenter".to_owned()))?;
            let case = CaseName::new(JobcenterName::new(jobcenter), row.case_id);
            Ok(ReferralName::new(case, row.referral_id))
        })
        .collect()
}

/// The workflow of a referral and how it is started. `spread` says whether dates fire spread over the early morning.
///
/// # Errors
/// [`Failure::Defect`] when the input cannot be written, which no referral causes.
pub fn procedure(referral: &ReferralName, spread: bool) -> Result<(WorkflowId, Start), Failure> {
    let input = serde_json::to_value(ReferralInput::new(referral.clone(), spread))
        .map_err(|error| Failure::Defect(format!("input of a workflow: {error}")))?;
    let kind = WorkflowType::Referral;
    let start = Start { workflow_type: kind.code(), task_queue: kind.task_queue(), input };
    Ok((WorkflowId::referral(referral), start))
}
