//! Counts of integrations into work that lasted (T13).

use jiff_sqlx::ToSqlx;
use lotse_kernel::names::JobcenterName;
use lotse_platform::{
    authorization::{Act, Authorized},
    failure::Failure,
    unit::Unit,
};

use super::{Days, Whose};
use crate::domain::figures::FigureKind;

/// The integrations into work of which the last month that is asked for ended in the range, by whether the person was employed in each month, as
/// it is known today. Those of a member of staff are of the people whose case manager they are or were last.
///
/// # Errors
/// When the database fails.
pub async fn employment<A: Act>(
    unit: &mut Unit,
    _proof: &Authorized<A>,
    jobcenter: &JobcenterName,
    (days, whose): (Days, Whose<'_>),
) -> Result<Vec<(FigureKind, String, i64)>, Failure> {
    let rows = sqlx::query!(
        r#"
        SELECT e.employment AS "employment!", count(*) AS "count!"
        FROM episodes e
        JOIN cases c ON c.jobcenter_id = $1 AND c.case_id = e.case_id
        WHERE e.jobcenter_id = $1 AND e.employment_until_on BETWEEN $2 AND $3 AND ($4::text IS NULL OR c.team = $4)
          AND ($5::uuid IS NULL OR e.case_manager_id = $5)
        GROUP BY e.employment
        ORDER BY e.employment
        "#,
        jobcenter.jobcenter().as_str(),
        days.from.to_sqlx() as _,
        days.to.to_sqlx() as _,
        whose.team(),
        whose.case_manager()
    )
    .fetch_all(unit.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (FigureKind::ContinuousEmployment, row.employment, row.count)).collect())
}
