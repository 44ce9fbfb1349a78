//! Table `watch_notices`: what is still to be told of the steps that sweeps took.

use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, DutyHolder, DutyName, JobcenterName, StaffName};
use lotse_platform::{authorization::Authorized, failure::Failure, unit::Unit};
use uuid::Uuid;

use crate::{
    access::acts,
    domain::watch::{About, Notice},
};

/// Notices of one page: so many calls fit into one activity.
pub const NOTICES: i64 = 50;

/// Notes what is to be told, adding to what another page has noted of the same notice.
///
/// # Errors
/// When the database fails.
pub async fn note(unit: &mut Unit, jobcenter: &JobcenterName, notices: &[Notice]) -> Result<(), Failure> {
    let ids: Vec<Uuid> = notices.iter().map(|_| unit.new_id()).collect();
    let about = |notice: &Notice| notice.about.clone();
    let kinds: Vec<String> = notices.iter().map(|notice| notice.about.kind.code().to_owned()).collect();
    let tells_on: Vec<jiff_sqlx::Date> = notices.iter().map(|notice| notice.about.tells_on.to_sqlx()).collect();
    let owners: Vec<Option<Uuid>> = notices.iter().map(|notice| about(notice).owner.map(|owner| owner.id())).collect();
    let teams: Vec<Option<String>> = notices.iter().map(|notice| about(notice).team).collect();
    let duty = |notice: &Notice| about(notice).duty;
    let cases: Vec<Option<Uuid>> =
        notices.iter().map(|notice| duty(notice).map(|(name, _)| name.case().id())).collect();
    let duty_ids: Vec<Option<Uuid>> = notices.iter().map(|notice| duty(notice).map(|(name, _)| name.id())).collect();
    let duty_kinds: Vec<Option<String>> =
        notices.iter().map(|notice| duty(notice).map(|(_, kind)| kind.code().to_owned())).collect();
    let due_on: Vec<jiff_sqlx::Date> = notices.iter().map(|notice| notice.due_on.to_sqlx()).collect();
    let duties: Vec<i32> = notices.iter().map(|notice| notice.duties).collect();
    sqlx::query!(
        r"
        INSERT INTO watch_notices (jobcenter_id, notice_id, kind, tells_on, owner_id, team, case_id, duty_id, duty_kind, due_on, duties)
        SELECT $1, n.notice_id, n.kind, n.tells_on, n.owner_id, n.team, n.case_id, n.duty_id, n.duty_kind, n.due_on, n.duties
        FROM unnest($2::uuid[], $3::text[], $4::date[], $5::uuid[], $6::text[], $7::uuid[], $8::uuid[], $9::text[], $10::date[],
                    $11::integer[])
             AS n (notice_id, kind, tells_on, owner_id, team, case_id, duty_id, duty_kind, due_on, duties)
        ON CONFLICT ON CONSTRAINT watch_notices_once
        DO UPDATE SET duties = watch_notices.duties + EXCLUDED.duties, due_on = least(watch_notices.due_on, EXCLUDED.due_on)
        ",
        jobcenter.jobcenter().as_str(),
        &ids,
        &kinds,
        &tells_on as _,
        &owners as _,
        &teams as _,
        &cases as _,
        &duty_ids as _,
        &duty_kinds as _,
        &due_on as _,
        &duties
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}

/// A notice that is still to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// Its id.
    pub id: Uuid,
    /// The notice.
    pub notice: Notice,
}

/// The notices that come next, of days whose notices are complete; at most [`NOTICES`]. They are the same until the page is turned.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn untold(unit: &mut Unit, jobcenter: &JobcenterName) -> Result<Vec<Untold>, Failure> {
    let rows = sqlx::query!(
        r"
        SELECT n.notice_id, n.kind, n.tells_on, n.owner_id, n.team, n.case_id, n.duty_id, n.duty_kind, n.due_on, n.duties
        FROM watch_notices n
        JOIN watch_sweeps s ON s.jobcenter_id = n.jobcenter_id
        WHERE n.jobcenter_id = $1 AND n.tells_on <= s.closed_on
        ORDER BY n.tells_on, n.notice_id
        LIMIT $2
        ",
        jobcenter.jobcenter().as_str(),
        NOTICES
    )
    .fetch_all(unit.connection())
    .await?;
    let code = |_| Failure::Defect("a stored code of a notice".to_owned());
    rows.into_iter()
        .map(|row| {
            let duty = row.case_id.zip(row.duty_id).zip(row.duty_kind).map(|((case, duty), kind)| {
                let holder = DutyHolder::Case(CaseName::new(jobcenter.clone(), case));
                Ok::<_, Failure>((DutyName::new(holder, duty), kind.parse().map_err(code)?))
            });
            let about = About {
                tells_on: row.tells_on.to_jiff(),
                kind: row.kind.parse().map_err(code)?,
                owner: row.owner_id.map(|owner| StaffName::new(jobcenter.clone(), owner)),
                team: row.team,
                duty: duty.transpose()?,
            };
            let notice = Notice { about, due_on: row.due_on.to_jiff(), duties: row.duties };
            Ok(Untold { id: row.notice_id, notice })
        })
        .collect()
}

/// Settles the notices that [`untold`] gives.
///
/// # Errors
/// When the database fails.
pub async fn settle(
    unit: &mut Unit,
    _: &Authorized<acts::SettleWatchNotices>,
    jobcenter: &JobcenterName,
) -> Result<(), Failure> {
    let told: Vec<Uuid> = untold(unit, jobcenter).await?.into_iter().map(|untold| untold.id).collect();
    sqlx::query!(
        r"
        DELETE FROM watch_notices
        WHERE jobcenter_id = $1 AND notice_id = ANY($2)
        ",
        jobcenter.jobcenter().as_str(),
        &told
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}
