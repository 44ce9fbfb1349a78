//! Open referrals of the whole cell, for `lotse reconcile`: ids only, read as the relay's role.

use lotse_kernel::{
    names::{CaseName, JobcenterId, JobcenterName, ReferralName},
    workflow::ReferralInput,
};
use lotse_platform::failure::Failure;
use sqlx::PgPool;
use uuid::Uuid;

/// Referrals of one page.
pub const PAGE: i64 = 1_000;

/// What the procedures of the referrals that wait for something start with, after the one given, in the order of the referrals' ids,
/// at most [`PAGE`]. `spread` says whether dates fire spread over the early morning; `pool` connects as the relay's role.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn referrals(
    pool: &PgPool,
    after: Option<&ReferralInput>,
    spread: bool,
) -> Result<Vec<ReferralInput>, Failure> {
    let (jobcenter, referral) =
        after.map_or(("", Uuid::nil()), |last| (last.referral.jobcenter().as_str(), last.referral.id()));
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
            Ok(ReferralInput::new(ReferralName::new(case, row.referral_id), spread))
        })
        .collect()
}
