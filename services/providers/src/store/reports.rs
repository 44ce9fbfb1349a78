//! Table `referral_reports`: added, never changed.

use jiff_sqlx::ToSqlx;
use lotse_kernel::names::ReferralName;
use lotse_platform::{
    authorization::{Act, Authorized},
    failure::Failure,
    unit::Unit,
};

use crate::domain::referral::Report;

/// Adds a report; `slot` is the number of the asked report it settles.
///
/// # Errors
/// When the database fails.
pub async fn insert<A: Act>(
    unit: &mut Unit,
    _proof: Authorized<A>,
    referral: &ReferralName,
    report: Report,
    slot: Option<i32>,
) -> Result<(), Failure> {
    let (id, now) = (unit.new_id(), unit.now());
    sqlx::query!(
        r"
        INSERT INTO referral_reports (jobcenter_id, report_id, referral_id, slot, received_on, attendance, progress,
                                      new_needs, expected_end_on, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ",
        referral.jobcenter().as_str(),
        id,
        referral.id(),
        slot,
        report.received_on.to_sqlx() as _,
        report.attendance.code(),
        report.progress.code(),
        report.new_needs,
        report.expected_end_on.map(ToSqlx::to_sqlx) as _,
        now.to_sqlx() as _
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}
