//! Referrals whose workflows wait for a date that is computed by rules.

use lotse_kernel::names::{CaseName, JobcenterName, ReferralName};
use lotse_platform::{
    authorization::{Act, Authorized},
    failure::Failure,
    unit::Unit,
};
use uuid::Uuid;

use super::row::{Row, Stored};

/// Referrals of one page: so many are woken within some hundredths of a second.
pub const PAGE: usize = 1_000;

/// The referrals after one whose answer or report is due some day, in the order of their ids, at most [`PAGE`].
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn page<A: Act>(
    unit: &mut Unit,
    _proof: Authorized<A>,
    jobcenter: &JobcenterName,
    after: Option<Uuid>,
) -> Result<Vec<Stored>, Failure> {
    let rows = sqlx::query_as!(
        Row,
        r"
        SELECT jobcenter_id, case_id, referral_id, version, event_seq, provider_id, offer_id, episode_id,
               report_interval_months, goal_key, step_key, unmet_need, silence_rule_version, state, sent_on, answered_on,
               started_on, closed_on,
               reports, last_report_due_on, last_report_on, last_report_rule_version, escalations, last_escalated_on, outcome,
               created_at
        FROM referrals
        WHERE jobcenter_id = $1 AND state IN ('SENT', 'NO_ANSWER', 'RUNNING', 'REPORT_DUE') AND referral_id > $2
        ORDER BY referral_id
        LIMIT $3
        ",
        jobcenter.jobcenter().as_str(),
        after.unwrap_or(Uuid::nil()),
        i64::try_from(PAGE).unwrap_or(i64::MAX)
    )
    .fetch_all(unit.connection())
    .await?;
    rows.into_iter().map(Stored::try_from).collect()
}

/// How many wait.
///
/// # Errors
/// When the database fails.
pub async fn count<A: Act>(unit: &mut Unit, _proof: Authorized<A>, jobcenter: &JobcenterName) -> Result<i32, Failure> {
    let count = sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "count!"
        FROM referrals
        WHERE jobcenter_id = $1 AND state IN ('SENT', 'NO_ANSWER', 'RUNNING', 'REPORT_DUE')
        "#,
        jobcenter.jobcenter().as_str()
    )
    .fetch_one(unit.connection())
    .await?;
    Ok(i32::try_from(count).unwrap_or(i32::MAX))
}

/// Numbers one more event of each, in the order of their ids.
///
/// # Errors
/// When the database fails.
pub async fn number_events<A: Act>(
    unit: &mut Unit,
    _proof: Authorized<A>,
    jobcenter: &JobcenterName,
    referrals: &[ReferralName],
) -> Result<Vec<(ReferralName, i64)>, Failure> {
    let ids: Vec<Uuid> = referrals.iter().map(ReferralName::id).collect();
    let rows = sqlx::query!(
        r"
        WITH held AS (
            SELECT referral_id
            FROM referrals
            WHERE jobcenter_id = $1 AND referral_id = ANY($2)
            ORDER BY referral_id
            FOR UPDATE
        )
        UPDATE referrals u
        SET event_seq = u.event_seq + 1
        FROM held
        WHERE u.jobcenter_id = $1 AND u.referral_id = held.referral_id
        RETURNING u.case_id, u.referral_id, u.event_seq
        ",
        jobcenter.jobcenter().as_str(),
        &ids
    )
    .fetch_all(unit.connection())
    .await?;
    let named = |case, id| ReferralName::new(CaseName::new(jobcenter.clone(), case), id);
    Ok(rows.into_iter().map(|row| (named(row.case_id, row.referral_id), row.event_seq)).collect())
}
